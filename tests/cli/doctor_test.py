"""`dubplate doctor`: says that renders work where they do, and what is wrong, with advice, where they do not."""

import json
import os
import subprocess
import unittest

from program import DONE, DUBPLATE, FAILED, ProgramTest


class Doctor(ProgramTest):
    def asked(self, *arguments, shell=":", exit_code=DONE, **environment):
        """The program's JSON answer, after `shell` has set limits."""
        answer = subprocess.run(
            ["/bin/bash", "-c", f'{shell}; exec "$@"', "bash", DUBPLATE, "doctor", "--json", *arguments],
            cwd=self.folder,
            env={**os.environ, **{name: str(value) for name, value in environment.items()}},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(answer.returncode, exit_code, answer.stdout + answer.stderr)
        told = json.loads(answer.stdout)
        self.assertEqual(told["schema"], "dubplate-doctor-1")
        self.assertEqual(told["can_render"], exit_code == DONE)
        self.assertEqual(answer.stderr, "")
        return {finding["area"]: finding for finding in told["findings"]}

    def test_renders_work_here(self):
        out, err = self.run_program("doctor")
        self.assertEqual(err, "")
        self.assertTrue(out.endswith("\nRenders work here.\n"), out)
        for area in ("processor", "threads", "memory", "libraries", "formats", "GPU", "open files", "file size"):
            self.assertRegex(out, rf"(?m)^(ok|note) +{area} ")
        self.assertRegex(out, r"(?m)^ok +self-test +levels right to 0\.0\d+ dB, stems sum to -1\d\d dBFS, same bytes")
        self.assertNotRegex(out, r"(?m)^problem")

    def test_names_the_instruction_set_that_is_used_and_who_chose_it(self):
        self.assertRegex(self.asked()["processor"]["text"], r"used as x86-64-v[34]")
        text = self.asked(DUBPLATE_ISA="v3")["processor"]["text"]
        self.assertRegex(text, r"used as x86-64-v3( \(DUBPLATE_ISA; it can do x86-64-v4\))?$")
        wrong = self.asked(DUBPLATE_ISA="v5", exit_code=FAILED)["processor"]
        self.assertEqual(wrong["state"], "problem")
        self.assertIn("DUBPLATE_ISA is 'v5'", wrong["text"])
        self.assertIn("unset DUBPLATE_ISA", wrong["advice"])

    def test_nothing_stays_behind(self):
        self.asked("--disk", TMPDIR=self.folder)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_names_libraries_and_the_formats_that_really_work(self):
        findings = self.asked()
        self.assertRegex(findings["libraries"]["text"], r"libsndfile-[\d.]+, .*soxr.*, fftw.*, TBB \d+")
        self.assertRegex(findings["formats"]["text"], r"writes and reads WAV, AIFF, CAF")

    def test_the_disk_is_timed_where_asked(self):
        self.assertNotIn("disk", self.asked())
        self.assertRegex(self.asked("--disk")["disk"]["text"], r"takes \d+ MiB/s")

    def test_a_missing_temporary_folder_is_a_problem_with_advice(self):
        findings = self.asked(TMPDIR=self.folder / "missing", exit_code=FAILED)
        self.assertEqual(findings["temporary"]["state"], "problem")
        self.assertIn("missing: No such file or directory", findings["temporary"]["text"])
        self.assertIn("set TMPDIR", findings["temporary"]["advice"])
        self.assertEqual(findings["self-test"]["state"], "problem")

    def test_a_temporary_folder_that_is_a_file_is_a_problem(self):
        self.write("file", "x")
        self.assertEqual(self.asked(TMPDIR=self.folder / "file", exit_code=FAILED)["temporary"]["state"], "problem")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_temporary_folder_that_cannot_be_written_is_a_problem(self):
        (self.folder / "closed").mkdir(mode=0o500)
        findings = self.asked(TMPDIR=self.folder / "closed", exit_code=FAILED)
        self.assertIn("Permission denied", findings["temporary"]["text"])

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_current_folder_that_cannot_be_written_is_a_note(self):
        os.chmod(self.folder, 0o500)
        self.addCleanup(os.chmod, self.folder, 0o700)
        findings = self.asked()
        self.assertEqual(findings["this folder"]["state"], "note")
        self.assertIn("-o", findings["this folder"]["advice"])

    def test_too_few_open_files_are_a_problem_and_few_a_note(self):
        findings = self.asked(shell="ulimit -n 8", exit_code=FAILED)
        self.assertEqual(findings["open files"]["state"], "problem")
        self.assertIn("ulimit -Hn", findings["open files"]["advice"])
        findings = self.asked(shell="ulimit -n 20")
        self.assertEqual(findings["open files"]["state"], "note")

    def test_a_small_file_limit_is_a_problem_and_no_crash(self):
        findings = self.asked(shell="ulimit -f 8", exit_code=FAILED)
        self.assertEqual(findings["file size"]["state"], "problem")
        self.assertIn("ulimit -f unlimited", findings["file size"]["advice"])
        self.assertEqual(findings["self-test"]["state"], "problem")
        self.assertIn("File too large", findings["self-test"]["text"])

    def test_fewer_processors_than_there_are_is_a_note(self):
        if len(os.sched_getaffinity(0)) < 2 or not os.path.exists("/usr/bin/taskset"):
            self.skipTest("one processor, or no taskset")
        one = min(os.sched_getaffinity(0))
        findings = self.asked(shell=f"taskset -p -c {one} $$ > /dev/null")
        self.assertEqual(findings["threads"]["state"], "note")
        self.assertRegex(findings["threads"]["text"], r"^1 of \d+ processors")
        self.assertRegex(findings["self-test"]["text"], r"on 1 and 1 thread$")


if __name__ == "__main__":
    unittest.main()
