"""Two versions of one session in one process: what the second costs whose audio lies on the device already."""

import json
import statistics
import subprocess
import time

from harness import measure, sessions


def versions(place):
    """Beside a full session, two whose tracks go to a device as their files lie: a linear-phase EQ each, another fader."""
    session = sessions.read_json(place / "session.dub.json")
    session["name"] = session["name"].replace("FULL", "RESIDENT")
    for track in session["tracks"]:
        track["layout"] = "mono"
        track["inserts"] = [insert for insert in track["inserts"] if insert["processor"] == "linear_eq"]
    files = []
    for number, level in enumerate(("0 dB", "-3 dB"), 1):
        session["tracks"][0]["fader"] = level
        files.append(place / f"version-{number}.dub.json")
        files[-1].write_text(json.dumps(session), encoding="utf-8")
    return files


def render(program, files, folder, device, limit_seconds):
    """The receipts, in the order of the files."""
    measure.empty(folder)
    command = [*program, "render", *map(str, files), "-o", str(folder), "--device", device, "--stems", "none", "--quiet"]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_seconds,
                               check=False)  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise measure.ProgramFailed(f"took longer than {limit_seconds:.0f} s") from late
    if ended.returncode != 0:
        raise measure.ProgramFailed(ended.stderr.strip() or f"ended with {ended.returncode}")
    folders = [folder / file.name.removesuffix(".dub.json") for file in files] if len(files) > 1 else [folder]
    return [sessions.read_json(one / "receipt.json") for one in folders]


def measured(program, place, work, device, repeats, end):
    """Medians of the first version, of the second behind it, and of the second alone."""
    files = versions(place)
    measure.warm(sessions.sound_files(place))
    runs = []
    while len(runs) < repeats and (not runs or time.monotonic() < end):
        limit = max(10.0, end - time.monotonic())
        runs.append((*render(program, files, work, device, limit), *render(program, files[1:], work, device, limit)))
    found = {"session": sessions.read_json(files[0])["name"], "device": device, "runs": len(runs), "faults": []}
    for name, receipts in zip(("first", "second", "alone"), zip(*runs)):
        traffic = receipts[0].get("device_traffic", {"copied_up_bytes": 0, "resident_bytes": 0})
        found[name] = {"wall_seconds": statistics.median(receipt["wall_seconds"] for receipt in receipts),
                       "times_real_time": statistics.median(receipt["times_real_time"] for receipt in receipts), **traffic}  # fmt: skip
    if len({run[version]["outputs"][0]["sha256"] for run in runs for version in (1, 2)}) != 1:
        found["faults"].append(f"{found['session']}: the second version has not the bits that it has alone")
    if found["first"]["copied_up_bytes"] and not found["second"]["resident_bytes"]:
        found["faults"].append(f"{found['session']}: nothing lay on the device for the second version")
    return found


def words(found):
    first, second, alone = (found[name] for name in ("first", "second", "alone"))
    return (f"{found['session']}, two versions in one process: the first took {first['wall_seconds']:.3f} s and sent up "
            f"{first['copied_up_bytes'] / 1e6:.1f} MB; the second version of a resident session took {second['wall_seconds']:.3f} s "
            f"({second['times_real_time']:.1f} x real time), sent up {second['copied_up_bytes'] / 1e6:.1f} MB and found "
            f"{second['resident_bytes'] / 1e6:.1f} MB there; alone it took {alone['wall_seconds']:.3f} s. Medians of {found['runs']}.\n")  # fmt: skip
