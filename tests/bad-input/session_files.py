"""Session files that are wrong, hostile, or far too much."""

import json

from case import AS_COMMAND, DONE, FAILED, RENDER, SESSION_UNREADABLE, WRONG_USAGE, Case, reads, session, track

UNREADABLE = {"code": SESSION_UNREADABLE}


def circle_of_keys():
    key = lambda name: [{"processor": "compressor", "key": name}]
    return session(track("a", inserts=key("b")), track("b", inserts=key("a")))


def bus(name, **more):
    return {"name": name, **more}


def sends(*names):
    return [{"to": name} for name in names]


def many_strips(count):
    return '{"dubplate": 1, "tracks": [' + ", ".join(f'{{"name": "{k}"}}' for k in range(count)) + "]}"


def many_points(count):
    points = ", ".join(f"[{k}, -{k % 7}]" for k in range(count)).replace(", -", ', "-').replace("]", ' dB"]')
    return '{"dubplate": 1, "tracks": [{"name": "t", "automation": {"fader": [' + points + "]}}]}"


def one_clip(**clip):
    return session(track(clip=clip))


def table():
    yield Case("an empty session", reads(""), ("session.dub.json:1:1", "the file is empty"), **UNREADABLE)
    yield Case("a session of zeros", reads(b"\0" * 100), ("session.dub.json:1:1",), **UNREADABLE)
    yield Case("random bytes as a session", reads(bytes(range(255, 0, -1))), ("session.dub.json:1:1",), **UNREADABLE)
    yield Case("a session in UTF-16", reads('{"dubplate": 1}'.encode("utf-16")), ("save it as UTF-8",), **UNREADABLE)
    yield Case("a folder as a session", lambda folder: (folder / "session.dub.json").mkdir(), ("session.dub.json",),
               **UNREADABLE)
    yield Case("no session", lambda folder: None, ("session.dub.json", "there is no such file"), **UNREADABLE)
    for opening in ("[", '{"a":'):
        yield Case(f"10,000 times {opening}", reads(opening * 10_000), ("session.dub.json:1:", "nested more than 64 deep"),
                   **UNREADABLE)
    yield Case("more values than fit", reads(lambda: '{"dubplate": 1, "tracks": [' + "0," * 16_000_001 + "0]}"),
               ("session.dub.json:1:", "more than 16,000,000 values"), **UNREADABLE)
    yield Case("a million points and one", reads(lambda: many_points(1_000_001)),
               ("/tracks/0/automation/fader", "1 to 1000000 breakpoints"), **UNREADABLE)
    yield Case("a million mistakes", reads(lambda: '{"dubplate": 1, "tracks": [' + "0," * 1_000_000 + "0]}"),
               ("/tracks/0", "more mistakes"), **UNREADABLE)
    yield Case("a million strips", reads(lambda: many_strips(1_000_000)), ("/tracks/10000", "up to 10000 strips"),
               **UNREADABLE)
    yield Case("ten thousand stems", reads(lambda: many_strips(10_000)), ("10000 stems", "up to 2000", "by name"),
               command=("render", "session.dub.json", "-o", "out"))
    yield Case("a key of a megabyte", reads(json.dumps({"dubplate": 1, "k" * 1_000_000: 1})), ("unknown key 'kkk",),
               **UNREADABLE)
    yield Case("a name of a megabyte", reads(session(track("n" * 1_000_000))), ("/tracks/0/name", "200 bytes"), **UNREADABLE)

    # Numbers.
    for gain in ('"1e308 dB"', '"1e999 dB"', "1e308", '"NaN dB"', '"inf dB"', '"-0x1 dB"', '"-145 dB"'):
        yield Case(f"a fader of {gain}", reads('{"dubplate": 1, "tracks": [{"name": "a", "fader": ' + gain + "}]}"),
                   ("session.dub.json:1:", "/tracks/0/fader"), **UNREADABLE)
    yield Case("a clip's gain of 1e308 dB", reads(one_clip(gain="1e308 dB")), ("/tracks/0/clips/0/gain",), **UNREADABLE)
    for key, value in (("length", -1), ("length", 0), ("length", "-1 s"), ("offset", -1), ("start", -1), ("start", 1e300),
                       ("start", "1e300 s"), ("length", 1e300), ("length", "1e18 s"), ("fade_in", -1), ("speed", 0),
                       ("speed", -1), ("speed", 1e-300), ("speed", 1e300), ("speed", 0.0099), ("speed", 100.01),
                       ("channels", [0]), ("channels", [10**30]), ("channels", [])):
        yield Case(f"a clip's {key} of {value}", reads(one_clip(**{key: value})), (f"/tracks/0/clips/0/{key}",), **UNREADABLE)
    yield Case("a number of 400 digits", reads(one_clip(start=10**400)), ("session.dub.json:1:", "number"), **UNREADABLE)
    yield Case("NaN in a session", reads('{"dubplate": 1, "sample_rate": NaN}'), ("1:32", "expected a value"), **UNREADABLE)
    for rate in (0, -1, 7999, 384001, 10**30, 48000.5):
        yield Case(f"a session's rate of {rate}", reads(session(sample_rate=rate)), ("/sample_rate",), **UNREADABLE)
    for bpm in (0, -1, 1e-300, 1e300):
        yield Case(f"a tempo of {bpm}", reads(session(tempo=bpm)), ("/tempo",), **UNREADABLE)
    yield Case("tempos at the same place", reads(session(tempo=[{"bpm": 100}, {"at": "1e-300 s", "bpm": 90}])), ("/tempo/1",),
               **UNREADABLE)
    yield Case("a tempo beyond all time", reads(session(tempo=[{"bpm": 100}, {"at": "1e300 s", "bpm": 90}])), ("/tempo/1",),
               **UNREADABLE)
    yield Case("a version from the future", reads({"dubplate": 10**9}), ("/dubplate", "newer Dubplate is needed"), **UNREADABLE)
    yield Case("a bar of 10^18", reads(one_clip(start="1000000000000000000|1")), ("/tracks/0/clips/0/start",), **UNREADABLE)

    # Too much audio: refused before the first block.
    loop = {"loop": True, "length": 10**15}
    yield Case("a clip that loops for 10^15 frames", reads(one_clip(**loop)), ("out", "MB"), check=DONE)
    yield Case("a clip that loops for 10^15 frames, its first half second", reads(one_clip(**loop)), code=DONE,
               command=(*RENDER, "--range", ":24000"))
    yield Case("an end at 10^15", reads(session(track(), end=10**15)), ("out", "MB"), check=DONE)

    # Names and routing.
    yield Case("two tracks of one name", reads(session(track("a"), track("a"))), ("/tracks/1/name", "names are unique"),
               **UNREADABLE)
    yield Case("a key that stands twice", reads('{"dubplate": 1, "dubplate": 1}'), ("1:17", "a second time"), **UNREADABLE)
    yield Case("outputs in a circle", reads(session(buses=[bus("a", output="b"), bus("b", output="a")])),
               ("goes round in a circle", "take one of these away"))
    yield Case("an output to itself", reads(session(buses=[bus("a", output="a")])), ("/buses/0/output", "feed itself"),
               **UNREADABLE)
    yield Case("sends in a circle", reads(session(returns=[bus("a", sends=sends("b")), bus("b", sends=sends("a"))])),
               ("goes round in a circle",))
    yield Case("keys in a circle", reads(circle_of_keys()), ("circle",))
    yield Case("a send to nowhere", reads(session(track(sends=sends("Hal")), returns=[bus("Hall")])),
               ("/tracks/0/sends/0/to", "did you mean 'Hall'?"), **UNREADABLE)
    yield Case("a control character in a name", reads(session(track("a\x1b[31m"))), ("/tracks/0/name", "control character"),
               **UNREADABLE)
    yield Case("an escape sequence in a key", reads({"dubplate": 1, "\x1b[2J\x07": 1}), ("\\x1b[2J\\x07",), **UNREADABLE)
    yield Case("a line break in a key", reads({"dubplate": 1, "a\nb": 1}), ("unknown key",), **UNREADABLE)
    yield Case("a turned line in a key", reads({"dubplate": 1, "\u202egnp": 1}), ("\\u202egnp",), **UNREADABLE)
    yield Case("an eight-bit escape in a file's name", reads(session(track(file="\u009b2J.wav"))), ("\\u009b2J.wav", "cannot open"))
    yield Case("bytes that are no UTF-8", reads(b'{"dubplate": 1, "name": "\xff\x9b"}'), ("1:26", "no UTF-8"), **UNREADABLE)
    yield Case("half a character", reads('{"dubplate": 1, "name": "\\udd1e"}'), ("surrogate",), **UNREADABLE)
    yield Case("two stems that would be one file", reads(stems_like("a/b", "a:b")), ("stems/a_b", "rename one"),
               code=FAILED, command=("render", "session.dub.json", "-o", "out"))
    yield Case("a stem named out of its folder", reads(stems_like("../../x", "..")), code=DONE,
               command=("render", "session.dub.json", "-o", "out"))

    yield Case("a range after the last sound", reads(session(track())), ("nothing sounds from frame",),
               command=(*RENDER, "--range", "999999999|1:"), check=DONE)

    # The command line.
    for text in ("1e300:", ":1e300", "-5:", "9:3", "5:5", "NaN:", "a:b", ":::", "\x1b[31m:", "1e-300:1e-299"):
        yield Case(f"the range {text!r}", reads(session(track())), (), code=WRONG_USAGE,
                   command=(*RENDER, f"--range={text}"), check=DONE)
    for option in ("--threads=0", "--threads=99999999999", "--format=\x1b[31m", "--stem=\u202enone", "--preroll=-1",
                   "--stems=../../etc"):
        yield Case(f"the option {option!r}", reads(session(track())), (), code=WRONG_USAGE,
                   command=("render", "session.dub.json", "-o", "out", option), check=DONE)


def stems_like(*names):
    return session(*(track(name) for name in names), stems=[{"name": name, "strips": [name]} for name in names])
