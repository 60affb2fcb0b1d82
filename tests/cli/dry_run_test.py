"""`render --dry-run`: what it promises is what a render then does, and it does nothing itself."""

import json
import os
import struct
import unittest

from program import FAILED, WRONG_USAGE, ProgramTest


class DryRun(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 40, "--seconds", 4)

    def estimate(self, *arguments):
        return json.loads(self.run_program("render", self.session, "--dry-run", "--json", *arguments)[0])

    def everything(self):
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*"))

    def edit(self, change):
        session = json.loads(self.session.read_text(encoding="utf-8"))
        change(session)
        self.session.write_text(json.dumps(session), encoding="utf-8")

    def test_writes_nothing_and_makes_no_folder(self):
        before = self.everything()
        for arguments in ([], ["--json"], ["-o", "some/where"], ["--report", "r.json"]):
            self.run_program("render", self.session, "--dry-run", *arguments)
        self.assertEqual(self.everything(), before)

    def test_names_the_files_that_a_render_writes_with_their_sizes(self):
        arguments = ["-o", "out", "--premaster", "--range", "0.5 s:3 s"]
        told = self.estimate(*arguments)
        self.assertTrue(told["end_is_fixed"])
        self.assertEqual((told["first_frame"], told["frames"]), (24000, 120000))
        self.run_program("render", self.session, *arguments)
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        for key in ("kind", "name", "path"):
            self.assertEqual([one[key] for one in told["outputs"]], [one[key] for one in receipt["outputs"]])
        for promised, written in zip(told["outputs"], receipt["outputs"]):
            self.assertLessEqual(written["bytes"], promised["bytes"])
            self.assertLess(promised["bytes"] - written["bytes"], 10_000)  # room for any header
        self.assertEqual(sorted(one["path"] for one in told["inputs"]), sorted(one["path"] for one in receipt["inputs"]))
        self.assertEqual(told["input_bytes"], sum(one["bytes"] for one in receipt["inputs"]))

    def test_an_end_that_is_not_fixed_lies_where_it_says(self):
        told = self.estimate("-o", "out", "--stems", "none")
        self.run_program("render", self.session, "-o", "out", "--stems", "none")
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        self.assertFalse(told["end_is_fixed"])
        self.assertEqual(told["content_frames"], 4 * 48000)
        self.assertLessEqual(told["content_frames"], receipt["frames"])
        self.assertLessEqual(receipt["frames"], told["frames"])
        out, _ = self.run_program("render", self.session, "--dry-run")
        self.assertRegex(out, r"(?m)^ends        between 0:04 and 0:\d\d, when the tails have died away$")

    def test_memory_is_that_of_the_render_within_a_quarter(self):
        for arguments in (["--stems", "none"], ["--stems", "each-bus"], ["--stems", "each-track", "--range", ":1 s"]):
            told = self.estimate("-o", "out", *arguments)
            self.run_program("render", self.session, "-o", "out", *arguments)
            receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
            ratio = told["memory_bytes"] / receipt["peak_memory_bytes"]
            print(f"\n    {' '.join(arguments)}: estimated {ratio:.2f} of what it was", end=" ")
            self.assertLess(abs(ratio - 1.0), 0.25)

    def test_simulated_schedules_are_between_work_and_span(self):
        parallelism = self.estimate("--threads", 3)["parallelism"]
        work, span = parallelism["work_seconds"], parallelism["span_seconds"]
        schedules = parallelism["schedules"]
        runs_on = min(3, len(os.sched_getaffinity(0)))
        self.assertEqual([one["threads"] for one in schedules], sorted({2, 3, 8, 16, 64, runs_on}))
        self.assertGreater(span, 0.0)
        for one in schedules:
            # Two chunks in flight instead of three make few threads no faster.
            self.assertGreaterEqual(one["seconds"], max(span, work / one["threads"]) * 0.999999)
            self.assertAlmostEqual(one["parallelism"] * one["seconds"], work, delta=1e-6 * work)
            self.assertLessEqual(one["parallelism"], one["threads"] * 1.000001)
        self.assertEqual(sorted((one["seconds"] for one in schedules), reverse=True), [one["seconds"] for one in schedules])
        alone = self.estimate("--threads", 1)["parallelism"]["schedules"][0]
        self.assertEqual(alone["threads"], 1)
        self.assertAlmostEqual(alone["seconds"], work, delta=1e-6 * work)
        out, _ = self.run_program("render", self.session, "--dry-run", "--threads", 1)
        self.assertRegex(out, r"(?m)^ +on   1 thread +\d+\.\d\d s     1\.0 at once$")

    def test_simulates_the_tasks_that_the_render_has(self):
        for arguments in ([], ["--premaster", "--range", "0.5 s:1.5 s"], ["--stems", "each-track", "--chunk", 16384]):
            arguments = ["-o", "out", *arguments]
            told = self.estimate(*arguments)["parallelism"]["tasks"]
            self.run_program("render", self.session, *arguments, "--profile", "trace.json")
            trace = json.loads((self.folder / "trace.json").read_text(encoding="utf-8"))
            (stage,) = [one for one in trace["dubplate"]["stages"] if one["name"] == "render"]
            if "--range" in arguments:
                self.assertEqual(told, stage["tasks"])
            else:
                # Tails may die away earlier than they were declared to.
                self.assertLessEqual(stage["tasks"], told)
                self.assertGreater(stage["tasks"], 0.5 * told)

    def test_large_sessions_keep_many_threads_busy(self):
        self.session = self.generated_session("--tracks", 64, "--seconds", 1)
        for times, at_least in ((4, 14), (4, 40)):

            def grow(session):
                for track in session["tracks"]:
                    for clip in track["clips"]:
                        clip.update({"loop": True, "length": "180 s"})
                session["tracks"] = [
                    {**track, "name": f"{track['name']} {k}"} for k in range(times) for track in session["tracks"]
                ]

            self.edit(grow)
            schedules = self.estimate()["parallelism"]["schedules"]
            (most,) = [one for one in schedules if one["threads"] == 64]
            print(f"\n    {most['parallelism']:.1f} tasks at once on 64 threads", end=" ")
            self.assertGreaterEqual(most["parallelism"], at_least)

    def test_counts_strips_and_processors(self):
        def change(session):
            session["tracks"][0]["inserts"][0]["bypass"] = True
            session["tracks"][1]["disabled"] = True

        self.edit(change)
        told = self.estimate("--stems", "none")
        self.assertEqual((told["tracks"], told["buses"], told["returns"]), (39, 8, 4))
        self.assertEqual((told["strips_computed"], told["copies_for_stems"]), (39 + 8 + 4 + 1, 0))
        processors = {one["name"]: one for one in told["processors"]}
        self.assertEqual((processors["eq"]["count"], processors["eq"]["bypassed"]), (39 + 1, 1))
        self.assertEqual(processors["convolution"]["count"], 4)
        out, _ = self.run_program("render", self.session, "--dry-run", "--stems", "none")
        self.assertIn("strips      39 tracks, 8 buses, 4 returns and the master; 52 computed\n", out)
        self.assertIn("40 eq (1 bypassed)", out)
        self.assertIn("Nothing was rendered or written.", out)

    def test_more_work_is_said_to_take_longer(self):
        mix = self.estimate("--stems", "none")
        self.assertGreater(self.estimate("--stems", "each-track")["cpu_seconds"], 1.5 * mix["cpu_seconds"])
        self.assertLess(self.estimate("--stems", "none", "--range", ":1 s")["cpu_seconds"], 0.7 * mix["cpu_seconds"])
        self.assertLess(self.estimate("--stems", "none", "--threads", 2)["seconds"], mix["cpu_seconds"])

    def test_files_that_must_be_resampled_take_scratch_space_and_time(self):
        before = self.estimate()
        self.assertEqual(before["scratch_bytes"], 0)
        self.edit(lambda session: session["tracks"][0]["clips"][0].update({"speed": 2}))
        after = self.estimate()
        self.assertEqual(after["scratch_bytes"], 2 * 48000 * 4)
        self.assertEqual([one["speed"] for one in after["inputs"] if one["decoded"]], [2])
        self.assertGreater(after["cpu_seconds"], before["cpu_seconds"])

    def test_files_in_the_way_stop_it_as_they_stop_a_render(self):
        self.run_program("render", self.session, "-o", "out", "--stems", "none")
        for arguments, words in (
            (["-o", "out", "--no-clobber"], "choose another folder or name"),
            (["-o", "other", "--report", self.session], "which the session reads"),
            (["-o", "other", "--report", "other/mix.wav"], "where an output does"),
            (["-o", b"no-utf8-\xff".decode("utf-8", "surrogateescape")], "no UTF-8"),
        ):
            for dry in (["--dry-run"], []):
                command = ["render", self.session, "--stems", "none", *arguments, *dry]
                _, err = self.run_program(*command, exit_code=FAILED)
                self.assertIn(words, err, command)
        self.assertFalse((self.folder / "other").exists())

    def test_strict_fails_on_warnings_here_too(self):
        self.edit(lambda session: session["tracks"][0].update(name="A", clips=[]))
        self.edit(lambda session: session["tracks"][1].update(name="a"))
        self.run_program("render", self.session, "--dry-run", "--stems", "each-track")
        _, err = self.run_program(
            "render", self.session, "--dry-run", "--strict", "--stems", "each-track", exit_code=FAILED
        )
        self.assertIn("strict: ", err)

    def test_files_read_straight_from_the_disk_need_no_scratch_space(self):
        for name, tag, size in (("float.wav", 3, 4), ("int.wav", 1, 3)):
            samples = bytes(size * 1000)
            form = struct.pack("<4sIHHIIHH", b"fmt ", 16, tag, 1, 48000, 48000 * size, size, size * 8)
            data = b"WAVE" + form + struct.pack("<4sI", b"data", len(samples)) + samples
            (self.session.parent / name).write_bytes(struct.pack("<4sI", b"RIFF", len(data)) + data)
            self.edit(lambda session, name=name: session["tracks"][0].update(clips=[{"file": name}]))
            told = self.estimate()
            self.assertEqual(told["scratch_bytes"], 0, name)

    def test_what_would_stop_a_render_stops_it_too(self):
        self.run_program("render", self.session, "--dry-run", "--stems", "no", exit_code=WRONG_USAGE)
        (self.session.parent / "track_004.wav").unlink()
        _, err = self.run_program("render", self.session, "--dry-run", exit_code=FAILED)
        self.assertIn("track_004.wav", err)


if __name__ == "__main__":
    unittest.main()
