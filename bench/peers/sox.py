"""SoX in four stages: tracks, buses and sends, returns, mix; two processes at a time, temporary files between."""

import shlex
import shutil

from peers import wav
from peers.job import Job, Program, gain_of, in_parallel, script, sides


def missing():
    return [] if shutil.which("sox") else ["sox"]


def equaliser(bands):
    words = []
    for band in bands:
        gain, frequency, width = str(band["g"]), str(band["f"]), f"{band['q']}q"
        if band["type"] == "peak":
            words += ["equalizer", frequency, width, gain]
        else:
            words += ["bass" if band["type"] == "lowshelf" else "treble", gain, frequency, width]
    return words


def compressor(settings):
    threshold, ratio = settings["thr_db"], settings["ratio"]
    curve = f"3:-90,-90,{threshold},{threshold},0,{threshold - threshold / ratio:.2f}"
    return ["compand", f"{settings['att_ms'] / 1000},{settings['rel_ms'] / 1000}", curve, str(settings["makeup_db"])]


LIMITER = ["compand", "0.0005,0.05", "3:-90,-90,-3,-3,0,-1", "0", "-90", "0.005"]


def sox(*words):
    return ["sox", "-D", "-V1", *words]


def prepare(session, work):
    tracks, groups, returns = [], [], []
    for index, track in enumerate(session.tracks):
        effects = equaliser(track["eq"]) + compressor(track["comp"])
        tracks.append(sox(session.path(track["file"]), "-b", "24", f"track{index}.wav", *effects))

    def group(name, members, extra_db):
        """Sums placed tracks; one input is no merge."""
        places = [[], []]
        for position, index in enumerate(members, 1):
            extra = gain_of(session.tracks[index]["send_db"]) if extra_db else 1.0
            for side, gain in enumerate(sides(session.tracks[index])):
                places[side].append(f"{position}v{gain * extra:.6f}")
        inputs = [f"track{index}.wav" for index in members]
        merge = ["-M"] if len(inputs) > 1 else []
        groups.append(sox(*merge, *inputs, "-b", "24", f"{name}.wav", "remix", *(",".join(side) for side in places)))

    buses = [bus for bus in range(session.bus_count) if session.on_bus(bus)]
    targets = [target for target in range(len(session.responses)) if session.sending_to(target)]
    for bus in buses:
        group(f"stem{bus}", session.on_bus(bus), False)
    for target in targets:
        group(f"send{target}", session.sending_to(target), True)
        _, channels = wav.read(session.path(session.responses[target]))
        for side, samples in enumerate(channels):
            taps = work / f"response{target}_{side}.txt"
            taps.write_text("\n".join(f"{sample:.9g}" for sample in samples), encoding="utf-8")
            effects = ["remix", str(side + 1), "pad", "0", "3", "fir", taps.name]
            returns.append(sox(f"send{target}.wav", "-b", "24", f"return{target}_{side}.wav", *effects))

    join = [sox("-M", f"return{target}_0.wav", f"return{target}_1.wav", f"return{target}.wav") for target in targets]
    inputs = [f"stem{bus}.wav" for bus in buses] + [f"return{target}.wav" for target in targets]
    parts = [word for name in inputs for word in ("-v", "1", name)]
    effects = equaliser(session.master["eq"]) + compressor(session.master["comp"]) + LIMITER
    lines = [in_parallel(work, f"stage{stage}", stages) for stage, stages in enumerate((tracks, groups, returns), 1)]
    lines += [shlex.join(command) for command in join]
    lines += [shlex.join(sox("-m", *parts, "-b", "24", "mix.wav", *effects)), "rm -f track*.wav send*.wav return*.wav"]
    return Job(script(work, "job", lines), work / "mix.wav")


SOX = Program("sox", "SoX", "four stages, two processes, temporary files", missing, prepare)
