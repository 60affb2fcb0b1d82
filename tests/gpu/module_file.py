#!/usr/bin/env python3
"""Checks what the file of the CUDA module shows and needs: module_file.py MODULE, or skipped (77) where it was not built.

It shows one symbol; of CUDA it needs cuFFT alone, not the driver (or it could not be loaded, and say what is missing, where
there is none) and not the runtime, which is linked in.
"""

import re
import subprocess
import sys


def told(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main():
    if len(sys.argv) != 2 or not sys.argv[1]:
        print("skipped: the CUDA module was not built: there is no CUDA compiler here")
        return 77
    symbols = [line.split()[-1] for line in told("nm", "-D", "--defined-only", sys.argv[1]).splitlines()]
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", told("readelf", "-d", sys.argv[1]))
    assert symbols == ["dubplate_backend"], symbols
    of_cuda = [name for name in needed if re.match(r"lib(cu|nv)", name)]
    assert len(of_cuda) == 1 and of_cuda[0].startswith("libcufft.so."), needed
    print(f"shows {symbols[0]}, needs {', '.join(needed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
