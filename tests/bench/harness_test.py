#!/usr/bin/env python3
"""What bench/reference is made of: sessions are made and found again, other programs are asked for the same job, figures
are kept and told as they were measured.

harness_test.py ROOT BUILD: BUILD holds dubplate and bench/reference_session.
"""

import json
import math
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

if len(sys.argv) < 3:
    sys.exit(__doc__)
ROOT, BUILD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "bench"))

from harness import campaign, disk, dubplate, measure, report, results, sessions, start_up, suites  # noqa: E402
from harness.sessions import Wanted  # noqa: E402
from peers import ardour, ffmpeg, job, sox, wav  # noqa: E402
from peers.programs import PROGRAMS  # noqa: E402

GENERATOR = BUILD / "bench/reference_session"


def write_wav(path, frames):
    """24-bit stereo."""
    body = b"".join(struct.pack("<i", round(value * 8388607))[:3] for frame in frames for value in frame)
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(body), b"WAVE", b"fmt ", 16, 1, 2, 48000, 288000, 6, 24,
                       b"data", len(body))  # fmt: skip
    pathlib.Path(path).write_bytes(head + body)


class InAFolder(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="dubplate-harness-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)


class Levels(InAFolder):
    def test_of_a_file_are_those_of_what_was_written(self):
        write_wav(self.folder / "a.wav", [(0.5, -0.25), (-0.5, 0.25)] * 1000 + [(0.9, 0.0)])
        rms, peak = wav.levels(self.folder / "a.wav", 2000)
        self.assertAlmostEqual(rms, 10 * math.log10((0.25 + 0.0625) / 2), places=3)
        self.assertAlmostEqual(peak, 20 * math.log10(0.5), places=3)
        self.assertAlmostEqual(wav.levels(self.folder / "a.wav")[1], 20 * math.log10(0.9), places=3)

    def test_of_silence_are_minus_infinity(self):
        write_wav(self.folder / "a.wav", [(0, 0)] * 10)
        self.assertEqual(wav.levels(self.folder / "a.wav"), (-math.inf, -math.inf))

    def test_of_what_is_no_sound_file_are_an_error(self):
        for content in (b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"nothing at all of the kind"):
            (self.folder / "a.wav").write_bytes(content)
            with self.assertRaises(ValueError):
                wav.levels(self.folder / "a.wav")


class SessionsToMeasureWith(InAFolder):
    def test_are_made_once(self):
        place = sessions.make(GENERATOR, Wanted("reference", 2, 1), self.folder)
        self.assertEqual(place.name, "REF-2-1")
        (place / "mark").touch()
        sessions.make(GENERATOR, Wanted("reference", 2, 1), self.folder)
        self.assertTrue((place / "mark").exists())

    def test_that_repeat_their_clips_share_the_files_and_render(self):
        place = sessions.make(GENERATOR, Wanted("reference", 2, 3, 3), self.folder)
        short = self.folder / "REF-2-1"
        self.assertTrue((place / "track_001.wav").samefile(short / "track_001.wav"))
        starts = [
            clip.get("start", 0)
            for clip in json.loads((place / "session.dub.json").read_text(encoding="utf-8"))["tracks"][1]["clips"]
        ]
        self.assertEqual(starts, [0, 48000, 96000])
        subprocess.run([BUILD / "dubplate", "check", place / "session.dub.json"], check=True, capture_output=True)

    def test_with_all_stems_name_every_track_and_bus(self):
        place = sessions.make(GENERATOR, Wanted("reference", 3, 1), self.folder)
        self.assertEqual(sessions.with_all_stems(place), 3 + 8)
        subprocess.run([BUILD / "dubplate", "check", place / "all-stems.dub.json"], check=True, capture_output=True)

    def test_end_with_their_last_clip(self):
        for wanted in (Wanted("reference", 2, 1), Wanted("reference", 2, 3, 3)):
            self.assertEqual(sessions.clips_end_seconds(sessions.make(GENERATOR, wanted, self.folder), wanted), wanted.seconds)
        clips = [{"start": "1.25 s", "length": "500 ms"}, {"start": 96000, "length": 4800}, {"file": "a.wav"}]
        (self.folder / "session.dub.json").write_text(json.dumps({"tracks": [{"clips": clips}, {}]}), encoding="utf-8")
        self.assertAlmostEqual(sessions.clips_end_seconds(self.folder, Wanted("mixed", 2, 2)), 2.1)

    def test_of_random_clips_are_rendered_to_their_end(self):
        wanted = Wanted("mixed", 3, 4)
        place = sessions.make(GENERATOR, wanted, self.folder)
        end = sessions.clips_end_seconds(place, wanted)
        self.assertLess(end, 4)
        subprocess.run(
            [BUILD / "dubplate", "render", place / "session.dub.json", "-o", self.folder / "out", "--quiet"], check=True
        )
        entry = campaign.Entry(wanted, place, "dubplate", "Dubplate", "", None, [])
        campaign.check_mix(entry, self.folder / "out/mix.wav")
        self.assertIsNone(entry.failed)
        write_wav(self.folder / "short.wav", [(0.5, 0.5)] * round((end - 0.1) * 48000))
        campaign.check_mix(entry, self.folder / "short.wav")
        self.assertIn("s long, not", entry.failed)

    def test_have_as_many_inserts_as_channels_go_through_them(self):
        place = sessions.make(GENERATOR, Wanted("reference", 5, 1), self.folder)
        self.assertEqual(sessions.insert_channels(place), 5 * 2 + 4 * 2 + 3 * 2)


class OtherPrograms(InAFolder):
    def session(self, kind="reference", tracks=9):
        return job.Session(sessions.make(GENERATOR, Wanted(kind, tracks, 1), self.folder))

    def test_know_who_is_on_a_bus_and_who_sends(self):
        session = self.session()
        self.assertEqual(session.on_bus(0), [0, 8])
        self.assertEqual(session.sending_to(1), [8])
        self.assertEqual(session.sending_to(0, 3), [3])
        self.assertEqual((session.kind, self.session("heavy").kind), ("reference", "heavy"))

    def test_pan_with_equal_power(self):
        left, right = job.sides({"pan": -0.3, "gain_db": -6.0})
        self.assertAlmostEqual(left**2 + right**2, 10 ** (-6 / 10))
        self.assertGreater(left, right)

    def test_have_names_of_their_own_and_jobs_for_their_kinds(self):
        self.assertEqual(len({program.name for program in PROGRAMS}), len(PROGRAMS))
        for program in PROGRAMS:
            if program.missing():
                continue
            for kind in program.kinds:
                work = self.folder / f"{program.name}-{kind}"
                work.mkdir()
                prepared = program.prepare(self.session(kind), work)
                self.assertTrue(prepared.command, program.name)
                self.assertEqual(prepared.mix, work / "mix.wav", program.name)

    def test_are_asked_for_every_track_once(self):
        work = self.folder / "work"
        work.mkdir()
        session = self.session()
        ffmpeg.prepare_one(session, work)
        graph = (work / "graph.txt").read_text(encoding="utf-8")
        sox.prepare(session, work)
        stage = (work / "stage1.txt").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(stage), 9)
        for index in range(9):
            self.assertEqual(graph.count(f"[{index}:a]aformat"), 1)
            self.assertEqual(sum(f"track_{index:03d}.wav" in line for line in stage), 1)

    def test_ardours_file_gets_a_sound_for_every_track_and_the_range(self):
        session = self.session(tracks=2)
        text = (
            '<Session id-counter="50"><Sources/><Locations/><Playlists>'
            '<Playlist id="7" name="T 1" type="audio" a="b"/><Playlist id="8" name="T 2" type="audio"/>'
            '<Playlist id="9" name="Master" type="audio"/></Playlists></Session>'
        )
        filled = xml.etree.ElementTree.fromstring(ardour.with_sounds(text, session))
        sources = {source.get("id"): source.get("name") for source in filled.iter("Source")}
        self.assertEqual(sorted(sources.values()), ["track_000.wav", "track_001.wav"])
        for playlist in list(filled.iter("Playlist"))[:2]:
            (region,) = playlist
            self.assertEqual(sources[region.get("source-0")], f"track_00{int(playlist.get('name')[2:]) - 1}.wav")
            self.assertEqual(region.get("length"), "a282240000@a0")
        self.assertEqual(next(filled.iter("Location")).get("end"), f"a{4 * 282240000}")
        self.assertEqual(ardour.lua({"a": [1, "b"], "c": 0.5}), '{["a"] = {1, "b"}, ["c"] = 0.5}')

    def test_lines_that_run_side_by_side_all_run(self):
        commands = [["sh", "-c", f"echo {index} > 'a {index}'"] for index in range(5)]
        line = job.in_parallel(self.folder, "list", commands)
        subprocess.run(job.script(self.folder, "job", [line]), cwd=self.folder, check=True)
        self.assertEqual(sorted(path.name for path in self.folder.glob("a *")), [f"a {index}" for index in range(5)])

    def test_a_script_ends_at_its_first_mistake(self):
        command = job.script(self.folder, "job", ["false", "touch after"])
        self.assertNotEqual(subprocess.run(command, cwd=self.folder, check=False).returncode, 0)
        self.assertFalse((self.folder / "after").exists())


def entry(name, wall, cpu=1.0, rms=-20.0):
    return {"program": name, "title": name, "wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": 10.0,
            "times_real_time": 63 / wall, "rms_dbfs": rms, "peak_dbfs": -1.0}  # fmt: skip


def session_of(*programs, **more):
    return {"run": "reference", "session": "REF-8-60", "kind": "reference", "tracks": 8, "seconds": 60, "audio_seconds": 63,
            "programs": list(programs), "skipped": [], **more}  # fmt: skip


class Figures(InAFolder):
    def test_replace_older_ones_of_the_same_run_and_keep_the_others(self):
        path = self.folder / "r.json"
        sparse = {**session_of(entry("dubplate", 5.0)), "run": "sparse"}
        older = [sparse, session_of(entry("dubplate", 2.0)), {**session_of(), "session": "REF-1-60"}]
        results.save(results.merged(path, {"cores": 2}, older), path)
        results.save(results.merged(path, {"cores": 2}, [session_of(entry("dubplate", 1.0))]), path)
        kept = results.load(path)
        self.assertEqual(len(kept["sessions"]), 2)
        for run, wall in (("reference", 1.0), ("sparse", 5.0)):
            session = results.session_of(kept, run, "REF-8-60")
            self.assertEqual(results.program_of(session, "dubplate")["wall_seconds"], wall)

    def test_of_two_machines_never_share_a_file(self):
        path = self.folder / "r.json"
        results.save(results.merged(path, {"cores": 2}, []), path)
        with self.assertRaises(results.NotResults):
            results.merged(path, {"cores": 4}, [])

    def test_of_another_schema_are_refused(self):
        for text in ("[]", "{", '{"schema": "dubplate-bench-1"}'):
            (self.folder / "r.json").write_text(text, encoding="utf-8")
            with self.assertRaises(results.NotResults):
                results.load(self.folder / "r.json")

    def test_stand_in_the_table_by_speed_with_their_ratio_to_dubplate(self):
        rows = report.session_table(session_of(entry("sox", 30.0), entry("dubplate", 2.0))).splitlines()
        self.assertTrue(rows[2].startswith("| dubplate | 2.00 | 1.00 | 10.0 | 31.5 | 1.00 |"), rows[2])
        self.assertTrue(rows[3].startswith("| sox | 30.0 |") and "| 15.0 |" in rows[3], rows[3])

    def test_numbers_have_three_digits(self):
        for value, words in ((0.0123, "0.01"), (0.5, "0.50"), (4.6123, "4.61"), (39.71, "39.7"), (681.2, "681")):
            self.assertEqual(report.number(value), words)

    def test_levels_more_than_a_decibel_apart_are_a_fault_of_dubplates_alone(self):
        near = session_of(entry("dubplate", 1, rms=-20.9), entry("scipy", 9, rms=-20.0), entry("sox", 9, rms=-12.0))
        self.assertEqual(campaign.level_faults(near), [])
        far = session_of(entry("dubplate", 1, rms=-21.1), entry("scipy", 9, rms=-20.0))
        self.assertEqual(len(campaign.level_faults(far)), 1)

    def test_of_stems_are_what_they_cost_above_the_mix_alone(self):
        session = session_of(entry("dubplate-mix", 1, cpu=1.0), entry("dubplate-all-stems", 2, cpu=3.0))
        session["disk"] = {"files": 17, "stem_samples": 1_000_000_000, "wall_seconds": 1.5, "cpu_seconds": 0.5}
        self.assertIn("16 stems: 2.00 ns of CPU", report.stem_words(session))
        self.assertIn("0.50 ns", report.stem_words(session))


class Measured(InAFolder):
    def test_programs_are_whole_processes_with_their_children(self):
        if not pathlib.Path(measure.CLOCK).exists():
            self.skipTest(f"there is no {measure.CLOCK} on this machine")
        mix = self.folder / "mix.wav"
        words = f"import sys; held = bytearray(64 << 20); open({str(mix)!r}, 'w')"
        run = measure.measure(job.Job(["sh", "-c", f'{sys.executable} -c "{words}"; true'], mix), self.folder, 60)
        self.assertGreater(run.peak_mib, 64)
        self.assertGreater(run.wall_seconds, 0)

    def test_programs_that_fail_or_leave_no_mix_say_what_they_said(self):
        if not pathlib.Path(measure.CLOCK).exists():
            self.skipTest(f"there is no {measure.CLOCK} on this machine")
        for command, words in (["echo out of luck; exit 3", "out of luck"], ["echo all is well", "all is well"]):
            with self.assertRaisesRegex(measure.ProgramFailed, words):
                measure.measure(job.Job(["sh", "-c", command], self.folder / "mix.wav"), self.folder, 60)

    def test_start_up_ends_with_the_first_task(self):
        place = sessions.make(GENERATOR, Wanted("reference", 2, 1), self.folder)
        begin = time.monotonic()
        taken = start_up.seconds_to_first_task(BUILD / "dubplate", place / "session.dub.json", self.folder / "out")
        self.assertGreater(taken, 0)
        self.assertLess(taken, time.monotonic() - begin)
        with self.assertRaisesRegex(measure.ProgramFailed, "none.dub.json"):
            start_up.seconds_to_first_task(BUILD / "dubplate", self.folder / "none.dub.json", self.folder / "out")

    def test_plain_writing_writes_every_byte(self):
        disk.plain_writing(self.folder, [3_000_001, 0, 5])
        self.assertEqual([(self.folder / f"plain{index}.bin").stat().st_size for index in range(3)], [3_000_001, 0, 5])


class TheCommand(InAFolder):
    def reference(self, *arguments):
        command = [sys.executable, "-B", ROOT / "bench/reference", "--build", BUILD, "--folder", self.folder, *arguments]
        return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)

    def test_measures_and_keeps_what_it_measured(self):
        if not pathlib.Path(measure.CLOCK).exists():
            self.skipTest(f"there is no {measure.CLOCK} on this machine")
        for more in ((), ("--stems", "all")):
            ended = self.reference("--tracks", "2", "--seconds", "1", "--repeat", "2", "--no-peers", *more)
            self.assertEqual(ended.returncode, 0, ended.stderr)
            self.assertIn("| Dubplate, mix alone |" if more else "| **sum** |", ended.stdout)
        plain, stems = results.load(self.folder / "results.json")["sessions"]
        self.assertGreater(plain["floor"]["core_seconds"], 0)
        self.assertGreater(plain["profile"]["compressor"], 0)
        self.assertEqual([len(entry["runs"]) for entry in stems["programs"]], [2, 2, 2])
        self.assertEqual(stems["disk"]["files"], 2 + 8 + 1)

    def test_refuses_programs_that_it_does_not_know(self):
        ended = self.reference("--programs", "sox,soks")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("there is no 'soks'", ended.stderr)

    def test_says_what_to_do_where_nothing_is_built(self):
        ended = self.reference("--build", self.folder / "nowhere")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("./bootstrap build", ended.stderr)

    def test_suites_name_each_session_once_in_a_run(self):
        for name, runs in suites.SUITES.items():
            self.assertEqual(len({run.name for run in runs}), len(runs), name)
            for run in runs:
                names = [wanted.name for wanted, _, _ in run.parts]
                self.assertEqual(len(set(names)), len(names), name)


if __name__ == "__main__":
    unittest.main()
