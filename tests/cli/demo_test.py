"""`dubplate demo`: a session that passes the program's own check, in the folder asked for, or a word on what to install."""

import pathlib
import unittest

from program import FAILED, WRONG_USAGE, ProgramTest

SAMPLES = pathlib.Path("/usr/share/sonic-pi/samples")


class DemoCommand(ProgramTest):
    def need_samples(self):
        if not SAMPLES.is_dir():
            self.skipTest("no recordings here: apt-get install sonic-pi-samples")

    def test_the_session_stands_where_it_was_asked_for_and_passes_the_check(self):
        self.need_samples()
        out, err = self.run_program("demo", "-o", "here", "--session-only")
        self.assertEqual(err, "")
        session = self.folder / "here" / "session.dub.json"
        self.assertRegex(out, r"here/session.dub.json: (3[2-9]|[4-9]\d) tracks, \d+ clips")
        self.assertIn("dubplate render here/session.dub.json", out)
        for name in ["room", "plate", "hall"]:
            self.assertTrue((self.folder / "here" / "responses" / f"{name}.wav").is_file(), name)
        self.assertFalse((self.folder / "here" / "render").exists())
        out, err = self.run_program("check", session)
        self.assertIn("0 warnings", out)
        self.assertEqual(err, "")

    def test_what_it_says_to_try_next_works_in_a_folder_with_a_blank(self):
        self.need_samples()
        out, _ = self.run_program("demo", "-o", "it's here", "--session-only")
        self.assertIn("dubplate inspect 'it'\\''s here/session.dub.json'", out)

    def test_the_same_recordings_give_the_same_session_and_responses(self):
        self.need_samples()
        for folder in ["a", "b"]:
            self.run_program("demo", "-o", folder, "--session-only", "--quiet")
        files = [path.relative_to(self.folder / "a") for path in (self.folder / "a").rglob("*") if path.is_file()]
        self.assertEqual(len(files), 4)
        for file in files:
            self.assertEqual((self.folder / "a" / file).read_bytes(), (self.folder / "b" / file).read_bytes(), file)

    def test_missing_recordings_are_answered_with_what_to_install(self):
        _, err = self.run_program("demo", "--samples", "nowhere", exit_code=FAILED)
        self.assertIn("looked for nowhere", err)
        self.assertIn("apt-get install sonic-pi-samples", err)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_an_unknown_format_is_wrong_usage_and_leaves_nothing(self):
        _, err = self.run_program("demo", "--format", "mp4", exit_code=WRONG_USAGE)
        self.assertIn("unknown file format 'mp4'", err)
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
