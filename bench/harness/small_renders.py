"""Five small sessions whose instructions are counted, each about one thing. All play the sounds of REF-16-2."""

TRACKS = 16


def name(track):
    return f"track_{track:03d}"


def tracks(**more):
    """Sixteen mono tracks, each playing its file."""
    return [
        {"name": name(track), "layout": "mono", "fader": f"{-12 - track * 0.3:.1f} dB", "pan": (track - 8) / 10,
         "clips": [{"file": f"{name(track)}.wav"}], **more}
        for track in range(TRACKS)
    ]  # fmt: skip


def session(title, strips, **more):
    return {"dubplate": 1, "name": title, "sample_rate": 48000, "tracks": strips, "master": {"name": "master"}, **more}


def plain():
    return session("plain strips", tracks(output="bus"), buses=[{"name": "bus"}])


def dynamics():
    bands = [("low_shelf", 120, 2.5), ("bell", 500, -3), ("bell", 3000, 2), ("high_shelf", 9000, 1.5)]
    inserts = [
        {"processor": "eq", "bands": [
            {"type": kind, "frequency": f"{frequency} Hz", "gain": f"{gain} dB", "q": 0.9}
            for kind, frequency, gain in bands
        ]},
        {"processor": "compressor", "detector": "rms", "threshold": "-20 dB", "ratio": 3},
    ]  # fmt: skip
    limiter = {"name": "master", "inserts": [*inserts, {"processor": "limiter", "lookahead": "5 ms"}]}
    return {**session("equaliser and compressor", tracks(inserts=inserts)), "master": limiter}


def convolution():
    returns = [
        {"name": f"room {index}", "inserts": [{"processor": "convolution", "impulse": f"ir_{index}.wav"}]}
        for index in range(2)
    ]
    strips = tracks()
    for index, strip in enumerate(strips):
        strip["sends"] = [{"to": f"room {index % 2}", "level": "-9 dB"}]
    return session("convolution", strips, returns=returns)


def automation():
    strips = tracks(inserts=[{"processor": "eq", "bands": [{"type": "bell", "frequency": "700 Hz", "gain": "3 dB"}]}])
    step = 9600
    for strip in strips:
        file = strip["clips"][0]["file"]
        strip["clips"] = [
            {"file": file, "start": index * step, "offset": (9 - index) * step, "length": step + 480,
             "fade_in": "5 ms", "fade_out": {"length": "10 ms", "shape": "equal power"}}
            for index in range(10)
        ]  # fmt: skip
        strip["automation"] = {
            "fader": [[index * step, f"{-12 - index % 3} dB"] for index in range(10)],
            "pan": [[0, -0.5], [48000, 0.5, "curve", 0.4], [94000, 0]],
            "inserts/0/bands/0/gain": [[0, "-3 dB"], [96000, "4 dB"]],
        }
    return session("clips and automation", strips)


def stems():
    strips = [{"name": strip["name"], "strips": [strip["name"]]} for strip in tracks()]
    return session("many stems", tracks(output="bus"), buses=[{"name": "bus"}], stems=strips)


RENDERS = {
    "plain-strips": plain,
    "equaliser-compressor": dynamics,
    "convolution": convolution,
    "clips-automation": automation,
    "many-stems": stems,
}
