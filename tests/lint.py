#!/usr/bin/env python3
"""Checks that every source of ours is laid out as .clang-format says.

lint.py ROOT: exit 0 all is well, 1 with clang-format's words on what is not, 77 (skipped) without clang-format 14.
Mended by: clang-format -i FILE...
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOMS = ["bench", "cli", "engine", "examples", "kernels", "session-format", "tests"]
SUFFIXES = {".h", ".cpp", ".cu", ".cuh"}
VERSION = "14"  # other versions lay some lines out otherwise


def formatter():
    for name in (f"clang-format-{VERSION}", "clang-format"):
        program = shutil.which(name)
        if program:
            told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
            if re.search(rf"version {VERSION}\.", told):
                return program
    return None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = formatter()
    if program is None:
        print(f"skipped: there is no clang-format {VERSION} on this machine")
        sys.exit(77)
    root = pathlib.Path(sys.argv[1])
    sources = sorted(path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in SUFFIXES)
    if not sources:
        sys.exit(f"there are no sources below {root}")
    sys.exit(1 if subprocess.run([program, "--dry-run", "-Werror", *sources], check=False).returncode else 0)


main()
