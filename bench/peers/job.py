"""What a driver is asked for and answers with, and the session as it reads it."""

import dataclasses
import json
import math
import pathlib
import shlex


@dataclasses.dataclass(frozen=True)
class Program:
    """One way to render a session with one program.

    `missing()` lists what is not installed; `prepare(session, work)` writes what the program needs into the folder
    `work` and answers with a Job. Preparing is not measured. `kinds` of sessions that it can render.
    """

    name: str
    title: str
    note: str
    missing: object
    prepare: object
    kinds: tuple = ("reference",)


@dataclasses.dataclass(frozen=True)
class Job:
    """A command, run as one process with its descendants in `work`, that leaves the mix (24-bit WAV) at `mix`."""

    command: list
    mix: pathlib.Path
    environment: dict = dataclasses.field(default_factory=dict)


class Session:
    """DIR/session.json, as reference_session writes it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        data = json.loads((self.folder / "session.json").read_text(encoding="utf-8"))
        self.rate, self.seconds, self.bus_count = data["sr"], data["seconds"], data["buses"]
        self.tracks = data["tracks"]
        self.responses = data.get("irs", [])  # of the returns; a session of responses on tracks has none
        self.master = data.get("master")

    @property
    def kind(self):
        return "heavy" if self.master is None else "reference"

    def path(self, name):
        return str(self.folder / name)

    def on_bus(self, bus):
        """Indices of the tracks on a bus."""
        return [index for index, track in enumerate(self.tracks) if track["bus"] == bus]

    def sending_to(self, target, bus=None):
        """Indices of the tracks that send to a return, of all buses or of one."""
        return [
            index
            for index, track in enumerate(self.tracks)
            if track["ret"] == target and (bus is None or track["bus"] == bus)
        ]


def gain_of(decibels):
    return 10.0 ** (decibels / 20.0)


def sides(track):
    """Gains to left and right: fader and pan, equal power."""
    angle = (track["pan"] + 1.0) * math.pi / 4.0
    gain = gain_of(track["gain_db"])
    return gain * math.cos(angle), gain * math.sin(angle)


def script(work, name, lines):
    """Writes a shell script that ends at its first mistake; answers with the command that runs it."""
    path = pathlib.Path(work) / f"{name}.sh"
    path.write_text("\n".join(["#!/bin/bash", "set -euo pipefail", *lines, ""]), encoding="utf-8")
    return ["bash", str(path)]


def in_parallel(work, name, commands, processes=2):
    """A line of shell that runs commands, given as lists of words, so many at a time."""
    path = pathlib.Path(work) / f"{name}.txt"
    path.write_text("".join(shlex.join(command) + "\n" for command in commands), encoding="utf-8")
    return f"xargs -P{processes} -d '\\n' -I@ bash -c 'exec @' < {shlex.quote(str(path))}"
