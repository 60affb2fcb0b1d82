"""How long Dubplate takes to begin: from the start of its process to the first task of its schedule."""

import json
import statistics
import subprocess
import time

from harness import measure

REPEATS = 15  # some milliseconds each, which other processes easily double


def seconds_to_first_task(program, session, work):
    """Of one render. `--json` tells of the stage `rendering` before the first task runs (docs/events.md)."""
    command = [str(program), "render", str(session), "-o", str(work), "--json"]
    begin = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        taken = None
        for line in running.stdout:
            if taken is None and json.loads(line).get("stage") == "rendering":
                taken = time.monotonic() - begin
        told = running.stderr.read().decode("utf-8", errors="replace").strip()
    if running.returncode != 0 or taken is None:
        raise measure.ProgramFailed(f"exit code {running.returncode}: {told}")
    return taken


def median_seconds(program, session, work):
    taken = []
    for _ in range(REPEATS):
        measure.empty(work)
        taken.append(seconds_to_first_task(program, session, work))
    return statistics.median(taken)
