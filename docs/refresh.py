#!/usr/bin/env python3
"""Refreshes what the pages of docs/ quote from the program.

    python3 docs/refresh.py build/dev/dubplate            rewrites the pages
    python3 docs/refresh.py --check build/dev/dubplate    exit 1, with each difference, if a page is not up to date

What stands between `<!-- dubplate COMMAND... -->` and `<!-- end -->` is what that command prints.
"""

import difflib
import pathlib
import re
import shlex
import subprocess
import sys

PART = re.compile(r"(?ms)^<!-- dubplate (?P<command>[^\n]+?) -->\n(?P<quoted>.*?)^<!-- end -->$")
OPENING = re.compile(r"(?m)^<!-- dubplate ")


def refreshed(text, program):
    """The page with every quotation as the program prints it now, and how many there are."""

    def quoted(part):
        command = part["command"]
        answer = subprocess.run(
            [program, *shlex.split(command)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if answer.returncode != 0:
            sys.exit(f"dubplate {command}: {answer.stderr}")
        return f"<!-- dubplate {command} -->\n{answer.stdout}<!-- end -->"

    found = len(PART.findall(text))
    if found != len(OPENING.findall(text)):
        sys.exit("a quotation is not closed with <!-- end -->")
    return PART.sub(quoted, text), found


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    if len(arguments) != 1 + check:
        sys.exit(__doc__)
    program = str(pathlib.Path(arguments[-1]).resolve())
    folder = pathlib.Path(__file__).resolve().parent
    quotations = 0
    stale = False
    for page in sorted(folder.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after, found = refreshed(before, program)
        quotations += found
        if after == before:
            continue
        if check:
            stale = True
            lines = before.splitlines(), after.splitlines()
            print("\n".join(difflib.unified_diff(*lines, f"docs/{page.name}", "what the program prints", lineterm="")))
        else:
            page.write_text(after, encoding="utf-8")
            print(f"docs/{page.name}")
    if quotations == 0:
        sys.exit("no page quotes the program: the marks are gone")
    if stale:
        sys.stdout.flush()
        sys.exit(f"\nTo refresh: python3 docs/refresh.py {arguments[-1]}")


main()
