#!/usr/bin/env python3
"""Proves on a copy of docs/ that docs/refresh.py finds a stale quotation, says how to refresh it, and refreshes it.

quotations.py ROOT, with the program in the environment variable DUBPLATE.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main():
    with tempfile.TemporaryDirectory() as folder:
        docs = pathlib.Path(shutil.copytree(pathlib.Path(sys.argv[1], "docs"), pathlib.Path(folder, "docs")))
        page = docs / "commands.md"
        program = os.environ["DUBPLATE"]

        def refresh(*arguments):
            command = [sys.executable, "-B", docs / "refresh.py", *arguments, program]
            return subprocess.run(command, capture_output=True, text=True, check=False)

        refresh()
        fresh = page.read_text(encoding="utf-8")
        page.write_text(fresh.replace("`--quiet`", "`--silent`"), encoding="utf-8")
        stale = refresh("--check")
        assert stale.returncode == 1, stale
        assert "`--silent`" in stale.stdout, stale
        assert f"To refresh: python3 docs/refresh.py {program}" in stale.stderr, stale
        assert "`--silent`" in page.read_text(encoding="utf-8"), "--check changes nothing"
        assert refresh().stdout == "docs/commands.md\n"
        assert page.read_text(encoding="utf-8") == fresh
        assert refresh("--check").returncode == 0
        page.write_text(fresh.replace("<!-- end -->", ""), encoding="utf-8")
        assert refresh("--check").returncode == 1, "a quotation that is never closed"


main()
