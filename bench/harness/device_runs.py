"""Renders of one session on the CPU and on a device, in turn, as whole processes."""

import dataclasses
import json
import pathlib
import resource
import statistics
import subprocess
import time

from harness import cold, measure

OUTPUTS = {"mix": ("--stems", "none"), "mix, 8 stems": ()}


@dataclasses.dataclass
class Run:
    wall_seconds: float
    cpu_seconds: float
    receipt: dict

    def stage(self, name):
        return next((stage["seconds"] for stage in self.receipt["stages"] if stage["name"] == name), 0.0)

    @property
    def peak_mib(self):
        return self.receipt["peak_memory_bytes"] / (1 << 20)

    @property
    def mix(self):
        return next(output for output in self.receipt["outputs"] if output["kind"] == "mix")


@dataclasses.dataclass
class Line:
    """The runs of one device, with one choice of outputs, in one state of the page cache."""

    device: str
    outputs: str
    state: str
    runs: list = dataclasses.field(default_factory=list)

    def median(self, figure):
        return statistics.median(map(figure, self.runs))

    @property
    def wall_seconds(self):
        return self.median(lambda run: run.wall_seconds)

    @property
    def times_real_time(self):
        return self.runs[0].receipt["audio_seconds"] / self.wall_seconds


def alone(receipt):
    """What a profiled render's device did, of itself: seconds by its own clock, bytes of chunks; None where it did nothing."""
    told = receipt["profile"].get("device")
    if told is None:
        return None
    rows = {row["name"]: row for row in told["work"]}
    up, compute, down = (rows[name] for name in ("copy up", "compute on the device", "copy down"))
    return {"device_seconds": told["busy_seconds"], "compute_seconds": compute["seconds"], "up_seconds": up["seconds"],
            "down_seconds": down["seconds"], "moved_up_bytes": up["bytes"], "moved_down_bytes": down["bytes"],
            "times_real_time": receipt["audio_seconds"] / told["busy_seconds"]}  # fmt: skip


def used():
    """CPU seconds of all processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def timed(command, folder, limit_seconds):
    measure.empty(folder)
    cpu, begin = used(), time.monotonic()
    try:
        ended = subprocess.run([*command, "-o", str(folder), "--quiet"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=limit_seconds, check=False)  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise measure.ProgramFailed(f"took longer than {limit_seconds:.0f} s") from late
    wall = time.monotonic() - begin
    if ended.returncode != 0:
        raise measure.ProgramFailed(ended.stderr.strip() or f"ended with {ended.returncode}")
    return Run(wall, used() - cpu, json.loads((pathlib.Path(folder) / "receipt.json").read_text(encoding="utf-8")))


class Measurement:
    """Lines of one session. The first round of warm runs and the cold ones come first, so that a time that is up leaves out
    repeats before it leaves out lines; `left_out` says what and why."""

    def __init__(self, dubplate, session, files, work, devices):
        self.dubplate, self.session, self.files, self.work, self.devices = dubplate, session, files, work, devices
        self.lines, self.left_out = [], []
        self.longest = 0.0

    def line(self, device, outputs, state):
        found = (line for line in self.lines if (line.device, line.outputs, line.state) == (device, outputs, state))
        return next(found, None)

    def run(self, device, outputs, state, end):
        if time.monotonic() + self.longest > end:
            self.left_out.append(f"{device}, {outputs}, {state}: the time was up")
            return
        if state == "cold":
            if why := cold.why_not_cold(self.files):
                self.left_out.append(f"{device}, {outputs}, cold: {why}")
                return
        else:
            measure.warm(self.files)
        measure.settle()
        command = [*self.dubplate, "render", str(self.session), "--device", device, *OUTPUTS[outputs]]
        begin = time.monotonic()
        run = timed(command, self.work, max(10.0, end - begin))
        self.longest = max(self.longest, time.monotonic() - begin)
        line = self.line(device, outputs, state)
        if line is None:
            self.lines.append(line := Line(device, outputs, state))
        line.runs.append(run)

    def all(self, repeats, end):
        for number in range(repeats):
            for outputs in OUTPUTS:
                for device in self.devices:
                    self.run(device, outputs, "warm", end)
            if number == 0:
                for device in self.devices:
                    self.run(device, list(OUTPUTS)[-1], "cold", end)
