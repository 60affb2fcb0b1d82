"""Automation as Ardour has to be told it so that it plays what a Dubplate lane says.

Two properties of Ardour 7.3 matter, both found by rendering a constant through a straight line:

* Automation is evaluated in blocks of 1,024 frames, and frame k of a block at k * 1024 / 1023 frames behind its
  beginning: the last one already has the value of the next block's first. Points are therefore written where Ardour
  looks for the frame that they belong to. A block's last frame is the exception: it has the next one's place and value.
* Gains (not pans, nor the envelopes of regions) then pass a low-pass of one pole, y += a (x - y) with
  a = 156.825 / rate (25 Hz), so that they cannot click. Dubplate has no such smoothing. The inverse is exact:
  x(k) = y(k) + (y(k + 1) - y(k)) / a. A line in dB is scaled by a constant. What this asks for must lie in 0 to 2,
  where Ardour clamps it: a fader may fall by 1,360 dB a second but cannot step. Faders that step are written into the
  envelopes of the track's regions instead.
"""

import bisect
import math

from ardour_file import SUPERCLOCKS_PER_SECOND, Lane

BLOCK = 1024
TOLERANCE = 1e-6  # how far lines between two points may be from the curve; Ardour searches long lists slowly
PLATEAU = 0.3  # frames around a point that must not be missed by rounding to superclocks
NEAR_STEP = 3  # frames around a step and a corner that get points of their own
SILENCE_DB = -144.0


def gain_of_db(db):
    return 0.0 if db <= SILENCE_DB else 10.0 ** (db / 20.0)


class Curve:
    """A Dubplate lane: points (frame, value, shape, bend) as docs/session-format.md says."""

    def __init__(self, points):
        self.points = points
        self.times = [point[0] for point in points]

    def __call__(self, frame):
        after = bisect.bisect_right(self.times, frame)
        if after == 0:
            return self.points[0][1]
        start, value, shape, bend = self.points[after - 1]
        if after == len(self.points) or shape == "hold":
            return value
        t = (frame - start) / (self.points[after][0] - start)
        rise = self.points[after][1] - value
        k = 8.0 * bend
        if shape == "linear" or k == 0.0:
            return value + rise * t
        return value + rise * math.expm1(k * t) / math.expm1(k)

    def corners(self):
        return self.times


def fits_blocks(frame):
    """True where a corner is far enough from the ends of Ardour's blocks to be unambiguous."""
    return 2 * NEAR_STEP < frame % BLOCK < BLOCK - 2 * NEAR_STEP


class TooFast(ValueError):
    """Ardour's fader cannot follow: what its smoothing would have to be given leaves 0 to 2, where Ardour keeps it."""


def straight(low, high, t):
    return low + (high - low) * t


def straight_in_decibels(low, high, t):
    return low * (high / low) ** t


def with_between(value, knots, between=straight):
    """Frames, and as many more as it takes for lines between them to be within TOLERANCE of value(frame)."""
    done, open_ends = [], sorted(knots, reverse=True)
    while len(open_ends) > 1:
        first, last = open_ends[-1], open_ends[-2]
        ends = value(first), value(last)
        inside = {first + (last - first) * part // 4 for part in (1, 2, 3)} - {first, last}
        if all(abs(between(*ends, (k - first) / (last - first)) - value(k)) < TOLERANCE for k in inside):
            done.append(open_ends.pop())
        else:
            open_ends.insert(-1, (first + last) // 2)
    return done + open_ends


def points_at(place, frame, value, near):
    """The points of one frame. One beside a corner is held around its place."""
    if frame not in near:
        return [(place, value)]
    before = place - PLATEAU if frame - 1 in near else place
    after = place + PLATEAU if frame + 1 in near else place
    return [(before, value), (after, value)]


def lane(value, corners, between, rate, end):
    """The lane that Ardour plays as value(frame), [0, end)."""
    tick = 2.0 * rate / SUPERCLOCKS_PER_SECOND
    near = {corner + k for corner in corners for k in range(-NEAR_STEP, NEAR_STEP)}
    for corner in corners:
        if not fits_blocks(corner):
            raise ValueError(f"a corner at frame {corner} is too near to the end of one of Ardour's blocks")
    points = []
    for begin in range(0, end + BLOCK, BLOCK):
        knots = {begin, begin + BLOCK - 1} | {k for k in near if begin <= k < begin + BLOCK}
        for k in with_between(value, knots, between):
            x = begin + (k - begin) * BLOCK / (BLOCK - 1)
            points += points_at(x - tick if k == begin + BLOCK - 1 else x, k, value(k), near)
    return Lane("Logarithmic" if between is straight_in_decibels else "Linear", points)


def smoothed(gain, rate):
    """What Ardour's smoothing has to be given to come out as gain(frame)."""
    a = 156.825 / rate

    def wanted(k):
        value = gain(k) + (gain(k + 1) - gain(k)) / a
        if not 0.0 <= value <= 2.0:
            raise TooFast(f"at frame {k}: {value:g}")
        return max(value, 1e-9)  # a line in dB cannot begin or end at 0

    return wanted


def gain_lane(gain, corners, rate, end):
    """For faders and sends: `gain` is linear, by frame."""
    return lane(smoothed(gain, rate), corners, straight_in_decibels, rate, end)


def pan_lane(azimuth, corners, rate, end):
    return lane(azimuth, corners, straight, rate, end)


def region_lane(gain, corners, length):
    """The envelope of a region: `gain` by frame of the region. It is not smoothed, and evaluated in one go over the
    whole region, frame k at k * length / (length - 1)."""
    near = {corner + k for corner in corners for k in range(-NEAR_STEP, NEAR_STEP)}
    knots = {k for k in near if 0 <= k < length} | {0, length - 1}
    points = []
    for k in with_between(gain, knots):
        points += points_at(k * length / (length - 1), k, gain(k), near)
    return Lane("Linear", [(max(place, 0.0), level) for place, level in points])


def fade(gain_at, frames):
    """A fade in over `frames` frames, gain_at(t) with t = frame / frames.

    Ardour spreads a fade's points over its frames so that the last one has t = 1: it is given one frame more.
    """
    at = lambda k: gain_at(k / frames)
    return [(k * (frames + 1) / frames, at(k)) for k in with_between(at, {0, frames})]
