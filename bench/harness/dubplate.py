"""Dubplate itself, as the other programs are described: a job for each way to ask for the same session."""

import dataclasses
import json
import pathlib
import re
import subprocess

from harness.sessions import with_all_stems
from peers.job import Job


@dataclasses.dataclass(frozen=True)
class Variant:
    name: str
    title: str
    arguments: tuple = ()
    session: str = "session.dub.json"


PLAIN = Variant("dubplate", "Dubplate")
MIX_ALONE = Variant("dubplate-mix", "Dubplate, mix alone", ("--stems", "none"))
ALL_STEMS = Variant("dubplate-all-stems", "Dubplate, mix and a stem of every track and bus", (), "all-stems.dub.json")


def threads(count):
    return Variant(f"dubplate-{count}-threads", f"Dubplate, {count} thread{'s' * (count > 1)}", ("--threads", str(count)))


def prepare(program, variant, folder, work):
    if variant.session == ALL_STEMS.session:
        with_all_stems(folder)
    session = str(pathlib.Path(folder).resolve() / variant.session)
    return Job([str(program), "render", session, "-o", str(work), "--quiet", *variant.arguments], work / "mix.wav")


def version(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]


def devices(command):
    """What `devices --json` tells, of the program that these words start."""
    told = subprocess.run([*command, "devices", "--json"], capture_output=True, text=True, check=True).stdout
    return json.loads(told[told.index("{") :])


def commit(root):
    """The commit that the sources stand at; '+' if they were changed since. Empty without git."""
    try:
        told = subprocess.run(
            ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return re.sub(r"\s", "", told.stdout)
