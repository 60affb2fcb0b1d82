"""`render --profile`: a table whose shares are whole, a trace that shows every task, and files that do not differ."""

import hashlib
import json
import math
import unittest

from program import FAILED, WRONG_USAGE, ProgramTest


class Profile(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 20, "--seconds", 3)

    def profile(self, *arguments):
        """(what is on stderr, the trace, the receipt) of a profiled render to out/."""
        _, told = self.run_program("render", self.session, "-o", "out", "--profile", "trace.json", *arguments)
        trace = json.loads((self.folder / "trace.json").read_text(encoding="utf-8"))
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        return told, trace, receipt

    def test_changes_no_byte(self):
        def hashes(folder):
            files = sorted((self.folder / folder).rglob("*.wav"))
            return [(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files]

        self.run_program("render", self.session, "-o", "plain")
        self.profile("--threads", 3)
        self.assertEqual(hashes("out"), hashes("plain"))
        self.assertEqual(len(hashes("out")), 9)

    def test_shows_every_task_of_the_render_once(self):
        _, trace, receipt = self.profile("--threads", 2, "--chunk", 16384)
        tasks = [event for event in trace["traceEvents"] if event.get("cat") == "task"]
        steps = {}
        for task in tasks:
            if "chunk" in task["args"]:
                steps.setdefault(task["name"], []).append(task["args"]["chunk"])
        outputs = {output["name"] for output in receipt["outputs"]}
        self.assertEqual(len(outputs), 9)
        self.assertLessEqual(outputs | {"end"}, set(steps))
        chunks = sorted(steps["mix"])
        self.assertEqual(chunks, list(range(chunks[0], chunks[0] + len(chunks))))
        self.assertGreaterEqual(len(chunks) * 16384, receipt["frames"])
        for name, found in steps.items():
            # Blocks may share a name; each of them runs every chunk once.
            self.assertEqual(set(found), set(chunks), name)
            self.assertEqual(len(found) % len(chunks), 0, name)
        files = [task["name"] for task in tasks if "chunk" not in task["args"]]
        for one in receipt["inputs"]:
            self.assertIn(one["path"], files)
        counted = [event for event in trace["traceEvents"] if event["ph"] == "C"]
        self.assertEqual(len(counted), sum(map(len, steps.values())))
        self.assertTrue(all(event["args"]["ready"] >= 0 for event in counted))

    def test_slices_lie_within_each_other_and_never_overlap(self):
        _, trace, _ = self.profile("--threads", 2)
        names = {event["tid"]: event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "thread_name"}
        self.assertEqual(names[0], "stages")
        near = 0.002  # microseconds: times are rounded to nanoseconds
        for thread in names:
            slices = [event for event in trace["traceEvents"] if event["ph"] == "X" and event["tid"] == thread]
            outer = sorted((event for event in slices if event["cat"] != "work"), key=lambda event: event["ts"])
            for before, after in zip(outer, outer[1:]):
                self.assertLessEqual(before["ts"] + before["dur"], after["ts"] + near)
            inner = [event for event in slices if event["cat"] == "work"]
            for task in outer:
                end = task["ts"] + task["dur"]
                mine = [one for one in inner if task["ts"] - near <= one["ts"] and one["ts"] + one["dur"] <= end + 0.02]
                if len(mine) > 1:
                    self.assertAlmostEqual(sum(one["dur"] for one in mine), task["dur"], delta=0.02)

    def test_the_table_is_whole(self):
        told, trace, receipt = self.profile("--format", "wav24,flac16")
        self.assertEqual(trace["dubplate"], receipt["profile"])
        stages, work = receipt["profile"]["stages"], receipt["profile"]["work"]
        self.assertEqual([stage["name"] for stage in stages], [stage["name"] for stage in receipt["stages"]])
        self.assertAlmostEqual(sum(row["share"] for row in work), 1.0, delta=0.0001)
        for stage in stages:
            mine = sum(row["cpu_seconds"] for row in work if row["stage"] == stage["name"])
            # Clocks of threads and of the process are not read at one moment.
            self.assertAlmostEqual(mine, stage["cpu_seconds"], delta=0.02 + 0.1 * stage["cpu_seconds"])
            self.assertTrue(0.0 <= stage["busy"] <= 1.0)
        rows = {(row["stage"], row["name"]): row for row in work}
        for name in ("read clips", "eq", "compressor", "limiter", "convolution", "sums", "write wav24", "write flac16"):
            row = rows["render", name]
            self.assertGreater(row["samples"], 0, name)
            self.assertGreater(row["calls"], 0, name)
            self.assertRegex(told, rf"(?m)^render +{name} ")
        # Written are nine stereo files in either format: the count of samples is exact.
        self.assertEqual(rows["render", "write wav24"]["samples"], 9 * 2 * receipt["frames"])
        self.assertGreater(sum(row["share"] for row in work if row["stage"] == "render"), 0.3)
        self.assertTrue(all(math.isfinite(row["seconds"]) for row in work))

    def test_a_device_has_rows_of_its_own_that_are_no_ones_cpu_time(self):
        self.session = self.generated_session("--full", "--tracks", 3, "--seconds", 1)
        told, trace, receipt = self.profile("--device", "hosttwin")
        device = receipt["profile"]["device"]
        names = ["copy up", "compute on the device", "copy down"]
        self.assertEqual([row["name"] for row in device["work"]], names)
        slices = [event for event in trace["traceEvents"] if event.get("cat") == "device"]
        tracks = {event["tid"]: event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "thread_name"}
        threads = {event["tid"] for event in trace["traceEvents"] if event.get("cat") in ("task", "stage")}
        self.assertFalse(threads & {event["tid"] for event in slices})
        spans = []
        for row in device["work"]:
            mine = [event for event in slices if event["name"] == row["name"]]
            self.assertEqual(len(mine), row["chunks"])
            self.assertEqual(sum(event["args"]["bytes"] for event in mine), row["bytes"])
            self.assertAlmostEqual(sum(event["dur"] for event in mine) / 1e6, row["seconds"], delta=0.0001)
            self.assertLessEqual(row["seconds"], row["asked_seconds"])
            self.assertRegex(told, rf"(?m)^{row['name']} +[\d.]+ +[\d.]+ +{row['chunks']}\b")
            for event in mine:
                self.assertRegex(tracks[event["tid"]], rf"^device \d: {row['name']}$")
                self.assertLessEqual(event["dur"], event["args"]["asked_us"] + 0.002)
                spans.append((event["ts"], event["ts"] + event["dur"]))
        self.assertGreater(device["work"][0]["bytes"], 0)
        self.assertGreater(device["work"][1]["seconds"], 0.0)
        self.assertGreater(device["work"][2]["bytes"], device["work"][2]["chunks"] * 2 * 4 * receipt["chunk_frames"])
        busy, end = 0.0, 0.0
        for first, last in sorted(spans):
            busy += max(0.0, last - max(first, end))
            end = max(end, last)
        self.assertAlmostEqual(busy / 1e6, device["busy_seconds"], delta=0.0001)
        self.assertRegex(told, r"(?m)^any of them +[\d.]+$")
        # Nothing that is anyone's CPU time, and nothing of it without a device.
        self.assertFalse(set(names) & {row["name"] for row in receipt["profile"]["work"]})
        told, _, receipt = self.profile("--device", "cpu")
        self.assertNotIn("device", receipt["profile"])
        self.assertNotIn("any of them", told)

    def test_quiet_prints_no_table_and_json_keeps_stdout_for_events(self):
        told, _, _ = self.profile("--quiet")
        self.assertEqual(told, "")
        out, told = self.run_program("render", self.session, "-o", "out", "--profile", "trace.json", "--json")
        self.assertIn("CPU s", told)
        self.assertEqual(json.loads(out.splitlines()[-1])["event"], "done")

    def test_without_it_nothing_is_recorded(self):
        self.run_program("render", self.session, "-o", "out")
        self.assertNotIn("profile", json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8")))

    def test_a_trace_is_written_over_nothing_else_and_only_with_its_render(self):
        _, told = self.run_program(
            "render", self.session, "-o", "out", "--profile", "out/mix.wav", exit_code=FAILED
        )
        self.assertIn("the profile would lie where an output does", told)
        _, told = self.run_program(
            "render", self.session, "-o", "out", "--profile", "out/receipt.json", exit_code=FAILED
        )
        self.assertIn("the profile would lie where an output does", told)
        _, told = self.run_program("render", self.session, "-o", "out", "--profile", self.session, exit_code=FAILED)
        self.assertIn("which the session reads", told)
        self.write("trace.json", "older")
        _, told = self.run_program(
            "render", self.session, "-o", "out", "--profile", "trace.json", "--no-clobber", exit_code=FAILED
        )
        self.assertIn("trace.json", told)
        _, told = self.run_program("render", self.session, "-o", "out", "--profile", "no/t.json", exit_code=FAILED)
        self.assertIn("no/t.json", told)
        self.assertEqual((self.folder / "trace.json").read_text(encoding="utf-8"), "older")
        self.assertFalse((self.folder / "out" / "mix.wav").exists())
        self.run_program("render", self.session, "--profile", exit_code=WRONG_USAGE)


if __name__ == "__main__":
    unittest.main()
