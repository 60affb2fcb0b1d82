"""What a case of bad input is, and what cases are made of: sessions, sound files, faults of the machine."""

import dataclasses
import json
import pathlib
import struct
import typing

DONE, FAILED, WRONG_USAGE, SESSION_UNREADABLE = 0, 1, 2, 3
RENDER = ("render", "session.dub.json", "-o", "out", "--stems", "none")


class Skip(Exception):
    """Raised by `make` where this machine cannot show the case; the text is printed."""


@dataclasses.dataclass
class Case:
    """One line of the table. Afterwards, whatever the case: no file under a final name, no temporary file, every input as
    it was, and no control characters on stderr."""

    name: str  # "a sound file of no bytes"
    make: typing.Callable[[pathlib.Path], None]  # fills an empty folder; the session is session.dub.json
    says: tuple = ()  # each stands in stderr: place, what, advice
    code: int = FAILED  # of the command
    command: tuple = RENDER
    # What `dubplate check session.dub.json` ends with: as the command (AS_COMMAND), passes (DONE: the fault shows only when
    # audio is read, or lies in the command line), or is not asked (None).
    check: object = "as command"
    environment: dict = dataclasses.field(default_factory=dict)
    limits: tuple = ()  # (resource, value) pairs for setrlimit
    as_user: bool = False  # root does not see permissions: run as nobody
    disk: tuple = ()  # (folder, bytes): a file system of this size is mounted there
    keeps: tuple = ()  # files that stand in the output folder before and must stay as they are


AS_COMMAND = "as command"


def session(*tracks, **more):
    return {"dubplate": 1, "sample_rate": 48000, "tracks": list(tracks), **more}


def track(name="T", file="a.wav", layout="mono", clip=None, **more):
    return {"name": name, "layout": layout, "clips": [{"file": file, **(clip or {})}], **more}


def write_session(folder, content, name="session.dub.json"):
    """`content`: an object, or text or bytes as they are to stand in the file."""
    if isinstance(content, dict):
        content = json.dumps(content)
    if isinstance(content, str):
        content = content.encode()
    (folder / name).write_bytes(content)


def chunk(name, body, size=None):
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) & 1)


def fmt(tag=1, channels=1, rate=48000, bits=16, block=None):
    block = channels * bits // 8 & 0xFFFF if block is None else block
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate, rate * block & 0xFFFFFFFF, block, bits))


def riff(*chunks, container=b"RIFF", size=None):
    body = b"WAVE" + b"".join(chunks)
    return container + struct.pack("<I", len(body) if size is None else size) + body


def wav(frames=4800, channels=1, **more):
    """A quiet ramp of 16 bits."""
    samples = struct.pack(f"<{frames * channels}h", *(k % 2000 - 1000 for k in range(frames * channels)))
    return riff(fmt(channels=channels, **more), chunk(b"data", samples))


def plays(data, clip=None, **more):
    """A maker: one track that plays one file of these bytes."""

    def make(folder):
        (folder / "a.wav").write_bytes(data() if callable(data) else data)
        write_session(folder, session(track(clip=clip), **more))

    return make


def reads(content, **files):
    """A maker: a session of this content, beside sound files by name."""

    def make(folder):
        (folder / "a.wav").write_bytes(wav())
        for name, data in files.items():
            (folder / name).write_bytes(data)
        write_session(folder, content() if callable(content) else content)

    return make
