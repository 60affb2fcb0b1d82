"""Small sound files for tests of the program, written and read with the standard library."""

import struct
import wave


def chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def bext(time_reference):
    """A bext chunk of version 1 that says when the file begins, in frames since midnight."""
    return chunk(b"bext", bytes(338) + struct.pack("<QH", time_reference, 1) + bytes(64 + 190))


def ixml(names):
    tracks = "".join(
        f"<TRACK><INTERLEAVE_INDEX>{index}</INTERLEAVE_INDEX><NAME>{name}</NAME></TRACK>"
        for index, name in enumerate(names, 1)
    )
    return chunk(b"iXML", f"<BWFXML><TRACK_LIST>{tracks}</TRACK_LIST></BWFXML>".encode())


def write_wav(path, channels=1, rate=48000, frames=4800, level=0.25, mask=None, chunks=b""):
    """16-bit PCM; every channel holds `level`, as many times full scale."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = struct.pack("<h", round(level * 32768)) * channels * frames
    tag = 1 if mask is None else 0xFFFE
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * channels * 2, channels * 2, 16)
    if mask is not None:
        fmt += struct.pack("<HHIH", 22, 16, mask, 1) + bytes.fromhex("000000001000800000aa00389b71")
    body = b"WAVE" + chunk(b"fmt ", fmt) + chunks + chunk(b"data", data)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def read_wav16(path):
    """Channels of a 16-bit file: [channel][frame]."""
    with wave.open(str(path)) as file:
        samples = struct.unpack(f"<{file.getnframes() * file.getnchannels()}h", file.readframes(file.getnframes()))
        return [samples[channel :: file.getnchannels()] for channel in range(file.getnchannels())]
