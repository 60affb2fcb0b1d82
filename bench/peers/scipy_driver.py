"""numpy and scipy in two processes: scipy_mix.py."""

import functools
import pathlib
import subprocess
import sys

from peers.job import Job, Program

WANTED = "import numpy, scipy.signal, soundfile"


@functools.cache
def interpreter():
    """A Python that has the libraries: this one, or Debian's."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            if subprocess.run([python, "-c", WANTED], capture_output=True, check=False).returncode == 0:
                return python
        except OSError:
            pass
    return None


def missing():
    return [] if interpreter() else ["python3-numpy", "python3-scipy", "python3-soundfile"]


def prepare(session, work):
    mix = pathlib.Path(__file__).with_name("scipy_mix.py")
    return Job([interpreter(), "-B", str(mix), str(session.folder), str(work), "2"], work / "mix.wav")


SCIPY = Program("scipy", "numpy + scipy", "two processes, whole signals in memory", missing, prepare)
