"""Csound: the session as one orchestra, two threads."""

import shutil

from peers.job import Job, Program, gain_of, sides

HEAD = "sr = 48000\nksmps = 256\nnchnls = 2\n0dbfs = 1\n"


def missing():
    return [] if shutil.which("csound") else ["csound"]


def equaliser(signal, bands):
    modes = {"peak": 0, "lowshelf": 1, "highshelf": 2}
    return "".join(
        f"{signal} pareq {signal}, {band['f']}, {gain_of(band['g']):.6f}, {band['q']}, {modes[band['type']]}\n"
        for band in bands
    )


def compressor(signal, settings):
    threshold = settings["thr_db"]
    return (
        f"{signal} compress2 {signal}, {signal}, -90, {threshold - 3}, {threshold + 3}, {settings['ratio']}, "
        f"{settings['att_ms'] / 1000}, {settings['rel_ms'] / 1000}, 0.005\n"
        f"{signal} = {signal} * {gain_of(settings['makeup_db']):.6f}\n"
    )


def limiter(signal, settings):
    return (
        f"{signal} compress2 {signal}, {signal}, -90, -2, -1, 100, 0.001, {settings['rel_ms'] / 1000}, "
        f"{settings['lookahead_ms'] / 1000}\n"
    )


def globals_of(session):
    text = ""
    for bus in range(session.bus_count):
        text += f"gaBusL{bus} init 0\ngaBusR{bus} init 0\n"
    for target, response in enumerate(session.responses):
        text += f"gaSendL{target} init 0\ngaSendR{target} init 0\n"
        for side in (0, 1):
            table, path = 100 + 2 * target + side, session.path(response)
            text += f'giResponse{target}_{side} ftgen {table}, 0, 0, -1, "{path}", 0, 0, {side + 1}\n'
    return text


def track_instrument(session, index):
    track = session.tracks[index]
    left, right = sides(track)
    send, bus, target = gain_of(track["send_db"]), track["bus"], track["ret"]
    return (
        f'instr {index + 1}\naTrack diskin2 "{session.path(track["file"])}", 1, 0, 0, 0, 1\n'
        + equaliser("aTrack", track["eq"])
        + compressor("aTrack", track["comp"])
        + f"aLeft = aTrack * {left:.6f}\naRight = aTrack * {right:.6f}\n"
        f"gaBusL{bus} += aLeft\ngaBusR{bus} += aRight\n"
        f"gaSendL{target} += aLeft * {send:.6f}\ngaSendR{target} += aRight * {send:.6f}\nendin\n"
    )


def master_instrument(session, number):
    buses, targets = range(session.bus_count), range(len(session.responses))
    text = f"instr {number}\n"
    for bus in buses:
        text += f'fout "stem{bus}.wav", 18, gaBusL{bus}, gaBusR{bus}\n'
    for target in targets:
        for side, letter in enumerate("LR"):
            text += f"aWet{letter}{target} ftconv gaSend{letter}{target}, giResponse{target}_{side}, 4096\n"
    for letter in "LR":
        parts = [f"gaBus{letter}{bus}" for bus in buses] + [f"aWet{letter}{target}" for target in targets]
        text += f"aMix{letter} = {' + '.join(parts)}\n" + equaliser(f"aMix{letter}", session.master["eq"])
        text += compressor(f"aMix{letter}", session.master["comp"]) + limiter(f"aMix{letter}", session.master["lim"])
    text += "outs aMixL, aMixR\n"
    for letter in "LR":
        text += "".join(f"gaBus{letter}{bus} = 0\n" for bus in buses)
        text += "".join(f"gaSend{letter}{target} = 0\n" for target in targets)
    return text + "endin\n"


def prepare(session, work):
    count = len(session.tracks)
    orchestra = HEAD + globals_of(session) + "".join(track_instrument(session, index) for index in range(count))
    orchestra += master_instrument(session, count + 1)
    score = "".join(f"i {index + 1} 0 {session.seconds}\n" for index in range(count))
    score += f"i {count + 1} 0 {session.seconds + 3}\ne\n"
    document = (
        f"<CsoundSynthesizer>\n<CsInstruments>\n{orchestra}</CsInstruments>\n"
        f"<CsScore>\n{score}</CsScore>\n</CsoundSynthesizer>\n"
    )
    (work / "session.csd").write_text(document, encoding="utf-8")
    command = ["csound", "-m0", "-d", "-j2", "--format=24bit", "-W", "-o", "mix.wav", "session.csd"]
    return Job(command, work / "mix.wav")


CSOUND = Program("csound", "Csound", "one orchestra, two threads", missing, prepare)
