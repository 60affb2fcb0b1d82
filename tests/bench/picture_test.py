#!/usr/bin/env python3
"""The picture of speed is what bench/picture.py draws from the checked-in measurements, and those are the figures of
bench/RESULTS.md.

picture_test.py ROOT
"""

import json
import pathlib
import sys
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)
sys.path.insert(0, str(ROOT / "bench"))

import picture  # noqa: E402

RESULTS = ROOT / "bench/results/2026-11-21-epyc-zen4-2-cores.json"


class PictureOfSpeed(unittest.TestCase):
    def setUp(self):
        self.results = json.loads(RESULTS.read_text(encoding="utf-8"))

    def test_is_drawn_from_its_measurements(self):
        drawn = (ROOT / "docs/pictures/speed.svg").read_text(encoding="utf-8")
        mend = f"bench/picture.py {RESULTS.relative_to(ROOT)} > docs/pictures/speed.svg"
        self.assertEqual(picture.draw(self.results), drawn, f"mend with: {mend}")

    def test_follows_every_measurement_it_shows(self):
        drawn = picture.draw(self.results)
        for panel in picture.PANELS:
            for name, _, _ in panel["bars"]:
                changed = json.loads(json.dumps(self.results))
                entry = next(entry for entry in changed["measurements"] if entry["id"] == name)
                entry[panel["figure"]] *= 1.5
                self.assertNotEqual(picture.draw(changed), drawn, name)

    def test_is_xml_with_bars_inside_of_its_ground(self):
        svg = xml.etree.ElementTree.fromstring(picture.draw(self.results))
        bars = [rect for rect in svg.iter("{http://www.w3.org/2000/svg}rect") if rect.get("class") in ("ours", "other")]
        self.assertEqual(len(bars), sum(len(panel["bars"]) for panel in picture.PANELS))
        for bar in bars:
            self.assertGreater(float(bar.get("width")), 0)
            self.assertLess(float(bar.get("x")) + float(bar.get("width")), picture.WIDTH - picture.MARGIN)

    def test_has_the_figures_of_the_table(self):
        rows = [line for line in (ROOT / "bench/RESULTS.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
        for entry in self.results["measurements"]:
            row = next((row for row in rows if row.startswith(f"| {entry['row']} |")), None)
            self.assertIsNotNone(row, entry["row"])
            cells = [cell.strip(" *").split(" / ") for cell in row.strip("|").split("|")]
            for cell, figure in zip(cells[1:], ("wall_seconds", "cpu_seconds", "peak_mib", "times_real_time")):
                self.assertIn(entry[figure], [float(value) for value in cell], (entry["id"], figure))


if __name__ == "__main__":
    unittest.main()
