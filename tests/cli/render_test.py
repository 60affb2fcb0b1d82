"""Renders as a person or a script meets them: files, receipt, messages, exit codes."""

import hashlib
import json
import os
import resource
import signal
import subprocess
import time
import unittest
import wave

from program import DUBPLATE, FAILED, WRONG_USAGE, ProgramTest

BUSES = [f"bus_{index}" for index in range(8)]


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Render(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 9, "--seconds", 1)

    def files(self, folder="out"):
        """All files below a folder of the test's, by relative path."""
        root = self.folder / folder
        return {path.relative_to(root).as_posix(): sha256(path) for path in root.rglob("*") if path.is_file()}

    def test_writes_mix_stems_and_receipt(self):
        out, _ = self.run_program("render", self.session, "-o", "out")
        self.assertEqual(
            sorted(self.files()), sorted(["mix.wav", "receipt.json"] + [f"stems/{name}.wav" for name in BUSES])
        )
        self.assertIn("out/mix.wav", out)
        self.assertIn("x real time", out)

    def test_the_receipt_tells_what_was_written(self):
        self.run_program("render", self.session, "-o", "out", "--premaster")
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        for key in (
            "outputs",
            "inputs",
            "wall_seconds",
            "audio_seconds",
            "times_real_time",
            "peak_memory_bytes",
            "device",
            "warnings",
        ):
            self.assertIn(key, receipt)
        self.assertEqual([output["kind"] for output in receipt["outputs"]], ["mix", "premaster"] + ["stem"] * 8)
        for output in receipt["outputs"]:
            self.assertEqual(output["sha256"], sha256(self.folder / output["path"]))
            self.assertLess(output["peak_dbfs"], 0.0)
            self.assertEqual(output["clipped_samples"], 0)

    def test_stems_each_bus_sum_to_the_premaster(self):
        self.run_program("render", self.session, "-o", "out", "--stems", "each-bus")
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        self.assertEqual(len(receipt["outputs"]), 1 + 8 + 4)
        self.assertLess(receipt["stem_sum_residual_dbfs"], -130.0)

    def test_the_same_command_gives_the_same_bytes_on_any_number_of_threads(self):
        self.run_program("render", self.session, "-o", "one", "--threads", 1, "--report", "one.json")
        self.run_program("render", self.session, "-o", "two", "--threads", 2, "--report", "two.json")
        self.run_program("render", self.session, "-o", "own", "--executor", "threads", "--report", "own.json")
        self.run_program("render", self.session, "-o", "big", "--chunk", 65536, "--report", "big.json")
        for folder in ("two", "own", "big"):
            self.assertEqual(self.files("one"), self.files(folder))

    def test_stems_none_writes_the_same_mix_alone(self):
        self.run_program("render", self.session, "-o", "out")
        self.run_program("render", self.session, "-o", "alone", "--stems", "none")
        self.assertEqual(sorted(self.files("alone")), ["mix.wav", "receipt.json"])
        self.assertEqual(self.files("alone")["mix.wav"], self.files("out")["mix.wav"])

    def test_stems_can_be_named(self):
        for index, arguments in enumerate((["--stems", "bus_0,bus_3"], ["--stem", "bus_0", "--stem", "bus_3"])):
            self.run_program("render", self.session, "-o", f"out{index}", *arguments)
            self.assertEqual(
                sorted(self.files(f"out{index}")), ["mix.wav", "receipt.json", "stems/bus_0.wav", "stems/bus_3.wav"]
            )

    def test_an_unknown_stem_is_wrong_usage_and_nothing_is_written(self):
        _, err = self.run_program("render", self.session, "-o", "out", "--stems", "bus_0,bus3", exit_code=WRONG_USAGE)
        self.assertIn("'bus3'", err)
        self.assertIn("did you mean 'bus_3'?", err)
        self.assertFalse((self.folder / "out").exists())

    def test_the_folder_stands_beside_the_session_where_none_is_named(self):
        self.run_program("render", self.session, "--stems", "none")
        self.assertTrue((self.session.parent / "session-render" / "mix.wav").is_file())

    def test_a_range_has_its_length(self):
        self.run_program("render", self.session, "-o", "out", "--range", "0.25 s:0.75 s", "--format", "wav16")
        for name in ["mix.wav"] + [f"stems/{bus}.wav" for bus in BUSES]:
            with wave.open(str(self.folder / "out" / name)) as file:
                self.assertEqual((file.getnframes(), file.getframerate(), file.getnchannels()), (24000, 48000, 2))

    def test_wrong_ranges_and_formats_are_wrong_usage(self):
        for arguments in (
            ["--range", "Chorus"],
            ["--range", "0:3 dB"],
            ["--range", "2 s:1 s"],
            ["--preroll", "x"],
            ["--format", "mp4"],
            ["--stems", ","],
        ):
            with self.subTest(arguments):
                _, err = self.run_program("render", self.session, "-o", "out", *arguments, exit_code=WRONG_USAGE)
                self.assertIn("dubplate: error:", err)
                self.assertFalse((self.folder / "out").exists())

    def test_every_format_has_its_ending(self):
        for name, ending in (("wav16", "wav"), ("wav24", "wav"), ("wav32f", "wav"), ("flac24", "flac")):
            self.run_program("render", self.session, "-o", name, "--stems", "none", "--format", name)
            self.assertTrue((self.folder / name / f"mix.{ending}").is_file())

    def test_formats_come_in_one_pass_and_repeat_byte_for_byte(self):
        arguments = ("--stems", "bus_0", "--format", "wav24,flac16,aiff24", "--format", "caf32f,ogg,opus:96,mp3:192")
        self.run_program("render", self.session, "-o", "out", *arguments, "--report", "one.json")
        self.run_program("render", self.session, "-o", "again", *arguments, "--report", "two.json", "--threads", 1)
        names = [f"{name}.{ending}" for name in ("mix", "stems/bus_0")
                 for ending in ("aiff", "caf", "flac", "mp3", "ogg", "opus", "wav")]
        self.assertEqual(sorted(self.files()), names)
        self.assertEqual(self.files("out"), self.files("again"))
        receipt = json.loads((self.folder / "one.json").read_text(encoding="utf-8"))
        self.assertEqual(receipt["formats"], ["wav24", "flac16", "aiff24", "caf32f", "ogg", "opus:96", "mp3:192"])
        self.assertEqual([output["format"] for output in receipt["outputs"]], receipt["formats"] * 2)

    def test_another_rate_is_written_and_told(self):
        self.run_program("render", self.session, "-o", "out", "--stems", "none", "--rate", 44100, "--range", "0:48001")
        with wave.open(str(self.folder / "out" / "mix.wav")) as mix:
            self.assertEqual((mix.getframerate(), mix.getnframes()), (44100, 44101))
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        self.assertEqual((receipt["sample_rate"], receipt["outputs"][0]["sample_rate"]), (48000, 44100))
        for rate in ("999", "768001", "44.1"):
            self.run_program("render", self.session, "--rate", rate, exit_code=WRONG_USAGE)

    def test_a_rate_that_a_format_cannot_hold_is_wrong_usage_with_advice(self):
        _, err = self.run_program(
            "render", self.session, "-o", "out", "--format", "wav24,opus", "--rate", 44100, exit_code=WRONG_USAGE
        )
        self.assertIn("format 'opus'", err)
        self.assertIn("--rate 48000", err)
        self.assertFalse((self.folder / "out").exists())

    def test_names_follow_a_template(self):
        arguments = ("-o", "out", "--stems", "bus_0,bus_1", "--report", "receipt.json", "--format", "wav24,flac24")
        self.run_program("render", self.session, *arguments, "--name", "{session}/{kind}/{index} {name} {rate}")
        self.assertEqual(
            sorted(self.files()),
            sorted(
                f"session/{name} 48000.{ending}"
                for name in ("mix/01 mix", "stem/02 bus_0", "stem/03 bus_1")
                for ending in ("wav", "flac")
            ),
        )
        for template, words in (
            ("../{name}", "holds '..'"),
            ("/tmp/{name}", "is a path from the root"),
            ("{nmae}", "did you mean 'name'?"),
            ("all", "would both be written to"),
        ):
            with self.subTest(template):
                _, err = self.run_program("render", self.session, *arguments, "--name", template, exit_code=WRONG_USAGE)
                self.assertIn(words, err)

    def test_no_clobber_keeps_what_is_there(self):
        arguments = ("render", self.session, "-o", "out", "--stems", "bus_0", "--no-clobber")
        self.run_program(*arguments, "--report", "one.json")
        before = self.files()
        _, err = self.run_program(*arguments, "--report", "two.json", exit_code=FAILED)
        self.assertIn("out/mix.wav", err)
        self.assertIn("out/stems/bus_0.wav", err)
        _, err = self.run_program(
            "render", self.session, "-o", "new", "--no-clobber", "--report", "one.json", exit_code=FAILED
        )
        self.assertIn("one.json: is there already", err)
        self.assertEqual(self.files(), before)

    def test_quiet_says_nothing(self):
        out, err = self.run_program("render", self.session, "-o", "out", "--quiet")
        self.assertEqual((out, err), ("", ""))

    def test_a_missing_sound_file_is_a_failed_render(self):
        (self.session.parent / "track_004.wav").unlink()
        _, err = self.run_program("render", self.session, "-o", "out", exit_code=FAILED)
        self.assertIn("track_004.wav", err)
        self.assertFalse((self.folder / "out").exists())

    def test_a_folder_that_cannot_be_made_is_a_failed_render(self):
        self.write("taken", "a file, not a folder")
        _, err = self.run_program("render", self.session, "-o", "taken/out", exit_code=FAILED)
        self.assertIn("taken", err)

    def test_a_receipt_that_cannot_be_written_is_a_failed_render(self):
        _, err = self.run_program(
            "render", self.session, "-o", "out", "--stems", "none", "--report", "no/such/r.json", exit_code=FAILED
        )
        self.assertIn("no/such/r.json", err)


class Strict(ProgramTest):
    def setUp(self):
        super().setUp()
        self.session = self.generated_session("--tracks", 9, "--seconds", 1)

    def edit(self, change):
        session = json.loads(self.session.read_text(encoding="utf-8"))
        change(session)
        self.session.write_text(json.dumps(session), encoding="utf-8")

    def test_passes_what_deserves_no_word(self):
        self.run_program("render", self.session, "-o", "out", "--strict")
        self.assertTrue((self.folder / "out" / "mix.wav").is_file())

    def test_a_warning_known_beforehand_fails_before_anything_is_made(self):
        self.edit(lambda session: session["tracks"].append({"name": "Empty"}))
        _, err = self.run_program("render", self.session, "-o", "out", "--strict", exit_code=FAILED)
        self.assertIn("strip 'Empty': has no clips", err)
        self.assertIn("strict", err)
        self.assertFalse((self.folder / "out").exists())
        self.run_program("render", self.session, "-o", "out")

    def test_a_warning_of_a_clip_fails_before_anything_is_made(self):
        self.edit(lambda session: session["tracks"][0]["clips"][0].update({"length": "2 s"}))
        _, err = self.run_program("render", self.session, "-o", "out", "--strict", exit_code=FAILED)
        self.assertIn("strict", err)
        self.assertFalse((self.folder / "out").exists())

    def test_clipping_fails_and_older_files_stay(self):
        def louder(session):
            for bus in session["buses"]:
                bus["fader"] = "40 dB"
            session["master"]["inserts"] = []

        self.edit(louder)
        (self.folder / "out").mkdir()
        (self.folder / "out" / "mix.wav").write_text("older", encoding="utf-8")
        _, err = self.run_program("render", self.session, "-o", "out", "--strict", exit_code=FAILED)
        self.assertRegex(err, r"mix\.wav: \d+ samples clipped")
        self.assertEqual([path for path in self.folder.glob("out/**/*") if path.is_file()], [self.folder / "out/mix.wav"])
        self.assertEqual((self.folder / "out" / "mix.wav").read_text(encoding="utf-8"), "older")
        self.run_program("render", self.session, "-o", "out")


class AllOrNothing(ProgramTest):
    def test_a_disk_that_is_full_at_the_end_leaves_no_file(self):
        session = self.generated_session("--tracks", 9, "--seconds", 5)
        limit = 400_000  # bytes a file: FLAC passes it late, in the longest outputs only

        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        answer = subprocess.run(
            [DUBPLATE, "render", session, "-o", self.folder / "out"],
            preexec_fn=limited,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(answer.returncode, FAILED, answer.stderr)
        self.assertIn("cannot write: File too large", answer.stderr)
        self.assertEqual([path for path in self.folder.glob("out/**/*") if path.is_file()], [])

    def test_a_receipt_that_cannot_be_written_leaves_no_output_either(self):
        session = self.generated_session("--tracks", 9, "--seconds", 1)
        self.run_program("render", session, "-o", "out", "--report", "no/such/r.json", exit_code=FAILED)
        self.assertEqual([path for path in self.folder.glob("out/**/*") if path.is_file()], [])

    def test_a_receipt_never_takes_the_place_of_what_is_read_or_written(self):
        session = self.generated_session("--tracks", 9, "--seconds", 1)
        before = session.read_bytes()
        for report in (session, session.parent / "track_000.wav", self.folder / "out" / "mix.wav"):
            self.run_program("render", session, "-o", self.folder / "out", "--report", report, exit_code=FAILED)
        self.assertEqual(session.read_bytes(), before)


class Cancel(ProgramTest):
    def test_an_interrupt_leaves_no_file(self):
        session = self.generated_session("--tracks", 64, "--seconds", 1000, "--repeat", 1000)
        with subprocess.Popen(
            [DUBPLATE, "render", session, "-o", self.folder / "out", "--stems", "none"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            while not list(self.folder.glob("out/*")) and program.poll() is None:
                time.sleep(0.01)
            os.kill(program.pid, signal.SIGINT)
            _, err = program.communicate()
        self.assertEqual(program.returncode, FAILED)
        self.assertIn("cancelled", err)
        self.assertEqual([path for path in self.folder.glob("out/**/*") if path.is_file()], [])


if __name__ == "__main__":
    unittest.main()
