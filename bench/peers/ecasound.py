"""ecasound with LADSPA plug-ins (CAPS, swh) and fconvolver: tracks to stems and sends, returns, mix.

One process with one thread for the tracks; returns two at a time; temporary files between.
"""

import os
import pathlib
import shlex
import shutil

from peers.job import Job, Program, in_parallel, script

PLUGIN_FOLDER = "/usr/lib/ladspa"
PLUGINS = {"caps.so": "caps", "sc4_1882.so": "swh-plugins", "sc4m_1916.so": "swh-plugins"}
LIMITER_PLUGIN = "fast_lookahead_limiter_1913.so"
HEAD = "-z:nodb -B:nonrt -b:4096"
STEREO_FLOAT, STEREO_24 = "-f:f32_le,2,48000", "-f:s24_le,2,48000"


def missing():
    wanted = {"ecasound": "ecasound", "fconvolver": "jconvolver"}
    absent = {package for program, package in wanted.items() if not shutil.which(program)}
    for name in (*PLUGINS, LIMITER_PLUGIN):
        if not (pathlib.Path(PLUGIN_FOLDER) / name).exists():
            absent.add(PLUGINS.get(name, "swh-plugins"))
    return sorted(absent)


def equaliser(bands):
    """CAPS' Eq4p: mode, frequency, Q (0 to 1), gain of each band."""
    modes = {"lowshelf": 0, "peak": 1, "highshelf": 2}
    values = []
    for band in bands:
        values += [modes[band["type"]], min(14000, band["f"]), f"{min(1.0, band['q'] / 2):.3f}", band["g"]]
    return "-el:Eq4p," + ",".join(map(str, values))


def compressor(settings):
    """SC4: peak or RMS, attack, release, threshold, ratio, knee, makeup."""
    values = [0, max(1.5, settings["att_ms"]), settings["rel_ms"], max(-30, settings["thr_db"])]
    return ",".join(map(str, [*values, settings["ratio"], 3, settings["makeup_db"]]))


def placed(track, extra_db=0.0):
    return f"-chcopy:1,2 -eadb:{track['gain_db'] + extra_db:.2f} -epp:{50 + 50 * track['pan']:.1f}"


def names(letter, indices):
    return ",".join(f"{letter}{index}" for index in indices)


def track_chains(session):
    buses = [bus for bus in range(session.bus_count) if session.on_bus(bus)]
    targets = [target for target in range(len(session.responses)) if session.sending_to(target)]
    lines = [HEAD]
    for index, track in enumerate(session.tracks):
        loop = f"loop,{index + 1}"
        lines.append(
            f"-a:t{index} -f:s24_le,1,48000 -i {session.path(track['file'])} {equaliser(track['eq'])} "
            f"-el:sc4m,{compressor(track['comp'])} -f:f32_le,1,48000 -o {loop}"
        )
        lines.append(f"-a:b{index},s{index} {STEREO_FLOAT} -i {loop}")
    for bus in buses:
        lines += [f"-a:b{index} {placed(session.tracks[index])}" for index in session.on_bus(bus)]
        lines.append(f"-a:{names('b', session.on_bus(bus))} {STEREO_24} -o stem{bus}.wav")
    for target in targets:
        senders = session.sending_to(target)
        lines += [f"-a:s{index} {placed(session.tracks[index], session.tracks[index]['send_db'])}" for index in senders]
        lines.append(f"-a:{names('s', senders)} {STEREO_FLOAT} -o send{target}.wav")
    return buses, targets, lines


def mix_chains(session, buses, targets):
    master = session.master
    lines = [HEAD]
    lines += [f"-a:m{bus} {STEREO_24} -i stem{bus}.wav" for bus in buses]
    lines += [f"-a:r{target} {STEREO_FLOAT} -i return{target}.wav" for target in targets]
    parts = [f"m{bus}" for bus in buses] + [f"r{target}" for target in targets]
    lines.append(f"-a:{','.join(parts)} {STEREO_FLOAT} -o loop,1")
    limiter = f"-el:fastLookaheadLimiter,0,{master['lim']['ceiling_db']},{master['lim']['rel_ms'] / 1000}"
    chain = f"{equaliser(master['eq'])} -el:sc4,{compressor(master['comp'])} {limiter}"
    return [*lines, f"-a:mix {STEREO_FLOAT} -i loop,1 {chain} {STEREO_24} -o mix.wav"]


def convolver(work, name, response, folder):
    """fconvolver's settings: two channels, 3 s, partitions up to 8192."""
    text = f"/convolver/new 2 2 8192 144000\n/cd {folder}\n"
    text += "".join(f"/impulse/read {side} {side} 1 0 0 0 {side} {response}\n" for side in (1, 2))
    (work / name).write_text(text, encoding="utf-8")
    return name


def chains(work, name, lines):
    (work / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"ecasound -q -s:{name}"


def prepare_reference(session, work):
    buses, targets, lines = track_chains(session)
    wet = []
    for target in targets:
        settings = convolver(work, f"convolver{target}.conf", session.responses[target], session.folder)
        wet.append(["fconvolver", settings, f"send{target}.wav", f"return{target}.wav"])
    return [
        chains(work, "tracks.ecs", lines),
        in_parallel(work, "returns", wet),
        chains(work, "mix.ecs", mix_chains(session, buses, targets)),
        "rm -f send*.wav return*.wav",
    ]


def prepare_heavy(session, work):
    """ecasound doubles the channels and sets the gain, fconvolver convolves, ecasound sums."""
    widen, wet, stems = [HEAD], [], [HEAD]
    for index, track in enumerate(session.tracks):
        settings = convolver(work, f"convolver{index}.conf", track["response"], session.folder)
        widen.append(
            f"-a:t{index} -f:s24_le,1,48000 -i {session.path(track['file'])} -chcopy:1,2 "
            f"-eadb:{track['gain_db']} {STEREO_FLOAT} -o dry{index}.wav"
        )
        wet.append(["fconvolver", settings, f"dry{index}.wav", f"wet{index}.wav"])
        stems.append(f"-a:w{index},x{index} {STEREO_FLOAT} -i wet{index}.wav")
    for bus in range(session.bus_count):
        if session.on_bus(bus):
            stems.append(f"-a:{names('w', session.on_bus(bus))} {STEREO_24} -o stem{bus}.wav")
    stems.append(f"-a:{names('x', range(len(session.tracks)))} {STEREO_24} -o mix.wav")
    return [
        chains(work, "tracks.ecs", widen),
        in_parallel(work, "wet", wet),
        chains(work, "mix.ecs", stems),
        "rm -f dry*.wav wet*.wav",
    ]


def prepare(session, work):
    lines = (prepare_heavy if session.kind == "heavy" else prepare_reference)(session, work)
    environment = {**os.environ, "LADSPA_PATH": PLUGIN_FOLDER}
    return Job(script(work, "job", [f"cd {shlex.quote(str(work))}", *lines]), work / "mix.wav", environment)


ECASOUND = Program(
    "ecasound",
    "ecasound",
    "LADSPA plug-ins, fconvolver, temporary files",
    missing,
    prepare,
    ("reference", "heavy"),
)
