"""What bench/gpu has measured, for the page "When the GPU helps": a table for each machine, or one that says that there is none.

Measurements are files that bench/gpu wrote (gpu.json), in one folder.
"""

import json
import pathlib

from harness import machine, report, results

SCHEMA = "dubplate-gpu-bench-1"
HEAD = ["session", "outputs", "files", "CPU s", "GPU s", "CPU : GPU", "GPU, x real time", "the GPU alone, ms", "bus at least, ms"]
PLANNED = [(session, outputs) for session in ("REF-256-180", "FULL-256-180") for outputs in ("mix", "mix, 8 stems")]
NOT_YET = "not measured yet"
STATES = {"warm": "in the page cache", "cold": "dropped from it"}


def load(folder):
    """[measurement] by the names of their files; those of the twin are none of a GPU."""
    found = []
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        try:
            measured = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as wrong:
            raise results.NotResults(f"{path} is no JSON: {wrong}") from wrong
        if not isinstance(measured, dict) or measured.get("schema") != SCHEMA:
            raise results.NotResults(f"{path} is not what bench/gpu writes ({SCHEMA})")
        if measured["device"].split(":")[0] != "cuda":
            raise results.NotResults(f"{path} was measured on '{measured['device']}', which is no GPU")
        if measured["faults"]:
            raise results.NotResults(f"{path} has faults, so it is not shown: {'; '.join(measured['faults'])}")
        found.append(measured)
    return found


def cell(row, key, digits=3):
    return report.number(row[key], digits) if isinstance(row.get(key), (int, float)) else str(row.get(key, ""))


def rows_of(session):
    cpu = {(row["outputs"], row["state"]): row for row in session["rows"] if row["device"] == "cpu"}
    for row in session["rows"]:
        if row["device"] == "cpu":
            continue
        other = cpu.get((row["outputs"], row["state"]), {})
        yield [session["session"], row["outputs"], STATES[row["state"]], cell(other, "wall_seconds"), cell(row, "wall_seconds"),
               cell(row, "cpu_to_device"), cell(row, "times_real_time"), cell(row, "device_ms"), cell(row, "bus_floor_ms")]  # fmt: skip


def section(measurements):
    if not measurements:
        rows = [[session, outputs, STATES["warm"], *[NOT_YET] * (len(HEAD) - 3)] for session, outputs in PLANNED]
        return report.table(HEAD, rows)
    parts = []
    for measured in measurements:
        where = f"{measured['description']}; {machine.words(measured['machine'])}. Measured {measured['date']}, {measured['commit']}."
        rows = [row for session in measured["sessions"] for row in rows_of(session)]
        differences = "; ".join(
            f"{session['session']}: " + ("the CPU's bits" if session["same_bits"] else f"{session['mix_difference_db']:.1f} dB")
            for session in measured["sessions"]
        )
        parts += [where, report.table(HEAD, rows), f"The mixes' difference from the CPU's: {differences}."]
    return "\n\n".join(parts)
