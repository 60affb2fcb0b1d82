"""Sound files as tests need them: 32-bit float WAV, written and read with the standard library alone."""

import array
import struct
import sys


def write(path, rate, channels):
    """`channels`: a list of equally long sequences of samples."""
    frames = len(channels[0])
    data = array.array("f", bytes(4 * frames * len(channels)))
    for index, samples in enumerate(channels):
        data[index :: len(channels)] = array.array("f", samples)
    if sys.byteorder == "big":
        data.byteswap()
    body = data.tobytes()
    form = struct.pack("<HHIIHH", 3, len(channels), rate, rate * 4 * len(channels), 4 * len(channels), 32)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt " + struct.pack("<I", 16) + form)
        file.write(b"data" + struct.pack("<I", len(body)) + body)


def read(path):
    """(rate, channels) of a file of 32-bit floats or of 16, 24 or 32-bit integers."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    at, form, body = 12, None, None
    while at + 8 <= len(content) and body is None:
        name, size = struct.unpack_from("<4sI", content, at)
        if name == b"fmt ":
            form = struct.unpack_from("<HHIIHH", content, at + 8)
            if form[0] == 0xFFFE:
                form = (struct.unpack_from("<H", content, at + 8 + 24)[0], *form[1:])
        elif name == b"data":
            body = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    if form is None or body is None:
        raise ValueError(f"{path}: no audio")
    kind, count, rate, _, _, bits = form
    if (kind, bits) == (3, 32):
        samples = array.array("f", body[: len(body) // 4 * 4])
    elif kind == 1 and bits in (16, 24, 32):
        width = bits // 8
        wide = bytearray(len(body) // width * 4)
        for byte in range(width):
            wide[4 - width + byte :: 4] = body[byte::width][: len(wide) // 4]
        samples = [value / 2147483648.0 for value in array.array("i", bytes(wide))]
    else:
        raise ValueError(f"{path}: encoding {kind} of {bits} bits")
    return rate, [samples[channel::count] for channel in range(count)]
