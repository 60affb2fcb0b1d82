#!/usr/bin/env python3
"""Compiles the bodies of kernels/shared and kernels/device for a device: device_bodies.py NVCC SOURCE_DIR. Skipped (77) without nvcc."""

import pathlib
import subprocess
import sys
import tempfile


def main():
    nvcc, root = sys.argv[1], pathlib.Path(sys.argv[2])
    if not nvcc or nvcc.endswith("NOTFOUND"):
        print("skipped: nvcc is not installed")
        return 77
    for room in ("shared", "device"):
        source = root / f"tests/kernels/{room}/device_bodies.cu"
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([nvcc, "-std=c++20", "--fmad=false", "-Werror", "all-warnings", f"-I{root}", "-cubin",
                                   "-arch=sm_80", "-o", f"{folder}/bodies.cubin", str(source)])
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
