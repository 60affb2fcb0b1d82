"""What the comparison must notice, and what it must let pass; and that the lanes that Ardour is given mean ours."""

import math
import pathlib
import tempfile
import unittest

import ardour_lanes
import ardour_terms
import wav
from null import compare

RATE = 48000
MIX = [[0.1 * math.sin(0.05 * k) for k in range(3000)] for _ in range(2)]


def nulls(ours, theirs, rates=(RATE, RATE)):
    return compare((rates[0], ours), (rates[1], theirs)).is_null()


def smoothed_by_ardour(lane, frames):
    """What Ardour makes of a list of gains: lines straight in dB, read in blocks of 1,024, then its low-pass."""
    ticks = ardour_lanes.SUPERCLOCKS_PER_SECOND // RATE
    points = [(round(place * ticks), value) for place, value in lane.points]
    out, y, index = [], points[0][1], 0
    for k in range(frames):
        begin = k // 1024 * 1024
        x = int((begin + (k - begin) * 1024 / 1023) * ticks)
        while index + 1 < len(points) and points[index + 1][0] <= x:
            index += 1
        (at, low), (until, high) = points[index], points[index + 1]
        out.append(y)
        y += 156.825 / RATE * (low * (high / low) ** ((x - at) / (until - at)) - y)
    return out


class Null(unittest.TestCase):
    def test_a_mix_nulls_with_itself(self):
        self.assertTrue(nulls(MIX, [list(channel) for channel in MIX]))

    def test_a_tenth_of_a_decibel_is_noticed(self):
        self.assertFalse(nulls(MIX, [[sample * 1.0116 for sample in channel] for channel in MIX]))

    def test_one_wrong_frame_of_one_channel_is_noticed(self):
        wrong = [MIX[0], [*MIX[1][:-1], MIX[1][-1] + 1.1e-5]]
        self.assertFalse(nulls(MIX, wrong))

    def test_a_frame_of_delay_is_noticed(self):
        self.assertFalse(nulls(MIX, [[0.0, *channel[:-1]] for channel in MIX]))

    def test_other_lengths_rates_and_channels_are_noticed(self):
        self.assertFalse(nulls(MIX, [channel[:-1] for channel in MIX]))
        self.assertFalse(nulls(MIX, MIX, rates=(48000, 44100)))
        self.assertFalse(nulls(MIX, MIX[:1]))

    def test_what_is_not_a_number_is_noticed(self):
        self.assertFalse(nulls(MIX, [[math.nan, *channel[1:]] for channel in MIX]))

    def test_silence_proves_nothing(self):
        silence = [[0.0] * 100] * 2
        self.assertFalse(nulls(silence, silence))


class Translation(unittest.TestCase):
    def test_files_are_read_as_they_were_written(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "two.wav")
            wav.write(path, RATE, [[0.5, -0.25, 0.125], [0.0, 1.0, -1.0]])
            rate, channels = wav.read(path)
        self.assertEqual(rate, RATE)
        self.assertEqual([list(channel) for channel in channels], [[0.5, -0.25, 0.125], [0.0, 1.0, -1.0]])

    def test_every_pan_has_an_azimuth_of_ardour(self):
        for law in ("-3 dB", "-4.5 dB", "-6 dB", "linear"):
            for position in (-1.0, -0.7, 0.0, 0.001, 0.5, 1.0):
                with self.subTest(law=law, position=position):
                    left, right = ardour_terms.pan_gains(law, position)
                    p, gain = ardour_terms.azimuth_and_gain(left, right)
                    self.assertAlmostEqual(gain * ardour_terms.ardour_pan(1.0 - p), left, 12)
                    self.assertAlmostEqual(gain * ardour_terms.ardour_pan(p), right, 12)

    def test_a_fader_comes_out_of_ardours_smoothing_as_it_was(self):
        curve = ardour_lanes.Curve(
            [(2000, -3.0, "linear", 0.0), (9000, -20.0, "curve", 0.4), (16900, -1.0, "hold", 0.0)]
        )
        frames = 20000
        lane = ardour_lanes.gain_lane(
            lambda k: ardour_lanes.gain_of_db(curve(k)), curve.corners(), RATE, frames
        )
        for k, gain in enumerate(smoothed_by_ardour(lane, frames)):
            self.assertLess(abs(gain - ardour_lanes.gain_of_db(curve(k))), 3e-6, k)

    def test_a_fader_that_ardour_cannot_follow_is_refused(self):
        curve = ardour_lanes.Curve([(2000, -3.0, "hold", 0.0), (9000, -20.0, "hold", 0.0)])
        with self.assertRaises(ardour_lanes.TooFast):
            ardour_lanes.gain_lane(lambda k: ardour_lanes.gain_of_db(curve(k)), curve.corners(), RATE, 20000)


if __name__ == "__main__":
    unittest.main()
