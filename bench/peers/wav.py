"""WAV files of 24 bits, read with the standard library alone."""

import array
import math
import operator
import struct
import sys

FULL = 2147483648.0  # samples are read into the upper 24 of 32 bits


def body(path):
    """(channels, rate, samples one after the other as 32-bit integers) of a file of 24-bit integers."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] not in (b"RIFF", b"RF64") or content[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    at, form = 12, None
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        if name == b"fmt ":
            form = struct.unpack_from("<HHIIHH", content, at + 8)
        elif name == b"data":
            packed = content[at + 8 : min(at + 8 + size, len(content))]
            if form is None or form[0] not in (1, 0xFFFE) or form[5] != 24:
                raise ValueError(f"{path}: not 24-bit integers")
            count = len(packed) // 3
            wide = bytearray(4 * count)
            for byte in range(3):
                wide[1 + byte :: 4] = packed[byte : 3 * count : 3]
            samples = array.array("i", bytes(wide))
            if sys.byteorder == "big":
                samples.byteswap()
            return form[1], form[2], samples
        at += 8 + size + size % 2
    raise ValueError(f"{path}: no audio")


def read(path):
    """(rate, [channel][frame])"""
    count, rate, samples = body(path)
    return rate, [[sample / FULL for sample in samples[channel::count]] for channel in range(count)]


def decibels(value):
    return 20.0 * math.log10(value) if value > 0 else -math.inf


def levels(path, frames=None):
    """(RMS, peak) in dBFS over all channels of the first `frames` frames, or of all."""
    count, _, samples = body(path)
    if frames is not None:
        samples = samples[: frames * count]
    if not samples:
        return -math.inf, -math.inf
    peak = max(max(samples), -min(samples))
    squares = 0
    for start in range(0, len(samples), 1 << 20):  # in pieces: a list of all would be large
        piece = [sample >> 8 for sample in samples[start : start + (1 << 20)]]
        squares += sum(map(operator.mul, piece, piece))
    return decibels(math.sqrt(squares / len(samples)) * 256 / FULL), decibels(peak / FULL)
