#!/usr/bin/env python3
"""Renders the same random sessions with Dubplate and with Ardour's ardour7-export and subtracts the mixes.

ardour_null.py [--count N] [--first SEED] [--jobs N] [--keep DIR]

Exit 0: every difference is below -100 dBFS (its peak, not its mean); 1: one is not; 77: a program is missing.
DUBPLATE names the program under test. README.md tells what is compared, and how.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import ardour_file
import ardour_terms
import wav
from null import LIMIT_DBFS, Difference, compare
from random_session import random_session

EXPORT = "ardour7-export"
SECONDS = 120  # after which an export hangs: it polls, and on a busy machine now and then waits for ever
ATTEMPTS = 3


def write_sources(folder, rate, sources, wanted_reversed):
    """As Ardour keeps them: one mono file a channel, one silent frame longer (for the frame that fades out to 0)."""
    for name, channels in sources.items():
        for index, samples in enumerate(channels, 1):
            wav.write(folder / ardour_terms.channel_file(name, index), rate, [[*samples, 0.0]])
            if name in wanted_reversed:
                backwards = [*reversed(samples), 0.0]
                wav.write(folder / ardour_terms.channel_file(name, index, True), rate, [backwards])


def write_pair(folder, session, sources):
    """folder/dubplate/session.dub.json and folder/ardour/mix.ardour, with their sound files."""
    ours = folder / "dubplate"
    ours.mkdir()
    for name, channels in sources.items():
        wav.write(ours / name, session["sample_rate"], channels)
    (ours / "session.dub.json").write_text(json.dumps(session, indent=1), encoding="utf-8")
    sizes = {name: (len(channels), len(channels[0])) for name, channels in sources.items()}
    translator = ardour_terms.Translator(session, sizes)
    routes = translator.routes()
    files = ardour_file.write_session(folder / "ardour", "mix", session["sample_rate"], routes, translator.end)
    write_sources(files, session["sample_rate"], sources, translator.reversed_files)


def run(command, **more):
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **more,
    )


def render_dubplate(folder):
    done = run([os.environ["DUBPLATE"], "render", "dubplate/session.dub.json", "-o", "out", "--format", "wav32f",
                "--stems", "none", "-q"], cwd=folder)  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"dubplate: {done.stdout}")
    return wav.read(folder / "out" / "mix.wav")


def render_ardour(folder):
    """Without the user's configuration, and with Ardour's plain loops: its AVX-512 loop that mixes regions adds up to
    three frames too many behind a region. That it may abort after the file is complete is no matter."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", "ARDOUR_FPU_FLAGS": "0"}
    environment.pop("XDG_CONFIG_HOME", None)
    target = folder / "ardour.wav"
    command = [EXPORT, "-b", "float", "-o", target, folder / "ardour", "mix"]
    said = ""
    for _ in range(ATTEMPTS):
        target.unlink(missing_ok=True)
        try:
            said = run(command, env=environment, timeout=SECONDS).stdout
        except subprocess.TimeoutExpired:
            said = f"hung for {SECONDS} s"
        if target.exists() and "Done." in said:
            return wav.read(target)
    raise RuntimeError(f"{EXPORT}: {said}")


def features(session):
    """What a session makes use of, for the table at the end."""
    used = collections.Counter()
    for key in ("tracks", "buses", "returns"):
        for strip in session.get(key, []):
            used[key] += 1
            used.update(word for word in ("invert", "mute", "inserts") if strip.get(word))
            used.update(f"automated {target.split('/')[-1]}" for target in strip.get("automation", {}))
            used.update(f"send {send.get('tap', 'post fader')}" for send in strip.get("sends", []))
            used.update(f"{key} {strip[key]}" for key in ("overlap", "pan_law") if key in strip)
            for clip in strip.get("clips", []):
                used["clips"] += 1
                words = ("fade_in", "fade_out", "gain_points", "loop", "reverse", "invert", "offset")
                used.update(f"clip {word}" for word in words if word in clip)
    return used


def null(seed, keep=None):
    """(Difference, features) of one session."""
    session, sources = random_session(seed)
    with tempfile.TemporaryDirectory(prefix="dubplate-ardour-") as holder:
        folder = pathlib.Path(keep, f"seed-{seed}") if keep else pathlib.Path(holder)
        if keep:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        write_pair(folder, session, sources)
        try:
            ours, theirs = render_dubplate(folder), render_ardour(folder)
        except RuntimeError as error:
            return Difference.failure(str(error)), features(session)
        return compare(ours, theirs), features(session)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", help="keep sessions and renders in this folder")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    if "DUBPLATE" not in os.environ:
        parser.error("the environment variable DUBPLATE must name the program")
    if not shutil.which(EXPORT):
        print(f"skipped: there is no {EXPORT} on this machine (Debian: apt-get install ardour)")
        return 77
    next_seed, wanted = arguments.first, arguments.count
    worst, used, failed = Difference.nothing(), collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        while wanted:
            seeds = range(next_seed, next_seed + wanted)
            next_seed, wanted = seeds.stop, 0
            if next_seed > arguments.first + 10 * arguments.count:
                print("nearly all mixes are silent")
                return 1
            for seed, answer in zip(seeds, pool.map(lambda seed: null(seed, arguments.keep), seeds)):
                difference, words = answer
                print(f"seed {seed:4}: {difference}", flush=True)
                if difference.is_quiet():
                    print(f"seed {seed:4}: too quiet to prove anything; another one takes its place")
                    wanted += 1
                    continue
                used.update(words)
                worst = max(worst, difference)
                if not difference.is_null():
                    failed.append(seed)
    for word, count in sorted(used.items()):
        print(f"{count:6} {word}")
    print(f"worst of {arguments.count}: {worst}")
    if failed:
        print(f"not below {LIMIT_DBFS} dBFS: seeds {failed}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
