"""The difference of two renders."""

import dataclasses
import functools
import math
import operator

LIMIT_DBFS = -100.0
AUDIBLE_DBFS = -60.0  # a mix above this does not null with itself 0.1 dB louder: that is 39 dB below it


def dbfs(value):
    return 20.0 * math.log10(value) if value > 0.0 else -math.inf


@functools.total_ordering
@dataclasses.dataclass
class Difference:
    """Peak and RMS of the difference, and the peak of their mix, in dBFS. `words`: why there is none."""

    peak: float
    rms: float
    mix_peak: float
    frame: int
    words: str = ""

    @staticmethod
    def nothing():
        return Difference(-math.inf, -math.inf, -math.inf, 0)

    @staticmethod
    def failure(words):
        return Difference(0.0, 0.0, 0.0, 0, words)

    def is_below_limit(self):
        return not self.words and self.peak < LIMIT_DBFS

    def is_quiet(self):
        """Whether their mix is too quiet for a difference below the limit to prove anything."""
        return self.is_below_limit() and self.mix_peak <= AUDIBLE_DBFS

    def is_null(self):
        return self.is_below_limit() and not self.is_quiet()

    def __lt__(self, other):
        return (bool(self.words), self.peak) < (bool(other.words), other.peak)

    def __str__(self):
        if self.words:
            return self.words
        return (
            f"difference peak {self.peak:7.1f} dBFS (frame {self.frame}), RMS {self.rms:7.1f} dBFS; "
            f"mix peak {self.mix_peak:6.1f} dBFS"
        )


def compare(ours, theirs):
    """Of two (rate, channels), frame by frame and without any offset: both engines begin at the session's start."""
    (our_rate, one), (their_rate, two) = ours, theirs
    shape, other = (our_rate, len(one), len(one[0])), (their_rate, len(two), len(two[0]))
    if shape != other:
        return Difference.failure(f"rate, channels and frames are {shape} and {other}")
    peak, frame, squares, loudest = 0.0, 0, 0.0, 0.0
    for left, right in zip(one, two):
        apart = list(map(operator.sub, left, right))
        if not all(map(math.isfinite, apart)):
            return Difference.failure("not a number")
        most = max(map(abs, apart))
        if most > peak:
            peak, frame = most, next(k for k, value in enumerate(apart) if abs(value) == most)
        squares += math.fsum(map(operator.mul, apart, apart))
        loudest = max(loudest, max(right), -min(right))
    mean = squares / (len(one) * max(1, len(one[0])))
    return Difference(dbfs(peak), dbfs(math.sqrt(mean)), dbfs(loudest), frame)
