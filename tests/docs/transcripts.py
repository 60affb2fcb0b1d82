#!/usr/bin/env python3
"""Runs the command lines that a page shows with their answers, in order, in a folder of its own, and compares.

transcripts.py PAGE.md..., with the program in the environment variable DUBPLATE. In code blocks a line `$ dubplate ...` is
run; the lines up to the next `$` or the block's end are its answer, stdout before stderr, without progress. Numbers and the
width of gaps may differ; a line `...` stands for any lines. A block of JSON that is a `session NAME` is written to the file
NAME. What the examples need is made first: the demo's session from the recordings of sonic-pi-samples, `takes/` with
recordings, `song.dub.json` with a mistake.
Exit 0: all is well; 1: each difference on stdout; 77: there are no recordings here.
transcripts.py --self-test proves that every rule can fail.
"""

import math
import os
import pathlib
import re
import shlex
import struct
import subprocess
import sys
import tempfile

import checker
import markdown

SAMPLES = pathlib.Path("/usr/share/sonic-pi/samples")
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "docs/examples"
# name, frequency of the tone, decay in seconds, level
TAKES = [
    ("Kick.wav", 55, 0.09, 0.7),
    ("Snare.wav", 190, 0.06, 0.5),
    ("Bass DI.wav", 82.4, 0.3, 0.4),
    ("Guitar.L.wav", 329.6, 0.4, 0.25),
    ("Guitar.R.wav", 330.6, 0.4, 0.25),
    ("Vox lead.wav", 440, 0.5, 0.3),
]
NUMBER = re.compile(r"-?\d[\d.,:]*(?<=\d)")
PROGRESS = re.compile(r"^\s*\d+ %")


def dubplate(arguments, folder):
    return subprocess.run(
        [os.environ["DUBPLATE"], *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def write_take(path, frequency, decay, level, seconds=72, rate=48000):
    """A tone that is struck again and again, every 30 000 frames."""
    beat = b"".join(
        struct.pack("<h", round(32767 * level * math.exp(-n / decay / rate) * math.sin(math.tau * frequency * n / rate)))
        for n in range(30000)
    )
    data = (beat * (seconds * rate // 30000 + 1))[: seconds * rate * 2]
    header = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        b"RIFF" + struct.pack("<I", len(data) + 36) + b"WAVEfmt " + header + b"data" + struct.pack("<I", len(data)) + data
    )


def furnish(folder, blocks):
    """What the shown command lines expect to find."""
    shown = "\n".join(line for block in blocks for line in block.lines)
    if "dubplate-demo/" in shown:
        made = dubplate(["demo", "--session-only", "--quiet"], folder)
        if made.returncode:
            sys.exit(f"dubplate demo: {made.stderr}")
    if "takes" in shown:
        for name, *tone in TAKES:
            write_take(folder / "takes" / name, *tone)
    song = (EXAMPLES / "two-tracks.dub.json").read_text(encoding="utf-8")
    (folder / "song.dub.json").write_text(song.replace('"threshold"', '"treshold"'), encoding="utf-8")


def commands(block):
    """(line, command, expected lines) of a block."""
    found = []
    for offset, line in enumerate(block.lines):
        if line.startswith("$ "):
            found.append((block.line + offset + (block.info is not None), line[2:], []))
        elif found:
            found[-1][2].append(line)
    return found


def plain(line):
    return re.sub(r"\bthreads\b", "thread", " ".join(NUMBER.sub("#", line).split()))


def agrees(expected, told):
    """Whether the lines told are those expected, where "..." stands for any."""
    if not expected:
        return not told
    if expected[0] == "...":
        return any(agrees(expected[1:], told[start:]) for start in range(len(told) + 1))
    return bool(told) and plain(expected[0]) == plain(told[0]) and agrees(expected[1:], told[1:])


def differences(page):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        furnish(folder, page.blocks)
        for block in page.blocks:
            if written := re.fullmatch(r"json session ([\w.-]+)", block.info or ""):
                (folder / written.group(1)).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
            for line, command, expected in commands(block):
                place = f"{page.path.name}:{line}: $ {command}"
                words = shlex.split(command, comments=True)
                if words[0] != "dubplate":
                    yield f"{place}: only dubplate is run here"
                    continue
                answer = dubplate(words[1:], folder)
                told = [text for text in (answer.stdout + answer.stderr).splitlines() if not PROGRESS.match(text)]
                told = [text for text in told if text.strip()]
                if not agrees([text for text in expected if text.strip()], told):
                    yield "\n    ".join([f"{place} (exit code {answer.returncode}) answers", *told])


def self_test():
    assert agrees(["a  1.5 b", "...", "z"], ["a -2 b", "c", "d", "z"])
    assert agrees(["1:46 in 1.92 s, 2 threads"], ["0:03 in 12 s, 1 thread"])
    assert agrees(["...", "z"], ["z"])
    assert not agrees(["a"], ["b"])
    assert not agrees(["a"], [])
    assert not agrees(["a"], ["a", "b"])
    assert not agrees(["a", "...", "z"], ["a", "b"])
    assert not agrees([], ["warning"])
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "page.md")
        for text, count in (
            ("    $ dubplate --version\n    dubplate 9.9.9\n", 0),
            ("```\n$ dubplate --version\ndubplate 9.9.9\n$ dubplate --version\ndubplate version\n```\n", 1),
            ("    $ dubplate check no.dub.json\n", 1),
            ("    $ dubplate --version\n    ...\n    $ rm --force\n", 1),
            ("```json session a.dub.json\n{\n```\n\n    $ dubplate check a.dub.json\n    ...a.dub.json: error\n", 1),
            ("```json session a.dub.json\n{\n```\n\n    $ dubplate check a.dub.json\n    ...\n", 0),
        ):
            page.write_text("# Page\n\n" + text, encoding="utf-8")
            assert len(list(differences(markdown.read_page(page)))) == count, text


def differences_of_all(*paths):
    if not SAMPLES.is_dir() and any("dubplate-demo/" in pathlib.Path(path).read_text() for path in paths):
        print("skipped: no recordings here: apt-get install sonic-pi-samples")
        sys.exit(77)
    return [words for path in paths for words in differences(markdown.read_page(path))]


checker.run(__doc__, self_test, differences_of_all)
