"""Sessions that cannot be read, cannot be rendered, or are well: check and inspect."""

import json
import unittest

from program import DONE, FAILED, SESSION_UNREADABLE, ProgramTest


class Unreadable(ProgramTest):
    def test_a_missing_file_is_named(self):
        for command in ("check", "inspect", "render"):
            out, err = self.run_program(command, "nowhere.dub.json", exit_code=SESSION_UNREADABLE)
            self.assertEqual(out, "")
            self.assertIn("nowhere.dub.json", err)

    def test_a_folder_is_no_session(self):
        _, err = self.run_program("check", ".", exit_code=SESSION_UNREADABLE)
        self.assertIn("dubplate: error:", err)

    def test_broken_json_is_told_with_line_and_column(self):
        self.write("broken.dub.json", '{\n  "rate": 48000\n  "tracks": []\n}\n')
        _, err = self.run_program("check", "broken.dub.json", exit_code=SESSION_UNREADABLE)
        self.assertRegex(err, r"broken\.dub\.json:3:\d+")

    def test_all_mistakes_are_listed_at_once_with_their_places(self):
        path = self.generated_session("--tracks", 2, "--seconds", 1)
        text = path.read_text(encoding="utf-8")
        lines = text.replace('"threshold"', '"treshold"').splitlines()
        path.write_text("\n".join(lines), encoding="utf-8")
        places = [number for number, line in enumerate(lines, 1) if '"treshold"' in line]
        self.assertGreaterEqual(len(places), 3)
        _, err = self.run_program("check", path, exit_code=SESSION_UNREADABLE)
        for number in places:
            self.assertIn(f"session.dub.json:{number}:", err)
        self.assertEqual(err.count("did you mean 'threshold'?"), len(places))
        self.assertIn(f"{len(places)} mistakes in", err)


class Check(ProgramTest):
    def test_a_good_session_passes(self):
        path = self.generated_session("--tracks", 3, "--seconds", 1)
        out, err = self.run_program("check", path)
        self.assertIn("nothing stands in the way", out)
        self.assertEqual(err, "")

    def test_every_missing_sound_file_is_named(self):
        path = self.generated_session("--tracks", 3, "--seconds", 1)
        for name in ("track_000.wav", "track_002.wav", "ir_1.wav"):
            (path.parent / name).unlink()
        _, err = self.run_program("check", path, exit_code=FAILED)
        for name in ("track_000.wav", "track_002.wav", "ir_1.wav"):
            self.assertIn(name, err)
        self.assertNotIn("track_001.wav", err)
        self.assertRegex(err, r"session\.dub\.json:\d+:\d+")
        self.assertIn("3 errors", err)


class Inspect(ProgramTest):
    def test_tells_what_there_is(self):
        path = self.generated_session("--tracks", 9, "--seconds", 1)
        out, _ = self.run_program("inspect", path)
        self.assertIn("REF-9-1: 48000 Hz, 9 tracks, 8 buses, 4 returns, 9 files", out)
        self.assertIn("track   track_008 (mono) -> bus_0, 1 clip", out)
        self.assertIn("inserts: eq > compressor", out)
        self.assertIn("send: return_1 at -", out)

    def test_as_json(self):
        path = self.generated_session("--tracks", 2, "--seconds", 1)
        told = json.loads(self.run_program("inspect", path, "--json")[0])
        self.assertEqual(told["schema"], "dubplate-inspect-1")
        self.assertEqual([strip["kind"] for strip in told["strips"]].count("track"), 2)
        self.assertEqual(told["strips"][0]["output"], "bus_0")
        self.assertEqual(told["strips"][-1]["kind"], "master")
        self.assertEqual(told["files"], ["track_000.wav", "track_001.wav"])
        self.assertEqual(len(told["stems"]), 8)

    def test_tells_of_mixed_sessions(self):
        path = self.generated_session("--tracks", 20, "--seconds", 1, "--mixed")
        out, _ = self.run_program("inspect", path, exit_code=DONE)
        self.assertIn("compressor (key: track_001)", out)
        self.assertIn("automation: ", out)
        self.assertIn("(5.1)", out)


if __name__ == "__main__":
    unittest.main()
