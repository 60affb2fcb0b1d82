#!/usr/bin/env python3
"""bench/gpu where there is no GPU: on the twin with tiny sessions, and where nothing can be measured.

gpu_test.py ROOT BUILD: BUILD holds dubplate and bench/reference_session.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

if len(sys.argv) < 3:
    sys.exit(__doc__)
ROOT, BUILD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "bench"))

from harness import cold, device_runs, sessions, traffic  # noqa: E402

GENERATOR = BUILD / "bench/reference_session"
TINY = ("--tracks", "2", "--seconds", "1", "--repeat", "1")


class InAFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="dubplate-gpu-")
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def start(self, *arguments, exit_code):
        command = [sys.executable, "-B", ROOT / "bench/gpu", "--build", BUILD, "-o", self.folder / "out", *arguments]
        answer = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        self.assertEqual(answer.returncode, exit_code, answer.stdout + answer.stderr)
        return answer.stdout


class TheBenchmark(InAFolder):
    def test_on_the_twin_tells_of_every_run_what_was_measured(self):
        said = self.start("--device", "hosttwin", *TINY, exit_code=0)
        found = json.loads((self.folder / "out/gpu.json").read_text(encoding="utf-8"))
        self.assertEqual([session["session"] for session in found["sessions"]], ["REF-2-1", "FULL-2-1"])
        with open(self.folder / "out/gpu.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), sum(len(session["rows"]) for session in found["sessions"]))
        for session in found["sessions"]:
            self.assertIn(session["session"] + "\n", said)
            self.assertTrue(session["same_bits"] or session["mix_difference_db"] < -120.0, session)
            levels = session["mix_rms_dbfs"]
            self.assertAlmostEqual(levels["cpu"], levels["hosttwin"], places=3)
            self.assertGreater(levels["cpu"], -100.0)
            self.assertEqual(set(session["device_alone"]), set(device_runs.OUTPUTS))
            for alone in session["device_alone"].values():
                self.assertGreater(alone["compute_seconds"], 0.0)
                self.assertGreaterEqual(alone["device_seconds"], 0.999 * alone["compute_seconds"] / 3)  # regions overlap
                parts = sum(alone[name] for name in ("compute_seconds", "up_seconds", "down_seconds"))
                self.assertLessEqual(alone["device_seconds"], 1.001 * parts)
            self.assertRegex(said, r"The device alone, mix, 8 stems: [\d.]+ ms")
            kinds = {(row["device"], row["outputs"]) for row in session["rows"] if row["state"] == "warm"}
            self.assertEqual(kinds, {(device, outputs) for device in ("cpu", "hosttwin") for outputs in device_runs.OUTPUTS})
            colds = [row for row in session["rows"] if row["state"] == "cold"]
            self.assertEqual(len(colds) + sum(", cold: " in words for words in session["left_out"]), 2)
            for row in session["rows"]:
                self.check(row, session)
        resident = found["resident"]
        self.assertEqual(resident["session"], "RESIDENT-2-1")
        # Two files of 24 bits, but for what stands in the block of 512 frames in which a clip begins.
        self.assertLessEqual(resident["second"]["resident_bytes"], 2 * 48000 * 3)
        self.assertGreater(resident["second"]["resident_bytes"], 2 * (48000 - 512) * 3)
        self.assertEqual(resident["first"]["resident_bytes"], 0)
        saved = resident["first"]["copied_up_bytes"] - resident["second"]["copied_up_bytes"]
        self.assertGreaterEqual(saved, resident["second"]["resident_bytes"])
        self.assertIn("the second version of a resident session took", said)

    def check(self, row, session):
        """That the figures of a row fit each other."""
        self.assertGreater(row["wall_seconds"], 0.0)
        self.assertGreaterEqual(row["wall_seconds"] + 0.002, row["plan_seconds"] + row["render_seconds"])
        rendered = row["times_real_time"] * row["wall_seconds"]
        self.assertAlmostEqual(rendered, session["audio_seconds"], delta=0.06 * row["wall_seconds"] + 0.001 * row["times_real_time"])
        if row["device"] == "cpu":
            self.assertFalse({"cpu_to_device", "up_gb", "bus_floor_ms", "device_ms", "moved_up_gb"} & row.keys())
            return
        alone = session["device_alone"][row["outputs"]]
        self.assertAlmostEqual(row["device_ms"], 1000 * alone["device_seconds"], delta=0.01)
        self.assertAlmostEqual(row["compute_ms"], 1000 * alone["compute_seconds"], delta=0.01)
        self.assertAlmostEqual(row["moved_down_gb"], alone["moved_down_bytes"] / 1e9, delta=0.001)
        if "up_gb" in row:
            # What is silent stays where it is, and a render may end before what it began has come down.
            self.assertLessEqual(row["moved_up_gb"], row["up_gb"] + 0.001)
            if row["outputs"] == "mix":
                self.assertLessEqual(row["moved_down_gb"], row["down_gb"] + 0.001)
        same = [other for other in session["rows"] if other["device"] == "cpu"
                and (other["outputs"], other["state"]) == (row["outputs"], row["state"])]  # fmt: skip
        if not same:  # files that would not leave the page cache: the one thing that may be left out here
            self.assertEqual((row["state"], "cpu_to_device" in row), ("cold", False))
            return
        self.assertAlmostEqual(row["cpu_to_device"], same[0]["wall_seconds"] / row["wall_seconds"], delta=0.02)

    def test_without_a_gpu_says_why_and_that_nothing_was_measured(self):
        self.assertRegex(self.start("--device", "cuda:99", *TINY, exit_code=77), "^skipped: nothing was measured: .+\n$")

    def test_when_the_time_is_up_says_what_was_left_out_and_fails(self):
        said = self.start("--device", "hosttwin", *TINY, "--minutes", "0", exit_code=1)
        self.assertIn("left out: hosttwin, mix, warm: the time was up", said)

    def test_without_its_programs_names_them(self):
        self.start("--device", "hosttwin", "--generator", str(self.folder / "nowhere"), exit_code=1)


class Sessions(InAFolder):
    def test_of_the_same_files_are_the_full_and_the_reference_session(self):
        place = sessions.make([str(GENERATOR)], sessions.Wanted("full", 3, 1), self.folder)
        reference = sessions.make(GENERATOR, sessions.Wanted("reference", 3, 1), self.folder)
        derived, made = sessions.read_json(sessions.without_full(place)), sessions.read_json(reference / "session.dub.json")
        self.assertEqual(derived, made)
        for path in sessions.sound_files(reference):
            self.assertEqual(path.read_bytes(), (place / path.name).read_bytes(), path.name)


class Files(InAFolder):
    def test_that_were_dropped_are_not_in_the_page_cache(self):
        path = self.folder / "a.bin"
        path.write_bytes(bytes(1 << 20))
        if cold.is_cached(path) is None:
            self.skipTest("this system does not tell what is in its page cache")
        self.assertTrue(cold.is_cached(path))
        if why := cold.why_not_cold([path]):
            self.skipTest(f"here {why}")
        path.read_bytes()
        self.assertTrue(cold.is_cached(path))


class WhatMoves(unittest.TestCase):
    def session(self, tracks):
        inserts = [{"processor": name} for name in ("eq", "compressor", "linear_eq", "convolution")]
        return {"tracks": [{"output": f"bus_{track % 8}", "clips": [], "inserts": inserts, "sends": [{"to": f"return_{track // 8 % 4}"}]}
                           for track in range(tracks)],
                "buses": [{"name": f"bus_{bus}"} for bus in range(8)],
                "returns": [{"inserts": [{"processor": "convolution"}]} for _ in range(4)]}  # fmt: skip

    def test_is_what_the_engines_blocks_give(self):
        # 64 stereo tracks: 8 blocks of eight, added for 8 buses and 4 returns, and one block of the returns; 5 chunks. A bus has
        # one partial, a return eight, which are added: flags are of all of these, of the returns' sums, and of the returns.
        moved = traffic.of_session(self.session(64), 286720, 131072, 45, 144000)
        # Of a track one channel goes up, which its response makes two.
        self.assertEqual(moved.up_bytes, (64 + 4 * 2) * 5 * 131072 * 4 + 68 * 2 * 144000 * 8)
        self.assertEqual(moved.down_bytes, 2 * 5 * 4 * (13 * 131072 + 8 + 4 * (8 + 1) + 1))
        # A linear-phase EQ there and back, with a block kept of 32; responses there, eight blocks kept of eight.
        equaliser, response, rows = 16 + 16 + 16 + (8 + 16) / 32 + 36, 16 + 16 + 16 + (64 + 72) / 8 + 16, 8 + 16 + 12 + 4 + 4
        # Of the eight tracks of a block two send to the fourth return: their channels are read twice.
        parting = 16 + 16 + 16 + 2 * (16 + (64 + 72) / 8)
        tracks = 8 * (8 + equaliser + parting) + 8 * (16 + 4) + 10 * rows
        added = 4 * 2 * 4 * (8 + 1)
        self.assertEqual(moved.memory_bytes, (8 * tracks + 8 * (8 + response) + 8 * 8 + 2 * rows + added) * 286720)
        fast, slow = moved.bus_seconds()
        self.assertAlmostEqual(fast, moved.up_bytes / 55e9)  # the longer way
        self.assertAlmostEqual(slow, moved.up_bytes / 50e9)
        self.assertAlmostEqual(moved.memory_seconds(), moved.memory_bytes / 4.3e12)

    def test_is_more_where_the_cpu_adds(self):
        self.assertEqual(traffic.sums_of(["tracks"] * 300), [300])
        self.assertEqual(traffic.sums_of(["cpu"] + ["returns"] * 4), [1] * 4)
        self.assertEqual(traffic.sums_of(["tracks"] * 17 + ["cpu"] + ["tracks"] * 20), [16] + [1] * 15 + [6])

    def test_of_tracks_on_both_is_not_told(self):
        session = self.session(64)
        session["tracks"][3]["inserts"] = []
        self.assertIsNone(traffic.of_session(session, 286720, 131072, 45, 144000))

    def test_of_other_blocks_than_those_that_ran_is_not_told(self):
        for gathered in (44, 9, 90):
            self.assertIsNone(traffic.of_session(self.session(64), 286720, 131072, gathered, 144000), gathered)
        self.assertIsNone(traffic.of_session({"tracks": []}, 286720, 131072, 45, 144000))


if __name__ == "__main__":
    unittest.main(verbosity=2)
