#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets: corpus/sound, corpus/session and session.dict.

Usage: make_corpus.py DUBPLATE FOLDER. The results are checked in; run it again where a format or a key is new.
Sound files that Python cannot write are written by libsndfile, through ctypes. Every seed is a few hundred bytes.
"""

import ctypes
import json
import math
import pathlib
import struct
import subprocess
import sys

# --- sound files


def samples(frames, channels):
    return [0.5 * math.sin(0.1 * (frame + 7 * channel)) for frame in range(frames) for channel in range(channels)]


def packed(values, bits):
    if bits == "float":
        return b"".join(struct.pack("<f", value) for value in values)
    whole = [round(value * (2 ** (bits - 1) - 1)) for value in values]
    return b"".join(value.to_bytes(bits // 8, "little", signed=True) for value in whole)


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def wav(bits, channels=1, frames=24, rate=48000, extensible=False, before=b"", after=b"", container=b"RIFF"):
    tag, width = (3, 32) if bits == "float" else (1, bits)
    block = channels * width // 8
    fmt = struct.pack("<HHIIHH", 0xFFFE if extensible else tag, channels, rate, rate * block, block, width)
    if extensible:
        fmt += struct.pack("<HHIH", 22, width, 0, tag) + bytes.fromhex("000000001000800000aa00389b71")
    data = packed(samples(frames, channels), bits)
    body = b"WAVE"
    if container != b"RIFF":
        body += chunk(b"ds64", struct.pack("<QQQI", 0, len(data), frames, 0))
    body += before + chunk(b"fmt ", fmt)
    if container == b"RIFF":
        body += chunk(b"data", data)
        return container + struct.pack("<I", len(body) + len(after)) + body + after
    return container + b"\xff\xff\xff\xff" + body + b"data\xff\xff\xff\xff" + data + after


class SfInfo(ctypes.Structure):
    _fields_ = [("frames", ctypes.c_int64)] + [
        (name, ctypes.c_int) for name in ("samplerate", "channels", "format", "sections", "seekable")
    ]


SNDFILE_SEEDS = {  # name: (format of sndfile.h, channels, rate, frames)
    "pcm_s8.aiff": (0x020001, 2, 44100, 24),
    "pcm16.aiff": (0x020002, 1, 48000, 24),
    "float64.aiff": (0x020007, 1, 48000, 24),
    "pcm24.caf": (0x180003, 2, 48000, 24),
    "ulaw.au": (0x030010, 1, 8000, 24),
    "pcm16.w64": (0x0B0002, 1, 48000, 24),
    "pcm_u8.wav": (0x010005, 1, 22050, 24),
    "float64.wav": (0x010007, 2, 48000, 24),
    "ima_adpcm.wav": (0x010012, 1, 44100, 400),
    "ms_adpcm.wav": (0x010013, 1, 44100, 400),
    "alaw.wav": (0x010011, 1, 8000, 24),
    "pcm16.flac": (0x170002, 2, 44100, 300),
    "pcm24.flac": (0x170003, 1, 48000, 100),
    "mono.mp3": (0x230082, 1, 44100, 1200),
}


def write_with_sndfile(path, kind, channels, rate, frames):
    library = ctypes.CDLL("libsndfile.so.1")
    library.sf_open.restype = ctypes.c_void_p
    library.sf_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(SfInfo)]
    library.sf_writef_float.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_float), ctypes.c_int64]
    library.sf_command.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    library.sf_close.argtypes = [ctypes.c_void_p]
    info = SfInfo(0, rate, channels, kind, 0, 0)
    handle = library.sf_open(str(path).encode(), 0x20, ctypes.byref(info))
    if not handle:
        raise SystemExit(f"libsndfile cannot write {path.name}")
    library.sf_command(handle, 0x1050, None, 0)  # no PEAK chunk: it holds the date
    values = samples(frames, channels)
    library.sf_writef_float(handle, (ctypes.c_float * len(values))(*values), frames)
    library.sf_close(handle)


def make_sounds(folder):
    folder.mkdir(parents=True, exist_ok=True)
    seeds = {
        "pcm16.wav": wav(16),
        "pcm16_stereo.wav": wav(16, channels=2),
        "pcm24.wav": wav(24, channels=2, extensible=True),
        "pcm32.wav": wav(32),
        "float32.wav": wav("float", rate=44100),
        "six_channels.wav": wav(16, channels=6, frames=9, extensible=True),
        "chunks.wav": wav(16, before=chunk(b"bext", b"x" * 21) + chunk(b"JUNK", b""), after=chunk(b"LIST", b"abc")),
        "streamed.wav": wav(16)[:40] + b"\xff\xff\xff\xff" + wav(16)[44:],
        "rf64.wav": wav(24, container=b"RF64"),
        "bw64.wav": wav(16, container=b"BW64"),
        "cut.wav": wav(24, channels=2)[:-31],
    }
    for name, data in seeds.items():
        (folder / name).write_bytes(data)
    for name, (kind, channels, rate, frames) in SNDFILE_SEEDS.items():
        write_with_sndfile(folder / name, kind, channels, rate, frames)


# --- sessions


def track(name, **more):
    return {"name": name, "clips": [{"file": f"{name}.wav", **more.pop("clip", {})}], **more}


SESSIONS = {
    "least": {"dubplate": 1},
    "routing": {
        "dubplate": 1,
        "tracks": [track("a", output="B", sends=[{"to": "R", "level": "-6 dB", "tap": "pre fader", "pan": 0.5}]), track("b")],
        "buses": [{"name": "B", "output": "C", "layout": "stereo"}, {"name": "C", "solo": True}],
        "returns": [{"name": "R", "solo_safe": True}],
        "master": {"name": "Main", "fader": "-1 dB", "layout": "5.1"},
        "stems": [{"name": "all", "strips": ["B", "R"], "returns": "shared"}],
    },
    "circle": {"dubplate": 1, "buses": [{"name": "x", "output": "y"}, {"name": "y", "output": "x"}]},
    "time": {
        "dubplate": 1,
        "sample_rate": 44100,
        "tempo": [{"bpm": 90, "ramp": True}, {"at": "5|1", "bpm": 140}, {"at": "30 s", "bpm": 60.5}],
        "meter": [{"bar": 1, "meter": "3/4"}, {"bar": 4, "meter": "7/8"}],
        "markers": [{"name": "m", "at": "3|2|120"}],
        "ranges": [{"name": "r", "from": "1/4", "to": "2|1"}],
        "end": "90 s",
    },
    "clips": {
        "dubplate": 1,
        "pan_law": "-4.5 dB",
        "seed": 18446744073709551615,
        "tracks": [
            track(
                "t",
                overlap="crossfade",
                clip={
                    "start": "1|2|3",
                    "offset": "35 ms",
                    "length": "1/8.",
                    "gain": "-inf dB",
                    "gain_points": [[0, "0 dB"], ["10 ms", "-3 dB", "curve", -0.5], [999, "1 dB", "hold"]],
                    "loop": True,
                    "reverse": True,
                    "channels": [2, 1],
                    "speed": 0.5,
                    "fade_in": {"length": 48, "shape": "custom", "bend": 0.3},
                    "fade_out": "35 ms",
                },
            )
        ],
    },
    "inserts": {
        "dubplate": 1,
        "tracks": [
            track(
                "t",
                inserts=[
                    {"processor": "squash", "threshold": "-20 dB", "mode": "hard", "key": {"strip": "u"}},
                    {"processor": "bands", "bands": [{"frequency": "1.2 kHz"}]},
                    {"processor": "room", "file": "hall.wav"},
                    {"processor": "echo", "time": "1/8t", "bypass": True},
                ],
                automation={
                    "fader": [[0, "0 dB"], ["2|1", "-6 dB"]],
                    "mute": [[0, True], [5, False]],
                    "pan": [[0, -1], [7, 1, "curve", 1]],
                    "inserts/0/threshold": [[0, "-6 dB", "hold"]],
                },
            ),
            track("u"),
        ],
    },
    "text": {"dubplate": 1, "name": "\u00e9\u200f\U0001f3b5 \\ \" /", "metadata": {"~/": "a\nb", "": ""}},
}


def make_sessions(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, session in SESSIONS.items():
        (folder / f"{name}.json").write_text(json.dumps(session, indent=1), encoding="utf-8")
    (folder / "order_mark.json").write_bytes(b'\xef\xbb\xbf{"dubplate": 1}')
    (folder / "comma.json").write_bytes(b'{"dubplate": 1, "tracks": [],}')
    (folder / "deep.json").write_bytes(b"[" * 80)


def words_of(schema, found):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                found.update(value)
            elif key in ("enum", "examples") and isinstance(value, list):
                found.update(word for word in value if isinstance(word, str))
            elif key == "const" and isinstance(value, str):
                found.add(value)
            words_of(value, found)
    elif isinstance(schema, list):
        for value in schema:
            words_of(value, found)


def make_dictionary(dubplate, path):
    words = {" dB", " ms", " s", " Hz", " kHz", " %", "-inf dB", "1|1|0", "1/8.", "sends/0/level", "inserts/0/"}
    schema = json.loads(subprocess.run([dubplate, "schema"], check=True, capture_output=True).stdout)
    words_of(schema, words)
    words.update(("squash", "bands", "room", "echo", "threshold", "ratio", "attack", "mix", "mode", "active", "file"))
    lines = ["# Keys, words and units of session files; make_corpus.py writes this from the schema."]
    lines += ['"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"' for word in sorted(words) if word.isascii()]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def main():
    dubplate, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    make_sounds(folder / "corpus" / "sound")
    make_sessions(folder / "corpus" / "session")
    make_dictionary(dubplate, folder / "session.dict")


main()
