"""Counts the instructions that a program runs, by valgrind's callgrind: the same figures on a busy and on a quiet machine.

Valgrind shows programs one processor, whatever lies below: AVX2, no SHA extensions. Dubplate's own choice of instructions
is held at x86-64-v3.
"""

import os
import re
import shutil
import subprocess

# Hashing of outputs: without the processor's SHA instructions it would be a third of a small render.
LEFT_OUT = ("libcrypto",)


class CountFailed(Exception):
    """The counted program ended with an error."""


def installed():
    return shutil.which("valgrind") is not None


def by_object(text):
    """Instructions run in each program or library, from the words of a callgrind file."""
    names, counts, current, called = {}, {}, None, False
    for line in text.splitlines():
        if called:  # the line behind "calls=" is what the callee cost, counted where it ran
            called = False
        elif line.startswith("ob="):
            number, _, name = line[3:].partition(" ")
            if name:
                names[number] = os.path.basename(name.strip())
            current = names[number]
        elif line.startswith("cob="):
            number, _, name = line[4:].partition(" ")
            if name:
                names[number] = os.path.basename(name.strip())
        elif line.startswith("calls="):
            called = True
        elif current and re.match(r"[0-9+*-]", line):
            counts[current] = counts.get(current, 0) + int(line.split()[1])
    return counts


def instructions(command, work):
    """How many instructions a command runs; `work` takes callgrind's file."""
    out = os.path.join(work, "callgrind.out")
    valgrind = ["valgrind", "--tool=callgrind", "--dump-line=no", f"--callgrind-out-file={out}", *map(str, command)]
    ended = subprocess.run(
        valgrind,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "DUBPLATE_ISA": "v3"},
        check=False,
    )
    if ended.returncode != 0:
        raise CountFailed(ended.stderr.strip()[-2000:])
    with open(out, encoding="utf-8", errors="replace") as file:
        counts = by_object(file.read())
    return sum(count for name, count in counts.items() if not name.startswith(LEFT_OUT))
