#!/usr/bin/env python3
"""Renders simple sessions with Dubplate, SoX and ecasound and subtracts the mixes.

shell_null.py [--count N] [--first SEED]

Exit 0: every difference is below -100 dBFS; 1: one is not; 77: both programs are missing. With one of them missing, the
other is compared and the missing one named. DUBPLATE names the program under test.
"""

import argparse
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import wav
from ardour_terms import balance_gains, gain_of_db, pan_gains
from null import LIMIT_DBFS, Difference, compare

RATE = 48000
SOX_FADES = {"linear": "t", "equal power": "q", "s-curve": "h"}  # the three shapes that are the same in both


def random_clips(seed, fades):
    """One clip on one track each: all that a command line can say."""
    r = random.Random(seed)
    clips = []
    for index in range(r.randint(2, 7)):
        channels, frames = r.choice([1, 2]), r.randint(24000, 72000)
        sound = [[0.1 * r.uniform(-1.0, 1.0) + 0.1 * math.sin(0.05 * (index + 1) * k) for k in range(frames)]
                 for _ in range(channels)]  # fmt: skip
        offset = r.randint(0, 9600)
        length = r.randint(12000, frames - offset)
        clip = {
            "file": f"clip-{index}.wav",
            "sound": sound,
            "start": r.randint(0, 48000),
            "offset": offset,
            "length": length,
            "gain_db": round(r.uniform(-12.0, 0.0), 2),
            "pan": r.choice([-1, 1, 0, round(r.uniform(-1.0, 1.0), 3)]),
            "law": r.choice(["-3 dB", "-4.5 dB", "-6 dB", "linear"]),
        }
        if fades:
            clip["reverse"] = r.random() < 0.3
            for end in ("fade_in", "fade_out"):
                if r.random() < 0.7:
                    clip[end] = {"length": r.randint(1, length // 2), "shape": r.choice(list(SOX_FADES))}
        clips.append(clip)
    return clips


def sides(clip):
    """Gains into left and right: of the one channel, or of each side's own."""
    gains = pan_gains if len(clip["sound"]) == 1 else balance_gains
    return gains(clip["law"], clip["pan"])


def session_of(clips, end):
    tracks = []
    for index, clip in enumerate(clips):
        placed = {"file": clip["file"], "gain": f"{clip['gain_db']} dB"}
        placed.update({key: clip[key] for key in ("start", "offset", "length", "fade_in", "fade_out") if key in clip})
        if clip.get("reverse"):
            placed["reverse"] = True
        tracks.append(
            {
                "name": f"Track {index}",
                "layout": "mono" if len(clip["sound"]) == 1 else "stereo",
                "pan": clip["pan"],
                "pan_law": clip["law"],
                "clips": [placed],
            }
        )
    return {"dubplate": 1, "sample_rate": RATE, "end": end, "tracks": tracks, "stems": []}


def run(folder, *command):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}")


def render_dubplate(folder, clips, end):
    (folder / "session.dub.json").write_text(json.dumps(session_of(clips, end)), encoding="utf-8")
    options = ["--format", "wav32f", "--stems", "none", "-q"]
    run(folder, os.environ["DUBPLATE"], "render", "session.dub.json", "-o", "out", *options)
    return wav.read(folder / "out" / "mix.wav")


def render_sox(folder, clips, end):
    """A file for each clip, then their sum; SoX computes in 32-bit integers, so nothing here reaches full scale."""
    form = ["-e", "floating-point", "-b", "32"]
    mix = ["sox", "-m"]
    for index, clip in enumerate(clips):
        left, right = (gain * gain_of_db(clip["gain_db"]) for gain in sides(clip))
        other = 1 if len(clip["sound"]) == 1 else 2
        effects = ["trim", f"{clip['offset']}s", f"{clip['length']}s"]
        if clip.get("reverse"):
            effects.append("reverse")
        if "fade_in" in clip:
            effects += ["fade", SOX_FADES[clip["fade_in"]["shape"]], f"{clip['fade_in']['length']}s"]
        if "fade_out" in clip:
            fade = clip["fade_out"]
            effects += ["fade", SOX_FADES[fade["shape"]], "0", f"{clip['length']}s", f"{fade['length']}s"]
        effects += ["remix", f"1v{left:.12f}", f"{other}v{right:.12f}"]
        effects += ["pad", f"{clip['start']}s", f"{end}s", "trim", "0", f"{end}s"]
        run(folder, "sox", "-D", clip["file"], *form, f"sox-{index}.wav", *effects)
        mix += ["-v", "1", f"sox-{index}.wav"]
    run(folder, *mix, *form, "sox.wav")
    return wav.read(folder / "sox.wav")


def render_ecasound(folder, clips, end):
    """A chain for each clip, mixed by the output they share."""
    command = ["ecasound", "-q", "-z:nodb", "-z:mixmode,sum", f"-f:f32_le,2,{RATE}"]
    names = []
    for index, clip in enumerate(clips):
        left, right = (100.0 * gain * gain_of_db(clip["gain_db"]) for gain in sides(clip))
        channels = len(clip["sound"])
        # It cuts seconds down to frames: 0.29 s are 13919 frames of 48 kHz, unless a part of a frame is added.
        times = [f"{(clip[key] + 0.3) / RATE:.9f}" for key in ("start", "offset", "length")]
        command += [f"-a:{index}", f"-f:f32_le,{channels},{RATE}"]
        command += ["-i", f"playat,{times[0]},select,{times[1]},{times[2]},{clip['file']}"]
        if channels == 1:
            command.append("-chcopy:1,2")
        command += [f"-eac:{left:.9f},1", f"-eac:{right:.9f},2"]
        names.append(str(index))
    command += [f"-a:{','.join(names)}", f"-f:f32_le,2,{RATE}", "-o", "ecasound.wav"]
    run(folder, *command)
    rate, channels = wav.read(folder / "ecasound.wav")
    # It writes until the last clip ends.
    return rate, [[*channel, *[0.0] * (end - len(channel))][:end] for channel in channels]


PEERS = {"sox": (render_sox, True), "ecasound": (render_ecasound, False)}


def null(seed, peer):
    render, fades = PEERS[peer]
    clips = random_clips(seed, fades)
    end = 3 * RATE
    with tempfile.TemporaryDirectory(prefix=f"dubplate-{peer}-") as holder:
        folder = pathlib.Path(holder)
        for clip in clips:
            wav.write(folder / clip["file"], RATE, clip["sound"])
        return compare(render_dubplate(folder, clips, end), render(folder, clips, end))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--first", type=int, default=1)
    arguments = parser.parse_args()
    if "DUBPLATE" not in os.environ:
        parser.error("the environment variable DUBPLATE must name the program")
    compared, failed = 0, []
    for peer in PEERS:
        if not shutil.which(peer):
            print(f"skipped: there is no {peer} on this machine (Debian: apt-get install {peer})")
            continue
        compared += 1
        worst = Difference.nothing()
        for seed in range(arguments.first, arguments.first + arguments.count):
            difference = null(seed, peer)
            worst = max(worst, difference)
            print(f"{peer:8} seed {seed:4}: {difference}", flush=True)
            if not difference.is_null():
                failed.append((peer, seed))
        print(f"{peer:8} worst of {arguments.count}: {worst}")
    if failed:
        print(f"not below {LIMIT_DBFS} dBFS: {failed}")
        return 1
    return 0 if compared else 77


if __name__ == "__main__":
    sys.exit(main())
