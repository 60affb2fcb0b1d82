#!/usr/bin/env python3
"""The reference session in numpy and scipy: scipy_mix.py DIR OUT PROCESSES.

Whole signals in memory, float32, buses and returns spread over processes: what one writes who knows these libraries and
wants speed. Equalisers by sosfilt, convolution by oaconvolve, the limiter oversampled four times. The compressors
follow the power: a level rises with the attack and falls with the release, as the larger of two one-pole means.
"""

import math
import multiprocessing
import os
import pathlib
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import numpy  # noqa: E402
import soundfile  # noqa: E402
from scipy import ndimage, signal  # noqa: E402

from job import Session, gain_of, sides  # noqa: E402


def sections(bands, rate):
    """Second-order sections after R. Bristow-Johnson's cookbook."""
    rows = []
    for band in bands:
        amplitude = gain_of(band["g"] / 2)
        turn = 2 * numpy.pi * band["f"] / rate
        cosine, alpha = numpy.cos(turn), numpy.sin(turn) / (2 * band["q"])
        if band["type"] == "peak":
            up, down = alpha * amplitude, alpha / amplitude
            row = [1 + up, -2 * cosine, 1 - up, 1 + down, -2 * cosine, 1 - down]
        else:
            sign = 1 if band["type"] == "lowshelf" else -1
            more, less, root = amplitude + 1, amplitude - 1, 2 * numpy.sqrt(amplitude) * alpha
            row = [
                amplitude * (more - sign * less * cosine + root),
                sign * 2 * amplitude * (less - sign * more * cosine),
                amplitude * (more - sign * less * cosine - root),
                more + sign * less * cosine + root,
                -sign * 2 * (less + sign * more * cosine),
                more + sign * less * cosine - root,
            ]
        rows.append(numpy.array(row) / row[3])
    return numpy.array(rows, numpy.float32)


def equalise(audio, bands, rate):
    return signal.sosfilt(sections(bands, rate), audio).astype(numpy.float32)


def mean(power, milliseconds, rate):
    keep = numpy.float32(numpy.exp(-1 / (milliseconds * 1e-3 * rate)))
    return signal.lfilter(numpy.array([1 - keep], numpy.float32), numpy.array([1, -keep], numpy.float32), power)


def compress(audio, settings, rate):
    power = audio * audio if audio.ndim == 1 else (audio * audio).max(0)
    level = numpy.maximum(mean(power, settings["att_ms"], rate), mean(power, settings["rel_ms"], rate), out=power)
    level += numpy.float32(1e-12)
    # In place from here on: gain in decibels, then as a factor.
    numpy.log10(level, out=level)
    level *= numpy.float32(-10)
    level += numpy.float32(settings["thr_db"])
    level *= numpy.float32(1 - 1 / settings["ratio"])
    numpy.minimum(level, 0, out=level)
    level += numpy.float32(settings["makeup_db"])
    level *= numpy.float32(math.log2(10) / 20)
    return audio * numpy.exp2(level, out=level)


def limit(audio, settings, rate):
    window = int(settings["lookahead_ms"] * 1e-3 * rate)
    peak = numpy.zeros(audio.shape[1], numpy.float32)
    for channel in audio:
        oversampled = numpy.abs(signal.resample_poly(channel, 4, 1)).reshape(-1, 4).max(1)
        peak = numpy.maximum(peak, oversampled)
    gain = numpy.minimum(1, gain_of(settings["ceiling_db"]) / numpy.maximum(peak, 1e-9)).astype(numpy.float32)
    gain = ndimage.minimum_filter1d(gain, 2 * window + 1)
    return audio * ndimage.uniform_filter1d(gain, window)


class Mix:
    def __init__(self, folder, out):
        self.session, self.out = Session(folder), pathlib.Path(out)
        self.frames = self.session.seconds * self.session.rate

    def part(self, name):
        return self.out / f"{name}.npy"

    def bus(self, bus):
        """One bus: its stem as a file, its sums and sends as parts."""
        session, rate = self.session, self.session.rate
        stem = numpy.zeros((2, self.frames), numpy.float32)
        sends = {}
        for index in session.on_bus(bus):
            track = session.tracks[index]
            audio, _ = soundfile.read(session.path(track["file"]), dtype="float32")
            audio = compress(equalise(audio, track["eq"], rate), track["comp"], rate)
            if track["ret"] not in sends:
                sends[track["ret"]] = numpy.zeros_like(stem)
            placed = numpy.empty_like(audio)
            for side, gain in enumerate(sides(track)):
                stem[side] += numpy.multiply(audio, numpy.float32(gain), out=placed)
                placed *= numpy.float32(gain_of(track["send_db"]))
                sends[track["ret"]][side] += placed
        soundfile.write(self.out / f"stem{bus}.wav", stem.T, rate, subtype="PCM_24")
        numpy.save(self.part(f"bus{bus}"), stem)
        for target, send in sends.items():
            numpy.save(self.part(f"send{bus}_{target}"), send)

    def wet(self, target):
        parts = [self.part(f"send{bus}_{target}") for bus in range(self.session.bus_count)]
        dry = sum(numpy.load(part) for part in parts if part.exists())
        if isinstance(dry, int):
            return
        response, _ = soundfile.read(self.session.path(self.session.responses[target]), dtype="float32")
        wet = signal.oaconvolve(dry, response.T.copy(), axes=1)
        numpy.save(self.part(f"return{target}"), wet.astype(numpy.float32))

    def master(self):
        session, rate = self.session, self.session.rate
        mix = numpy.zeros((2, self.frames + 3 * rate - 1), numpy.float32)
        for bus in range(session.bus_count):
            mix[:, : self.frames] += numpy.load(self.part(f"bus{bus}"))
        for target in range(len(session.responses)):
            if self.part(f"return{target}").exists():
                mix += numpy.load(self.part(f"return{target}"))
        mix = compress(equalise(mix, session.master["eq"], rate), session.master["comp"], rate)
        mix = limit(mix, session.master["lim"], rate)
        soundfile.write(self.out / "mix.wav", mix.T, rate, subtype="PCM_24")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    mix = Mix(sys.argv[1], sys.argv[2])
    with multiprocessing.Pool(int(sys.argv[3])) as pool:
        pool.map(mix.bus, range(mix.session.bus_count), 1)
        pool.map(mix.wet, range(len(mix.session.responses)), 1)
    mix.master()
    for part in mix.out.glob("*.npy"):
        part.unlink()


if __name__ == "__main__":
    main()
