"""Sound files that lie, are damaged, or are no sound files."""

import os
import struct

from case import AS_COMMAND, DONE, Case, chunk, fmt, plays, riff, session, track, wav, write_session

SILENCE = b"\0" * 200
DATA = chunk(b"data", SILENCE)


def floats(*values, kind="f", bits=32):
    return riff(fmt(tag=3, bits=bits), chunk(b"data", struct.pack(f"<{len(values)}{kind}", *values)))


def makes(file, how):
    """A maker: a clip of `file`, which `how` puts into the folder (or not)."""

    def make(folder):
        how(folder)
        write_session(folder, session(track(file=file)))

    return make


def nothing(_folder):
    pass


def several_missing(folder):
    names = ["one.wav", "two.wav", "three.wav"]
    write_session(folder, session(*(track(name=name, file=name) for name in names)))


def long_rf64(data_bytes):
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, data_bytes, 100, 0))
    return riff(ds64, fmt(), chunk(b"data", SILENCE, size=0xFFFFFFFF), container=b"RF64", size=0xFFFFFFFF)


def nested(depth):
    body = b""
    for _ in range(depth):
        body = chunk(b"LIST", b"adtl" + body)
    return body


def table():
    yield Case("missing sound files, all listed at once", several_missing, ("one.wav", "two.wav", "three.wav", "cannot open"))
    yield Case("a sound file of no bytes", plays(b""), ("/tracks/0/clips/0", "a.wav", "the file is empty"))
    yield Case("a sound file of one byte", plays(b"R"), ("a.wav",))
    yield Case("a text as a sound file", plays(b"hello\n" * 9), ("a.wav", "is not a sound file of a known format"))
    yield Case("a sound file of one frame", plays(wav(1)), code=DONE)
    yield Case("one frame at a rate far below its own", plays(wav(1, rate=192000), sample_rate=8000),
               ("a.wav", "shorter than half a frame"), check=DONE)
    yield Case("no frames", plays(wav(0)), ("a.wav", "holds no audio"), check=DONE)

    for name, value in (("NaN", float("nan")), ("infinity", float("inf")), ("minus infinity", float("-inf"))):
        yield Case(f"{name} among floats of 32 bits", plays(floats(0.5, value)),
                   ("a.wav", "frame 1, channel 1", "not a finite number"), check=DONE)
        yield Case(f"{name} among floats of 64 bits", plays(floats(0.5, value, kind="d", bits=64)),
                   ("a.wav", "frame 1, channel 1", "not a finite number"), check=DONE)
        yield Case(f"{name} before it is resampled", plays(floats(0.5, value), sample_rate=44100),
                   ("a.wav", "frame 1, channel 1", "not a finite number"), check=DONE)
    yield Case("floats of 64 bits beyond those of 32", plays(floats(0.5, 1e300, kind="d", bits=64)),
               ("a.wav", "frame 1", "not a finite number"), check=DONE)
    yield Case("denormal floats", plays(floats(1e-45, -1e-40)), code=DONE)
    yield Case("floats too loud to resample", plays(floats(*[3e38, -3e38] * 40), sample_rate=44100),
               code=DONE)
    yield Case("floats too loud for the mix", plays(floats(*[3e38] * 40), clip={"gain": "40 dB"}),
               ("strip 'T'", "infinite or not a number", "look at its gains"), check=DONE)

    # Headers that lie.
    yield Case("a data size beyond the file", plays(riff(fmt(), chunk(b"data", SILENCE, size=999999))),
               ("a.wav", "ends early", "999999"))
    yield Case("a data size of 0 that is meant", plays(riff(fmt(), chunk(b"data", b""))), ("holds no audio",), check=DONE)
    yield Case("a data size of 0 in a stream", plays(riff(fmt(), chunk(b"data", SILENCE, size=0), size=0)), code=DONE)
    yield Case("a data size of 0xFFFFFFFF in a stream", plays(riff(fmt(), chunk(b"data", SILENCE, size=0xFFFFFFFF))),
               code=DONE)
    for channels in (0, 65535):
        yield Case(f"{channels} channels", plays(riff(fmt(channels=channels), DATA)), ("a.wav",))
    yield Case("64 channels on a mono track", plays(wav(100, channels=64)), ("64", "channels"), check=DONE)
    yield Case("64 channels, one picked", plays(wav(100, channels=64), clip={"channels": [64]}), code=DONE)
    yield Case("a channel that the file has not", plays(wav(), clip={"channels": [2]}),
               ("/tracks/0/clips/0", "channel 2 is not in 'a.wav'"), check=DONE)
    for rate in (0, 1, 999, 4_000_000_000):
        yield Case(f"a rate of {rate} Hz", plays(riff(fmt(rate=rate), DATA)), ("a.wav",))
    for bits in (0, 7, 33, 65535):
        yield Case(f"{bits} bits", plays(riff(fmt(bits=bits, block=2), DATA)), ("a.wav",))
    yield Case("frames that are not the bytes of their samples", plays(riff(fmt(bits=24, channels=2, block=8), DATA)),
               ("a.wav", "contradicts itself", "save it anew"))
    yield Case("frames of no bytes", plays(riff(fmt(block=0), DATA)), ("a.wav",))
    yield Case("no fmt chunk", plays(riff(DATA)), ("a.wav",))
    yield Case("no data chunk", plays(riff(fmt())), ("a.wav",))
    yield Case("a fmt chunk of three bytes", plays(riff(chunk(b"fmt ", b"abc"), DATA)), ("a.wav",))
    yield Case("data before fmt", plays(riff(DATA, fmt())), ("a.wav",))
    yield Case("a chunk that ends beyond the file", plays(riff(fmt(), chunk(b"LIST", b"", size=0xFFFFFFF0), DATA)),
               ("a.wav",))
    yield Case("chunks of odd sizes", plays(riff(chunk(b"junk", b"x"), fmt(), chunk(b"junk", b"abc"), DATA)), code=DONE)
    yield Case("chunks within chunks", plays(riff(nested(1000), fmt(), DATA)), code=DONE)
    yield Case("nothing but chunks", plays(riff(chunk(b"junk", b"") * 5000)), ("a.wav",))
    yield Case("RF64 without ds64", plays(riff(fmt(), chunk(b"data", SILENCE, size=0xFFFFFFFF), container=b"RF64")),
               code=DONE)
    yield Case("ds64 beyond the file", plays(long_rf64(10**12)), ("a.wav", "ends early", "1000000000000"))
    yield Case("ds64 that overflows", plays(long_rf64(2**63)), ("a.wav", "ends early"))
    yield Case("ds64 of all ones", plays(long_rf64(2**64 - 1)), code=DONE)

    # No files at all.
    yield Case("a folder as a sound file", makes("d", lambda folder: (folder / "d").mkdir()), ("d", "is not a regular file"))
    yield Case("a pipe nobody writes to", makes("p", lambda folder: os.mkfifo(folder / "p")), ("p", "is not a regular file"))
    for device in ("/dev/zero", "/dev/stdin", "/dev/null"):
        yield Case(f"{device} as a sound file", makes(device, nothing), (device, "is not a regular file"))
    yield Case("a link to itself", makes("l", lambda folder: (folder / "l").symlink_to("l")), ("l", "cannot open"))
    yield Case("a name longer than names can be", makes("x" * 300 + ".wav", nothing), ("cannot open", "too long"))
    yield Case("a path out of the folder", makes("../../../../../../etc/hostname-of-nobody.wav", nothing), ("cannot open",))

    # Clips.
    yield Case("an offset beyond the end", plays(wav(), clip={"offset": 4800}),
               ("/tracks/0/clips/0", "lies beyond the end of 'a.wav', which has 4800 frames"), check=DONE)
    yield Case("a clip longer than its file", plays(wav(), clip={"length": 9600}), ("silence follow",), code=DONE)
    yield Case("a response that is missing", with_response("none.wav"), ("/tracks/0/inserts/0", "none.wav", "cannot open"))
    yield Case("a response that is no sound file", with_response("session.dub.json"),
               ("/tracks/0/inserts/0", "is not a sound file"))


def with_response(file):
    def make(folder):
        (folder / "a.wav").write_bytes(wav())
        insert = {"processor": "convolution", "impulse": file}
        write_session(folder, session(track(inserts=[insert])))

    return make


# Of ../shared/samples/bad-audio: what cannot be read, and why; everything else renders.
UNREADABLE = {
    "04 - wrong number of channels.flac": "cannot be decoded at frame 0",
    "05 - wrong total number of samples.flac": "goes on after its 39842 frames",
    "06 - missing streaminfo metadata block.flac": "is damaged",
    "08 - blocksize 65536.flac": "cannot be decoded at frame 0",
    "11 - incorrect metadata block length.flac": "is damaged",
    "pcmwaveformat-24bit-4byte-48kHz-stereo.wav": "contradicts itself",
    "crash-": "is damaged",
    "oom-": "is damaged",
}
FOUND_ON_READING = ("04 -", "05 -", "08 -")  # the header is well


def of_samples(folder):
    """A case for each file of the shared samples."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".flac", ".wav"))

    def plays_sample(path):
        def make(into):
            write_session(into, session(track(file=str(path.resolve()), clip={"channels": [1]}), sample_rate=192000))

        return make

    for path in files:
        reason = next((words for name, words in UNREADABLE.items() if path.name.startswith(name)), None)
        yield Case(
            f"sample {path.name}",
            plays_sample(path),
            (path.name, reason) if reason else (),
            code=1 if reason else DONE,
            check=DONE if path.name.startswith(FOUND_ON_READING) else AS_COMMAND,
        )
