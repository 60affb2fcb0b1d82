"""Measurements as data: a file of runs; each has sessions, each of them the programs that rendered it.

{"schema": "dubplate-bench-2", "machine": {...}, "method": "...", "sessions": [
  {"run": "reference", "session": "REF-128-180", "kind": "reference", "tracks": 128, "seconds": 180, "audio_seconds": 183.0,
   "date": "2026-11-21", "commit": "...", "repeats": 3,
   "programs": [{"program": "dubplate", "title": "Dubplate", "wall_seconds": ..., "cpu_seconds": ..., "peak_mib": ...,
                 "times_real_time": ..., "rms_dbfs": ..., "peak_dbfs": ...}, ...],
   "skipped": [{"program": ..., "why": ...}], "floor": {...}, "disk": {...}}]}

`floor` is what bench/floor_constants answers, `disk` what plain writing of the outputs of all stems took, `start_seconds` the
time from the process's start to the first task of its schedule (start_up.py); each may be missing. Ratios are taken within one run only, whose programs ran in turn.
"""

import json
import pathlib

SCHEMA = "dubplate-bench-2"
METHOD = "whole process, /usr/bin/time, page cache warm, programs in turn, medians; sessions by bench/reference_session"


class NotResults(Exception):
    """The file holds something else."""


def load(path):
    try:
        results = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise NotResults(f"{path}: not JSON: {wrong}") from wrong
    if not isinstance(results, dict) or results.get("schema") != SCHEMA:
        raise NotResults(f"{path}: not measurements of the schema {SCHEMA}")
    return results


def save(results, path):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)


def merged(path, machine, sessions):
    """What `path` holds, if it is of this machine, with these sessions in the place of the runs that they are of."""
    results = {"schema": SCHEMA, "machine": machine, "method": METHOD, "sessions": []}
    if pathlib.Path(path).exists():
        older = load(path)
        if older["machine"] == machine:
            results["sessions"] = older["sessions"]
        else:
            raise NotResults(f"{path}: figures of another machine; give another file with --results")
    fresh = {session["run"] for session in sessions}
    results["sessions"] = [session for session in results["sessions"] if session["run"] not in fresh] + sessions
    return results


def session_of(results, run, name):
    """The session of this name in a run, or None."""
    found = (session for session in results["sessions"] if (session["run"], session["session"]) == (run, name))
    return next(found, None)


def program_of(session, name):
    """The program's figures within a session, or None."""
    return next((entry for entry in session["programs"] if entry["program"] == name), None) if session else None


def peers_of(session):
    """Other programs than Dubplate, fastest first."""
    others = [entry for entry in session["programs"] if not entry["program"].startswith("dubplate")]
    return sorted(others, key=lambda entry: entry["wall_seconds"])
