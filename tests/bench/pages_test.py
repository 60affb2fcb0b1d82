#!/usr/bin/env python3
"""README.md, bench/RESULTS.md and the pictures of speed show the checked-in measurements; targets are judged by them.

pages_test.py ROOT
"""

import json
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)
sys.path.insert(0, str(ROOT / "bench"))

import scripts  # noqa: E402
from harness import distance, gpu_page, report, results, targets  # noqa: E402

pages = scripts.load(ROOT / "bench/pages")


def entry(name, wall, cpu=2.0, **more):
    return {"program": name, "title": name, "wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": 100.0,
            "times_real_time": 183 / wall, **more}  # fmt: skip


def session(run, name, *programs, **more):
    kind, tracks, seconds = {"REF": "reference", "HEAVY": "heavy"}[name.split("-")[0]], *map(int, name.split("-")[1:3])
    return {"run": run, "session": name, "kind": kind, "tracks": tracks, "seconds": seconds, "audio_seconds": seconds + 3,
            "date": "2026-01-01", "commit": "abc", "programs": list(programs), "skipped": [], **more}  # fmt: skip


def measurements(*sessions):
    machine = {"cores": 2, "processor": "P", "registers": "AVX2", "memory_gib": 8, "system": "S"}
    return {"schema": results.SCHEMA, "machine": machine, "method": "whole process", "sessions": list(sessions)}


FLOOR = {"threads": 2, "core_seconds": 1.0, "bound_core_seconds": 0.5, "wall_seconds": 0.5, "terms": [
    {"id": name, "term": name, "count": 1e9, "ns": 0.1, "core_seconds": 0.1, "bound_core_seconds": 0.05}
    for group in distance.GROUPS for name in group.terms
]}  # fmt: skip


GPU = {
    "schema": "dubplate-gpu-bench-1", "device": "cuda", "description": "NVIDIA H200", "commit": "abc", "date": "2026-01-02",
    "machine": {"cores": 16, "processor": "P", "registers": "AVX2", "memory_gib": 8, "system": "S"}, "faults": [],
    "sessions": [{"session": "FULL-256-180", "same_bits": False, "mix_difference_db": -130.0, "rows": [
        {"device": "cpu", "outputs": "mix", "state": "warm", "wall_seconds": 4.0, "times_real_time": 45.8},
        {"device": "cuda", "outputs": "mix", "state": "warm", "wall_seconds": 1.0, "times_real_time": 183.0,
         "cpu_to_device": 4.0, "device_ms": 420.0, "bus_floor_ms": "353.0 - 388.0"},
    ]}],
}  # fmt: skip


class Pages(unittest.TestCase):
    def test_show_what_was_measured(self):
        (measured,) = (ROOT / "bench/results").glob("*.json")
        mend = f"mend with: bench/pages {measured.relative_to(ROOT)}"
        for path, text in pages.made(ROOT, results.load(measured)).items():
            self.assertEqual((ROOT / path).read_text(encoding="utf-8"), text, f"{path} is stale; {mend}")

    def test_are_not_made_without_the_reference_session(self):
        for sessions in ([], [session("reference", "REF-128-180", entry("sox", 2.0))]):
            with self.assertRaisesRegex(results.NotResults, "REF-128-180"):
                pages.made(ROOT, measurements(*sessions))

    def test_have_every_section_somewhere(self):
        texts = "".join((ROOT / page).read_text(encoding="utf-8") for page in pages.PAGES)
        self.assertEqual(sorted(re.findall(r"<!-- bench: ([\w-]+) -->", texts)), sorted(pages.SECTIONS))

    def test_fill_sections_and_nothing_else(self):
        measured = measurements(session("reference", "REF-128-180", entry("dubplate", 2.0), entry("sox", 30.0)))
        text = "before\n<!-- bench: speed -->\nold\n<!-- end of bench -->\nafter <!-- a comment -->\n"
        filled = pages.filled(text, measured)
        self.assertTrue(filled.startswith("before\n<!-- bench: speed -->\n|"), filled)
        self.assertTrue(filled.endswith("|\n<!-- end of bench -->\nafter <!-- a comment -->\n"), filled)
        self.assertNotIn("old", filled)
        self.assertEqual(pages.filled(filled, measured), filled)

    def test_have_a_table_of_gpus_that_says_so_while_none_was_measured(self):
        with tempfile.TemporaryDirectory() as name:
            self.assertEqual(gpu_page.load(pathlib.Path(name) / "nowhere"), [])
        lines = gpu_page.section([]).splitlines()
        self.assertEqual(len(lines), 2 + 4)
        for line in lines[2:]:
            self.assertRegex(line, r"^\| (REF|FULL)-256-180 \| mix(, 8 stems)? \| in the page cache (\| not measured yet ){6}\|$")

    def test_show_a_gpu_once_one_was_measured(self):
        with tempfile.TemporaryDirectory() as name:
            (pathlib.Path(name) / "h200.json").write_text(json.dumps(GPU), encoding="utf-8")
            told = gpu_page.section(gpu_page.load(name))
        self.assertIn("| FULL-256-180 | mix | in the page cache | 4.00 | 1.00 | 4.00 | 183 | 420 | 353.0 - 388.0 |", told)
        self.assertIn("NVIDIA H200; 16 cores, P", told)
        self.assertIn("Measured 2026-01-02, abc.", told)
        self.assertIn("FULL-256-180: -130.0 dB.", told)
        self.assertNotIn("not measured yet", told)

    def test_show_no_gpu_that_was_none_or_failed(self):
        for wrong, why in (({"device": "hosttwin"}, "no GPU"), ({"faults": ["late"]}, "late"), ({"schema": "x"}, "bench/gpu writes")):
            with tempfile.TemporaryDirectory() as name:
                (pathlib.Path(name) / "a.json").write_text(json.dumps({**GPU, **wrong}), encoding="utf-8")
                with self.assertRaisesRegex(results.NotResults, why):
                    gpu_page.load(name)

    def test_say_what_was_not_measured(self):
        measured = measurements(session("reference", "REF-128-180", entry("dubplate", 2.0)))
        for section in ("floor", "distance", "kinds"):
            self.assertEqual(pages.SECTIONS[section](measured), "Not measured.")

    def test_have_a_column_for_each_number_of_tracks(self):
        measured = measurements(
            session("tracks", "REF-256-60", entry("dubplate", 4.0)),
            session("tracks", "REF-32-60", entry("dubplate", 0.5), entry("sox", 8.0)),
        )
        rows = pages.tracks(measured).splitlines()
        self.assertIn("| 32 tracks | 256 tracks |", rows[0])
        self.assertEqual(rows[2], "| dubplate | 0.50 (366 x) | 4.00 (45.8 x) |")
        self.assertEqual(rows[3], "| sox | 8.00 (22.9 x) |  |")


    def test_compare_kinds_with_the_first_of_their_run(self):
        kinds = pages.kinds(measurements(
            session("length", "REF-128-180", entry("dubplate", 2.0)),
            session("length", "REF-128-1800-x10", entry("dubplate", 19.0)),
            session("heavy", "HEAVY-64-60", entry("dubplate", 4.0)),
        ))  # fmt: skip
        rows = [row.strip("| ").split(" | ") for row in kinds.splitlines()]
        self.assertEqual([(row[0], row[-1]) for row in rows[2:5]],
                         [("HEAVY-64-60", "1.00"), ("REF-128-180", "1.00"), ("REF-128-1800-x10", "9.50")])  # fmt: skip
        self.assertIn("HEAVY-64-60: 5.43 ns of CPU a sample and response channel.", kinds)


class Distance(unittest.TestCase):
    def test_puts_every_second_of_the_profile_into_one_row(self):
        profile = {"read clips": 1.0, "eq": 0.5, "write wav24": 0.25, "sums": 0.125, "outside of tasks": 2.0}
        rows = distance.rows(session("reference", "REF-128-180", floor=FLOOR, profile=profile))
        spent = {words: seconds for words, _, seconds, _ in rows}
        self.assertEqual(sum(spent.values()), 3.875)
        self.assertEqual(spent["outputs"], 0.25)
        self.assertEqual(spent["equalisers"], 0.5)
        self.assertEqual(spent[distance.REST], 2.0)
        self.assertAlmostEqual(sum(row[1] for row in rows), 0.1 * len(FLOOR["terms"]))

    def test_names_each_term_and_each_kind_of_work_once(self):
        for names in ([term for group in distance.GROUPS for term in group.terms],
                      [kind for group in distance.GROUPS for kind in group.work]):  # fmt: skip
            self.assertEqual(len(set(names)), len(names))

    def test_stands_in_a_table_with_its_sum(self):
        words = report.distance_table(session("reference", "REF-128-180", floor=FLOOR, profile={"eq": 0.5}))
        self.assertIn("| equalisers | 0.20 | 0.50 | +0.30 |", words)
        self.assertIn("| **sum** |", words)


class Targets(unittest.TestCase):
    def rows(self, *sessions):
        return {line.split(" | ")[0].strip("| "): line for line in targets.table(measurements(*sessions)).splitlines()}

    def test_are_judged_by_the_measurements_alone(self):
        slow = self.rows(session("reference", "REF-128-180", entry("dubplate", 3.0), entry("sox", 30.0)))
        self.assertIn("| 61.0 | **no** |", slow["REF-128-180, times real time"])
        self.assertIn("| 10.0 | **no** |", slow["faster than the fastest other program, times"])
        fast = self.rows(session("reference", "REF-128-180", entry("dubplate", 1.0), entry("sox", 30.0)))
        self.assertIn("| 183 | yes |", fast["REF-128-180, times real time"])
        self.assertIn("| 30.0 | yes |", fast["faster than the fastest other program, times"])
        self.assertIn("not measured", fast["faster than ardour7-export on all cores, times"])

    def test_of_long_responses_count_both_channels(self):
        samples = 2 * 64 * 60 * 48000
        heavy = session("heavy", "HEAVY-64-60", entry("dubplate", 2.0, cpu=samples * 8e-9), entry("ecasound", 13.0))
        rows = self.rows(heavy)
        self.assertIn("| 8.00 ns | yes |", rows["HEAVY-64-60, CPU time a sample and response channel"])
        self.assertIn("| 6.50 | yes |", rows["HEAVY-64-60, faster than the fastest other program, times"])

    def test_of_start_up_are_held_by_the_slowest(self):
        sessions = [session("start", f"REF-{tracks}-1", start_seconds=tracks / 1000) for tracks in (8, 41, 1)]
        words = "1, 8, 32, 128 tracks: from the process's start to the first task"
        self.assertIn("| 41.0 ms | **no** |", self.rows(*sessions)[words])
        self.assertIn("| 8.00 ms | yes |", self.rows(sessions[0], sessions[2])[words])

    def test_without_measurements_are_told_as_such(self):
        for name, line in list(self.rows().items())[2:]:
            self.assertIn("not measured", line, name)


if __name__ == "__main__":
    unittest.main()
