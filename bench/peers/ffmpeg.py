"""ffmpeg: the whole session as one filter graph, or split by hand into processes for buses, returns and the mix."""

import shlex
import shutil

from peers.job import Job, Program, gain_of, in_parallel, script, sides

QUIET = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
RESPONSE = "afir=gtype=none:maxp=8192:wet=0.5"  # of ffmpeg 5.1: without wet, a response of one 1 doubles


def missing():
    return [] if shutil.which("ffmpeg") else ["ffmpeg"]


def equaliser(bands):
    names = {"lowshelf": "lowshelf", "highshelf": "highshelf", "peak": "equalizer"}
    return ",".join(f"{names[band['type']]}=f={band['f']}:g={band['g']}:t=q:w={band['q']}" for band in bands)


def compressor(settings):
    return (
        f"acompressor=threshold={gain_of(settings['thr_db']):.6f}:ratio={settings['ratio']}:"
        f"attack={settings['att_ms']}:release={settings['rel_ms']}:"
        f"makeup={max(1.0, gain_of(settings['makeup_db'])):.5f}:knee=1"
    )


def master(settings):
    limiter = settings["lim"]
    return (
        f"{equaliser(settings['eq'])},{compressor(settings['comp'])},alimiter=limit={gain_of(limiter['ceiling_db']):.5f}:"
        f"attack={limiter['lookahead_ms']}:release={limiter['rel_ms']}:level=false"
    )


def track_filters(session, index, source):
    """One track, to [dry N] and [send N]."""
    track = session.tracks[index]
    left, right = sides(track)
    return (
        f"[{source}:a]aformat=sample_fmts=dblp,{equaliser(track['eq'])},{compressor(track['comp'])},"
        f"pan=stereo|c0={left:.6f}*c0|c1={right:.6f}*c0,asplit=2[dry{index}][split{index}];"
        f"[split{index}]volume={track['send_db']}dB[send{index}];\n"
    )


def summed(names, extra=""):
    return "".join(f"[{name}]" for name in names) + f"amix=inputs={len(names)}:normalize=0{extra}"


def inputs(names):
    return [word for name in names for word in ("-i", name)]


def stem_outputs(buses, label):
    return [word for bus in buses for word in ("-map", f"[{label}{bus}]", "-c:a", "pcm_s24le", f"stem{bus}.wav")]


def used(session):
    buses = [bus for bus in range(session.bus_count) if session.on_bus(bus)]
    return buses, [target for target in range(len(session.responses)) if session.sending_to(target)]


def prepare_one(session, work):
    buses, targets = used(session)
    count = len(session.tracks)
    graph = "".join(track_filters(session, index, index) for index in range(count))
    for bus in buses:
        graph += summed([f"dry{index}" for index in session.on_bus(bus)], f",asplit=2[stem{bus}][bus{bus}];\n")
    for place, target in enumerate(targets):
        graph += summed([f"send{index}" for index in session.sending_to(target)], f",apad=pad_dur=3[sum{target}];")
        graph += f"[sum{target}][{count + place}:a]{RESPONSE}[return{target}];\n"
    parts = [f"bus{bus}" for bus in buses] + [f"return{target}" for target in targets]
    graph += summed(parts, f":duration=longest,{master(session.master)}[mix]")
    (work / "graph.txt").write_text(graph, encoding="utf-8")
    files = [track["file"] for track in session.tracks] + [session.responses[target] for target in targets]
    command = QUIET + inputs(session.path(name) for name in files) + ["-filter_complex_script", "graph.txt"]
    command += ["-map", "[mix]", "-c:a", "pcm_s24le", "mix.wav", *stem_outputs(buses, "stem")]
    return Job(command, work / "mix.wav")


def prepare_split(session, work):
    buses, targets = used(session)
    groups, returns = [], []
    for bus in buses:
        members = session.on_bus(bus)
        graph = "".join(track_filters(session, index, source) for source, index in enumerate(members))
        graph += summed([f"dry{index}" for index in members], "[stem]")
        outputs = ["-map", "[stem]", "-c:a", "pcm_s24le", f"stem{bus}.wav"]
        for target in targets:
            senders = session.sending_to(target, bus)
            if senders:
                graph += ";\n" + summed([f"send{index}" for index in senders], f"[to{target}]")
                outputs += ["-map", f"[to{target}]", "-c:a", "pcm_f32le", f"send{bus}_{target}.wav"]
        (work / f"graph{bus}.txt").write_text(graph, encoding="utf-8")
        files = inputs(session.path(session.tracks[index]["file"]) for index in members)
        groups.append(QUIET + files + ["-filter_complex_script", f"graph{bus}.txt", *outputs])
    for target in targets:
        sends = [f"send{bus}_{target}.wav" for bus in buses if session.sending_to(target, bus)]
        graph = summed([f"{place}:a" for place in range(len(sends))], ",apad=pad_dur=3[sum];")
        graph += f"[sum][{len(sends)}:a]{RESPONSE}[wet]"
        files = inputs([*sends, session.path(session.responses[target])])
        outputs = ["-map", "[wet]", "-c:a", "pcm_f32le", f"return{target}.wav"]
        returns.append(QUIET + files + ["-filter_complex", graph, *outputs])
    parts = [f"stem{bus}.wav" for bus in buses] + [f"return{target}.wav" for target in targets]
    graph = f"amix=inputs={len(parts)}:normalize=0:duration=longest,{master(session.master)}"
    mix = QUIET + inputs(parts) + ["-filter_complex", graph, "-c:a", "pcm_s24le", "mix.wav"]
    lines = [in_parallel(work, "groups", groups), in_parallel(work, "returns", returns), shlex.join(mix)]
    return Job(script(work, "job", [*lines, "rm -f send*.wav return*.wav"]), work / "mix.wav")


def prepare_heavy(session, work):
    """Tracks through responses of their own: processes for buses, two at a time, then the mix."""
    buses = [bus for bus in range(session.bus_count) if session.on_bus(bus)]
    groups = []
    for bus in buses:
        members = session.on_bus(bus)
        graph = ""
        for place, index in enumerate(members):
            gain = gain_of(session.tracks[index]["gain_db"])
            graph += (
                f"[{2 * place}:a]pan=stereo|c0={gain:.6f}*c0|c1={gain:.6f}*c0,apad=pad_dur=3[in{index}];"
                f"[in{index}][{2 * place + 1}:a]{RESPONSE}[wet{index}];\n"
            )
        graph += summed([f"wet{index}" for index in members], f"[stem{bus}]")
        (work / f"graph{bus}.txt").write_text(graph, encoding="utf-8")
        tracks = [session.tracks[index] for index in members]
        files = inputs(session.path(track[key]) for track in tracks for key in ("file", "response"))
        groups.append(QUIET + files + ["-filter_complex_script", f"graph{bus}.txt", *stem_outputs([bus], "stem")])
    mix = QUIET + inputs(f"stem{bus}.wav" for bus in buses)
    mix += ["-filter_complex", f"amix=inputs={len(buses)}:normalize=0", "-c:a", "pcm_s24le", "mix.wav"]
    return Job(script(work, "job", [in_parallel(work, "groups", groups), shlex.join(mix)]), work / "mix.wav")


def prepare_parts(session, work):
    return prepare_heavy(session, work) if session.kind == "heavy" else prepare_split(session, work)


ONE_GRAPH = Program("ffmpeg", "ffmpeg, one graph", "one process", missing, prepare_one)
SPLIT = Program(
    "ffmpeg-split",
    "ffmpeg, split by hand",
    "a process for each bus, two at a time, temporary files",
    missing,
    prepare_parts,
    ("reference", "heavy"),
)
