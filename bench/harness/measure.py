"""Measures programs as whole processes: wall time, CPU time and memory, in turn, with a warm page cache."""

import dataclasses
import os
import pathlib
import shutil
import statistics
import subprocess
import time

CLOCK = "/usr/bin/time"  # a parent of its own: a child of this interpreter would inherit its peak of memory


class ProgramFailed(Exception):
    """A measured program ended with an error; says what it told last."""


@dataclasses.dataclass
class Run:
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float  # of the largest process


def empty(folder):
    """Outputs go into an empty folder every time: replacing files whose pages wait to be written costs more."""
    shutil.rmtree(folder, ignore_errors=True)
    pathlib.Path(folder).mkdir(parents=True)


def warm(files):
    """Reads files into the page cache."""
    for path in files:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 22):
                pass


def measure(job, folder, limit_seconds):
    """Runs a job once in `folder`."""
    told = pathlib.Path(folder) / "told.txt"
    figures = pathlib.Path(folder) / "figures.txt"
    command = [CLOCK, "-f", "%U %S %M", "-o", str(figures), *job.command]
    with open(told, "wb") as output:
        begin = time.monotonic()
        try:
            ended = subprocess.run(
                command,
                cwd=folder,
                env=job.environment or None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=limit_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise ProgramFailed(f"took longer than {limit_seconds} s") from late
        wall = time.monotonic() - begin
    if ended.returncode != 0 or not job.mix.exists():
        last = told.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise ProgramFailed(f"exit code {ended.returncode}: " + " | ".join(last))
    user, system, kib = figures.read_text(encoding="utf-8").split()[-3:]
    return Run(wall, float(user) + float(system), int(kib) / 1024)


def settle():
    """Lets the system write what it has to, so that one program does not pay for another's files."""
    os.sync()


def median(runs, figure):
    return statistics.median(getattr(run, figure) for run in runs)
