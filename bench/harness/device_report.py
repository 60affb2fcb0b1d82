"""What bench/gpu measured, as data, as rows and as a table."""

import csv
import json
import math
import pathlib

from harness import traffic

COLUMNS = ("session", "device", "outputs", "state", "runs", "wall_seconds", "times_real_time", "cpu_seconds", "peak_mib",
           "cpu_to_device", "plan_seconds", "render_seconds", "device_ms", "compute_ms", "moved_up_gb", "moved_down_gb", "up_gb",
           "down_gb", "bus_floor_ms", "memory_gb", "memory_floor_ms")  # fmt: skip


def row_of(name, line, measurement, moved, alone):
    """A row of the table; `moved` is None where nobody can tell, `alone` (by outputs) where the device did nothing."""
    other = measurement.line("cpu", line.outputs, line.state)
    row = {"session": name, "device": line.device, "outputs": line.outputs, "state": line.state, "runs": len(line.runs),
           "wall_seconds": round(line.wall_seconds, 3), "times_real_time": round(line.times_real_time, 1),
           "cpu_seconds": round(line.median(lambda run: run.cpu_seconds), 2),
           "peak_mib": round(line.median(lambda run: run.peak_mib)),
           "plan_seconds": round(line.median(lambda run: run.stage("plan")), 3),
           "render_seconds": round(line.median(lambda run: run.stage("render")), 3)}  # fmt: skip
    if line.device != "cpu" and other:
        row["cpu_to_device"] = round(other.wall_seconds / line.wall_seconds, 2)
    if line.device != "cpu" and alone[line.outputs]:
        told = alone[line.outputs]
        row["device_ms"], row["compute_ms"] = (round(1000 * told[key], 2) for key in ("device_seconds", "compute_seconds"))
        row["moved_up_gb"], row["moved_down_gb"] = (round(told[key] / 1e9, 3) for key in ("moved_up_bytes", "moved_down_bytes"))
    if line.device != "cpu" and moved:
        row["up_gb"], row["down_gb"] = round(moved.up_bytes / 1e9, 3), round(moved.down_bytes / 1e9, 3)
        row["memory_gb"] = round(moved.memory_bytes / 1e9, 3)
        row["bus_floor_ms"] = " - ".join(f"{1000 * seconds:.1f}" for seconds in moved.bus_seconds())
        row["memory_floor_ms"] = round(1000 * moved.memory_seconds(), 2)
    return row


def finite(number):
    return number if math.isfinite(number) else None


def session_of(name, device, measurement, held, limit_db):
    """Everything of one session; `faults` are what makes the run fail."""
    lines = sorted(measurement.lines, key=lambda line: (line.state != "warm", line.outputs, line.device != "cpu"))
    faults = [f"{name}: left out: {words}" for words in missing(measurement)]
    difference = held["difference_db"]
    if difference > limit_db:
        faults.append(f"{name}: the mix on {device} differs by {difference:.1f} dB from the CPU's; {limit_db:.0f} is allowed")
    written = sum(output["bytes"] for output in lines[0].runs[0].receipt["outputs"]) if lines else 0
    return {
        "session": name,
        "device": device,
        "on_device": held["on_device"],
        "audio_seconds": lines[0].runs[0].receipt["audio_seconds"] if lines else None,
        "mix_rms_dbfs": held["rms_dbfs"],
        "mix_difference_db": finite(difference),
        "same_bits": difference == -math.inf,
        "input_bytes": held["input_bytes"],
        "files_floor_seconds": traffic.of_files(held["input_bytes"], written),
        "device_alone": held["alone"],
        "rows": [row_of(name, line, measurement, held["traffic"], held["alone"]) for line in lines],
        "walls": {f"{line.device}, {line.outputs}, {line.state}": [run.wall_seconds for run in line.runs] for line in lines},
        "left_out": measurement.left_out,
        "faults": faults,
    }


def missing(measurement):
    """What was left out and has no line at all: fewer repeats are no fault, they stand in the table. Files that will not
    leave the page cache are the system's."""
    have = {f"{line.device}, {line.outputs}, {line.state}" for line in measurement.lines}
    return [words for words in measurement.left_out if words.endswith("the time was up") and words.rsplit(":", 1)[0] not in have]


def table(session):
    heads = ("device", "outputs", "state", "runs", "wall s", "x real time", "CPU s", "MiB", "CPU : device", "plan s",
             "render s", "device ms", "compute ms", "moved up GB", "moved down GB", "up GB", "down GB", "bus floor ms", "HBM GB", "HBM floor ms")  # fmt: skip
    keys = COLUMNS[1:]
    body = [[str(row.get(key, "")) for key in keys] for row in session["rows"]]
    widths = [max(map(len, column)) for column in zip(heads, *body)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(cells, widths)).rstrip() for cells in (heads, *body)]
    return "\n".join([session["session"], *lines, *notes(session), ""])


def notes(session):
    """What stands below the table."""
    device = session["device"]
    levels = ", ".join(f"{name} {level:.2f} dBFS" for name, level in session["mix_rms_dbfs"].items())
    same = "the same bits" if session["same_bits"] else f"difference {session['mix_difference_db']:.1f} dB"
    yield f"Mix: {levels}; {same}."
    if not session["on_device"]:
        yield f"Nothing of it went to {device}: this session is too small for it."
    elif not any("up_gb" in row for row in session["rows"]):
        yield "Bytes and floors are left out: the blocks that ran are not those they are computed from."
    else:
        yield ("Bytes and floors are computed: float32 of what enters a device (up, at most), sums (down), bus at "
               "55 - 50 GB/s each way, HBM at 4300 GB/s.")  # fmt: skip
    low, high = (1000 * seconds for seconds in session["files_floor_seconds"])
    yield f"Were files to go up as they lie ({session['input_bytes'] / 1e9:.3f} GB), the bus would take {low:.1f} - {high:.1f} ms."
    for outputs, told in session["device_alone"].items():
        if told:
            yield (f"The device alone, {outputs}: {1000 * told['device_seconds']:.1f} ms in which it copied or computed "
                   f"({told['times_real_time']:.0f} x real time), by its own clock, of one profiled render: up "
                   f"{1000 * told['up_seconds']:.1f}, compute {1000 * told['compute_seconds']:.1f}, down "
                   f"{1000 * told['down_seconds']:.1f} ms. Moved GB are of its chunks; responses went up before.")  # fmt: skip
    yield from (f"Left out: {words}." for words in session["left_out"])


def write(found, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "gpu.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        rows.writerows(row for session in found["sessions"] for row in session["rows"])
    (folder / "gpu.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
