"""A session on a device against the same session on the CPU."""

import math
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

import wav  # noqa: E402

LIMIT_DB = -120.0  # the difference below what the CPU renders, RMS against RMS


def render(dubplate, session, folder, device, *more):
    """What the program says where it fails; "" where it does not."""
    command = [*dubplate, "render", session, "-o", folder, "--format", "wav32f", "--device", device, "--quiet", *more]
    answer = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return "" if answer.returncode == 0 else answer.stderr.strip() or f"ended with {answer.returncode}"


def sound_files(folder):
    return {path.relative_to(folder): path for path in sorted(pathlib.Path(folder).rglob("*.wav"))}


def rms_db(samples):
    square = math.fsum(sample * sample for sample in samples) / max(1, len(samples))
    return 10.0 * math.log10(square) if square > 0.0 else -math.inf


def difference_db(path, reference):
    """RMS of the difference against the reference's; -inf where the bytes are the same, +inf where they cannot be compared."""
    if path.read_bytes() == reference.read_bytes():
        return -math.inf
    (rate, ours), (other_rate, theirs) = wav.read(path), wav.read(reference)
    ours, theirs = ([sample for channel in channels for sample in channel] for channels in (ours, theirs))
    if rate != other_rate or len(ours) != len(theirs) or not all(map(math.isfinite, ours)):
        return math.inf
    difference = rms_db([a - b for a, b in zip(ours, theirs)])
    return difference if difference == -math.inf else difference - rms_db(theirs)


def compare(dubplate, session, device, repeats):
    """(whether all is well, what was found in a line): every output against the CPU's, and every repeat against the first."""
    with tempfile.TemporaryDirectory() as holder:
        folder = pathlib.Path(holder)
        if said := render(dubplate, session, folder / "cpu", "cpu"):
            return False, f"on the CPU: {said}"
        expected = sound_files(folder / "cpu")
        for number in range(repeats):
            if said := render(dubplate, session, folder / str(number), device):
                return False, said
            made = sound_files(folder / str(number))
            if made.keys() != expected.keys():
                return False, f"run {number + 1} wrote other files than the CPU does"
            if number == 0:
                first = made
            elif other := [str(name) for name in made if made[name].read_bytes() != first[name].read_bytes()]:
                return False, f"run {number + 1} gave other bits than the first: {', '.join(other)}"
        worst = max((difference_db(first[name], expected[name]), str(name)) for name in expected)
        same = sum(first[name].read_bytes() == expected[name].read_bytes() for name in expected)
        note = f"{same} of {len(expected)} files have the CPU's bits"
        if worst[0] > -math.inf:
            note += f", the others differ by {worst[0]:.1f} dB at most ({worst[1]})"
        return worst[0] <= LIMIT_DB, f"{note}; {repeats} runs alike" if repeats > 1 else note
