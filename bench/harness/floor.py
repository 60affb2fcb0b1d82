"""The computed floor: what the pieces cost on this machine, each alone, summed for a session."""

import json
import subprocess


def measure(build, wanted, threads=None):
    """What bench/floor_constants answers for a session of this size; see its --help for the terms."""
    command = [str(build / "bench" / "floor_constants"), "--json"]
    command += ["--tracks", str(wanted.tracks), "--seconds", str(wanted.seconds)]
    if threads:
        command += ["--threads", str(threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
