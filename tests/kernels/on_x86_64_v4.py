#!/usr/bin/env python3
"""on_x86_64_v4.py PROGRAM [ARGUMENT...] runs a program that is compiled for x86-64-v4; 77 where the processor is less."""

import os
import pathlib
import re
import sys

NEEDED = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}

flags = re.search(r"(?m)^flags\s*:(.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
if not flags or not NEEDED <= set(flags[1].split()):
    print("this processor is no x86-64-v4")
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
