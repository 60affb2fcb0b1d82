#!/usr/bin/env python3
"""The pictures of speed show every measurement they are drawn from, inside of their ground.

picture_test.py ROOT
"""

import copy
import pathlib
import sys
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)
sys.path.insert(0, str(ROOT / "bench"))

import picture  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
TIMES = {"dubplate": 1.0, "scipy": 20.0, "sox": 21.0, "csound": 21.5, "ffmpeg": 90.0}


def session(run, tracks, seconds, repeat=""):
    programs = []
    for name, wall in TIMES.items():
        wall = wall * tracks * seconds / (128 * 180)
        programs.append({"program": name, "title": name.upper(), "wall_seconds": wall, "cpu_seconds": wall, "peak_mib": 9,
                         "times_real_time": (seconds + 3) / wall})  # fmt: skip
    return {"run": run, "session": f"REF-{tracks}-{seconds}{repeat}", "kind": "reference", "tracks": tracks,
            "seconds": seconds, "date": "2026-01-01", "programs": programs}  # fmt: skip


def measurements():
    long = session("length", 128, 1800, "-x10")
    long["programs"] = long["programs"][:1]
    sessions = [session("reference", 128, 180), long, *(session("tracks", count, 60) for count in (32, 128, 256))]
    return {"machine": {"cores": 2, "processor": "A & B", "system": "Debian"}, "sessions": sessions}


class Pictures(unittest.TestCase):
    def test_follow_every_measurement_they_show(self):
        for draw, runs in ((picture.draw_speed, ["reference"]), (picture.draw_growth, ["reference", "tracks", "length"])):
            drawn = draw(measurements())
            self.assertEqual(drawn, draw(measurements()), "the same measurements, the same bytes")
            for index, measured in enumerate(measurements()["sessions"]):
                for entry in range(len(measured["programs"])):
                    changed = measurements()
                    changed["sessions"][index]["programs"][entry]["wall_seconds"] *= 1.5
                    shown = measured["run"] in runs
                    self.assertEqual(draw(changed) != drawn, shown, (draw.__name__, measured["session"], entry))

    def test_are_xml_that_stays_inside_of_its_ground(self):
        for draw in (picture.draw_speed, picture.draw_growth):
            svg = xml.etree.ElementTree.fromstring(draw(measurements()))
            height = float(svg.get("height"))
            for rect in svg.iter(SVG + "rect"):
                self.assertGreater(float(rect.get("width")), 0)
                self.assertLess(float(rect.get("x")) + float(rect.get("width")), picture.WIDTH)
            for kind in ("circle", "text"):
                for mark in svg.iter(SVG + kind):
                    x, y = float(mark.get("cx" if kind == "circle" else "x")), float(mark.get("cy" if kind == "circle" else "y"))
                    self.assertTrue(0 < x < picture.WIDTH and 0 < y < height, (x, y, mark.text))

    def test_have_a_bar_for_every_program_dubplate_first(self):
        svg = xml.etree.ElementTree.fromstring(picture.draw_speed(measurements()))
        bars = [rect.get("class") for rect in svg.iter(SVG + "rect") if rect.get("class") != "ground"]
        self.assertEqual(bars, ["ours"] + ["other"] * 4)

    def test_have_a_curve_for_what_was_measured_twice(self):
        svg = xml.etree.ElementTree.fromstring(picture.draw_growth(measurements()))
        curves = [line.get("points").count(",") for line in svg.iter(SVG + "polyline")]
        self.assertEqual(curves, [3] * 5 + [3] + [2] * 4)
        one = measurements()
        one["sessions"] = [kept for kept in one["sessions"] if kept["session"] in ("REF-128-180", "REF-128-60")]
        svg = xml.etree.ElementTree.fromstring(picture.draw_growth(one))
        self.assertEqual(len(list(svg.iter(SVG + "polyline"))), 5, "the chart by tracks is left out")

    def test_labels_keep_their_distance_and_their_order(self):
        self.assertEqual(picture.spread([10, 12, 50], 17), [10, 27, 50])
        self.assertEqual(picture.spread([3, 1, 2], 5), [1, 6, 11])

    def test_axes_end_outside_of_what_they_show(self):
        self.assertEqual(picture.ticks(0.7, 4.0), [0.5, 1, 2, 5])
        self.assertEqual(picture.ticks(1, 10), [1, 2, 5, 10])

    def test_leave_out_variants_of_dubplate(self):
        more = measurements()
        variant = copy.deepcopy(more["sessions"][0]["programs"][0])
        variant["program"] = "dubplate-1-thread"
        more["sessions"][0]["programs"].append(variant)
        self.assertEqual(picture.draw_speed(more), picture.draw_speed(measurements()))
        self.assertEqual(picture.draw_growth(more), picture.draw_growth(measurements()))


if __name__ == "__main__":
    unittest.main()
