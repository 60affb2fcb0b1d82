"""`dubplate new`: from a folder of sound files to a session that checks, renders, and reads as an engineer would write it."""

import json
import os
import stat
import unittest

from program import DONE, FAILED, WRONG_USAGE, ProgramTest
from sound_files import bext, ixml, read_wav16, write_wav


class New(ProgramTest):
    def sounds(self, *names, **settings):
        for name in names:
            write_wav(self.folder / name, **settings)

    def made(self, *arguments, output="s.dub.json"):
        """(session, stdout, stderr) of `dubplate new ARGUMENTS`, which the program's own check must pass."""
        out, err = self.run_program("new", *arguments, "-o", output)
        self.assertIn("nothing stands in the way", self.run_program("check", output)[0])
        return json.loads((self.folder / output).read_text(encoding="utf-8")), out, err

    def failing(self, *arguments):
        before = sorted(self.folder.rglob("*"))
        out, err = self.run_program("new", *arguments, exit_code=FAILED)
        self.assertEqual(out, "")
        self.assertEqual(sorted(self.folder.rglob("*")), before, "something was written")
        return err


class FromAFolder(New):
    def test_becomes_a_session_that_renders(self):
        self.sounds("Stems/Song_01_Kick.wav", "Stems/Song_02_OH.L.wav", "Stems/Song_02_OH.R.wav")
        self.sounds("Stems/Song_10_Bass.wav", "Stems/Song_3_Gtr.wav", channels=2)
        session, out, err = self.made("Stems", output="song.dub.json")
        self.assertEqual(err, "")
        self.assertEqual([track["name"] for track in session["tracks"]], ["Kick", "OH L", "OH R", "Gtr", "Bass"])
        self.assertEqual(session["name"], "song")
        self.assertEqual(session["tracks"][0]["clips"], [{"file": "Stems/Song_01_Kick.wav"}])
        self.assertIn("song.dub.json: 5 tracks of 5 files, 1 bus, 48000 Hz, 0:00 long", out)
        self.assertIn("'Song' in front", out)
        self.assertTrue(out.endswith("\nNext: dubplate render song.dub.json\n"), out)
        self.run_program("render", "song.dub.json", "-q")
        self.assertTrue((self.folder / "song-render" / "mix.wav").is_file())

    def test_a_pair_sounds_at_0_db_on_its_sides(self):
        self.sounds("OH.L.wav", level=0.5)
        self.sounds("OH.R.wav", level=-0.25)
        self.made("OH.L.wav", "OH.R.wav")
        self.run_program("render", "s.dub.json", "--format", "wav16", "--stems", "none", "-o", "out", "-q")
        left, right = read_wav16(self.folder / "out" / "mix.wav")
        # One step of dither either way.
        self.assertLessEqual(max(abs(sample - 16384) for sample in left[:4800]), 2)
        self.assertLessEqual(max(abs(sample + 8192) for sample in right[:4800]), 2)

    def test_is_written_in_the_one_form(self):
        self.sounds("a/B.wav", "a/A.wav")
        self.made("a", "--group", output="one.dub.json")
        self.made("a", "--group", output="two.dub.json")
        one = (self.folder / "one.dub.json").read_text(encoding="utf-8")
        self.assertEqual(one.replace('"one"', '"two"'), (self.folder / "two.dub.json").read_text(encoding="utf-8"))

    def test_the_session_is_named_after_the_folder_where_no_name_is_given(self):
        self.sounds("My Song/Kick.wav")
        out, _ = self.run_program("new", "My Song")
        self.assertTrue((self.folder / "My Song.dub.json").is_file())
        self.assertIn("Next: dubplate render 'My Song.dub.json'", out)

    def test_paths_are_relative_to_the_session(self):
        self.sounds("audio/Kick.wav")
        (self.folder / "mixes").mkdir()
        session, _, _ = self.made(self.folder / "audio", output="mixes/s.dub.json")
        self.assertEqual(session["tracks"][0]["clips"][0]["file"], "../audio/Kick.wav")

    def test_a_session_below_a_linked_folder_still_finds_its_files(self):
        self.sounds("audio/Kick.wav")
        (self.folder / "deep" / "mixes").mkdir(parents=True)
        (self.folder / "link").symlink_to("deep/mixes")
        self.made("audio", output="link/s.dub.json")

    def test_what_is_no_sound_is_counted_and_left_out(self):
        self.sounds("f/Kick.WAV", "f/.hidden.wav", "f/._Kick.wav", "f/__MACOSX/Kick.wav")
        self.write("f/notes.txt", "hi")
        self.write("f/cover.jpg", "hi")
        session, out, err = self.made("f")
        self.assertEqual(len(session["tracks"]), 1)
        self.assertIn("2 other files, 3 hidden ones", out)
        self.assertEqual(err, "")

    def test_unreadable_files_are_told_and_left_out(self):
        self.sounds("f/Kick.wav")
        self.sounds("f/None.wav", frames=0)
        self.write("f/Broken.wav", "RIFF")
        session, _, err = self.made("f")
        self.assertEqual([track["name"] for track in session["tracks"]], ["Kick"])
        self.assertRegex(err, r"warning: f/Broken\.wav: .*left out")
        self.assertRegex(err, r"warning: f/None\.wav: holds no audio: left out")

    def test_a_render_is_no_source(self):
        self.sounds("f/Kick.wav")
        self.made("f", output="f/s.dub.json")
        self.run_program("render", "f/s.dub.json", "-q")
        session, out, _ = self.made("f", "--force", output="f/s.dub.json")
        self.assertEqual(len(session["tracks"]), 1)
        self.assertIn("the render in f/s-render", out)

    def test_links_in_a_circle_end(self):
        self.sounds("f/a/Kick.wav")
        (self.folder / "f" / "a" / "up").symlink_to("..")
        (self.folder / "f" / "self").symlink_to(".")
        (self.folder / "f" / "Kick link.wav").symlink_to("a/Kick.wav")
        (self.folder / "f" / "nowhere.wav").symlink_to("missing")
        session, _, err = self.made("f")
        self.assertEqual(len(session["tracks"]), 1)
        self.assertIn("f/nowhere.wav", err)

    def test_folders_without_end_are_left_out_with_a_word(self):
        deep = "/".join(["d"] * 20)
        self.sounds("f/Kick.wav", f"f/{deep}/Deep.wav")
        session, _, err = self.made("f")
        self.assertEqual(len(session["tracks"]), 1)
        self.assertIn("16 folders deep", err)

    def test_names_that_no_session_can_hold_are_left_out_with_a_word(self):
        self.sounds("f/Kick.wav", "f/two\nlines.wav")
        os.rename(self.folder / "f" / "Kick.wav", os.fsencode(self.folder / "f") + b"/H\xf6he.wav")
        self.sounds("f/Snare.wav")
        command = ["new", "f", "-o", "s.dub.json"]
        answer = self.run_bytes(*command)
        self.assertEqual(answer.returncode, DONE)
        self.assertEqual(answer.stderr.count(b"rename it: left out"), 2)

    def test_a_line_break_in_a_name_breaks_no_line(self):
        self.sounds("f/Kick.wav", "f/two\nlines.wav")
        _, _, err = self.made("f")
        self.assertIn("warning: f/two\\x0alines.wav: ", err)
        self.assertEqual(err.count("\n"), 1)

    def test_names_stay_apart_as_files(self):
        self.sounds("f/Vox?.wav", "f/Vox*.wav", "f/vox_.wav")
        session, _, _ = self.made("f", "--keep-names")
        self.assertEqual(len({track["name"] for track in session["tracks"]}), 3)
        self.run_program("render", "s.dub.json", "--stems", "each-track", "-q")
        self.assertEqual(len(list((self.folder / "s-render" / "stems").iterdir())), 3)

    def test_what_comes_next_takes_no_name_for_an_option(self):
        self.sounds("f/Kick.wav")
        out, _ = self.run_program("new", "f", "-o", "./-q.dub.json")
        self.assertIn("Next: dubplate render ./-q.dub.json", out)
        (self.folder / "-x").mkdir()
        self.sounds("-x/Kick.wav")
        out, _ = self.run_program("new", "--", "-x")
        self.assertIn("Next: dubplate render ./-x.dub.json", out)

    def run_bytes(self, *arguments):
        import subprocess

        from program import DUBPLATE

        return subprocess.run([DUBPLATE, *arguments], cwd=self.folder, capture_output=True, check=False)


class Choices(New):
    def test_the_rate_is_that_of_most_files(self):
        self.sounds("f/a.wav", "f/b.wav", rate=44100)
        self.sounds("f/c.wav", rate=96000)
        session, out, _ = self.made("f")
        self.assertEqual(session["sample_rate"], 44100)
        self.assertIn("1 file of 96000 Hz will be resampled.", out)
        session, _, _ = self.made("f", "--rate", 48000, "--force")
        self.assertEqual(session["sample_rate"], 48000)

    def test_groups_become_buses_where_asked(self):
        self.sounds("f/Drums_Kick.wav", "f/Drums_Snare.wav", "f/Bass.wav")
        session, out, _ = self.made("f")
        self.assertNotIn("buses", session)
        self.assertIn("With --group there would be buses: Drums (2).", out)
        session, out, _ = self.made("f", "--group", "--force")
        self.assertEqual(session["buses"], [{"name": "Drums"}])
        self.assertEqual([track.get("output") for track in session["tracks"]], [None, "Drums", "Drums"])
        self.assertIn("Buses: Drums (2).", out)

    def test_folders_are_groups(self):
        self.sounds("Drums/Kick.wav", "Drums/Snare.wav", "Vox/Lead.wav", "Vox/Double.wav")
        session, _, _ = self.made("Drums", "Vox", "--group")
        self.assertEqual([bus["name"] for bus in session["buses"]], ["Drums", "Vox"])

    def test_time_references_place_files_where_asked(self):
        self.sounds("f/a.wav", chunks=bext(36000 * 48000))
        self.sounds("f/b.wav", chunks=bext(36001 * 48000 + 5))
        session, _, _ = self.made("f")
        self.assertNotIn("start", session["tracks"][1]["clips"][0])
        session, out, _ = self.made("f", "--timecode", "--force")
        self.assertNotIn("start", session["tracks"][0]["clips"][0])
        self.assertEqual(session["tracks"][1]["clips"][0]["start"], 48005)
        self.assertIn("The session starts at 10:00:00,", out)
        session, _, _ = self.made("f", "--timecode-start", "9:59:59", "--force")
        self.assertEqual(session["tracks"][0]["clips"][0]["start"], 48000)

    def test_a_start_after_the_first_file_is_refused(self):
        self.sounds("f/a.wav", chunks=bext(36000 * 48000))
        err = self.failing("f", "--timecode-start", "10:00:01", "-o", "s.dub.json")
        self.assertIn("f/a.wav: begins at 10:00:00", err)

    def test_surround_files_keep_their_layout(self):
        self.sounds("f/Bed.wav", channels=6, mask=0x3F)
        self.sounds("f/Vox.wav")
        session, out, _ = self.made("f")
        self.assertEqual(session["tracks"][0]["layout"], "5.1")
        self.assertEqual(session["master"]["layout"], "5.1")
        self.assertIn("The mix is 5.1.", out)

    def test_microphones_in_one_file_become_tracks(self):
        self.sounds("f/T001.wav", channels=2, chunks=ixml(["Boom", "Lav"]))
        session, out, _ = self.made("f")
        self.assertEqual([track["name"] for track in session["tracks"]], ["T001 Boom", "T001 Lav"])
        self.assertEqual(session["tracks"][1]["clips"][0]["channels"], [2])
        self.assertIn("A mono track for each channel: T001 (2).", out)
        session, _, _ = self.made("f", "--channels", "keep", "--force")
        self.assertEqual(len(session["tracks"]), 1)

    def test_pairs_stay_apart_and_names_as_they_are_where_asked(self):
        self.sounds("f/Song_OH.L.wav", "f/Song_OH.R.wav", "f/Song_Bass.wav")
        session, _, _ = self.made("f", "--no-pairs", "--keep-names")
        self.assertEqual([track["name"] for track in session["tracks"]], ["Song Bass", "Song OH.L", "Song OH.R"])
        self.assertNotIn("buses", session)

    def test_headroom_lowers_the_master(self):
        self.sounds("f/a.wav", "f/b.wav")
        session, _, _ = self.made("f", "--headroom", 12)
        self.assertEqual(session["master"], {"name": "Master", "fader": "-12 dB"})

    def test_quiet_says_nothing(self):
        self.sounds("f/a.wav")
        self.write("f/b.wav", "RIFF")
        _, out, err = self.made("f", "-q")
        self.assertEqual((out, err), ("", ""))


class Refusals(New):
    def test_unreadable_files_that_were_named_are_all_listed(self):
        self.sounds("good.wav")
        self.write("bad.wav", "RIFF")
        self.write("notes.txt", "hi")
        err = self.failing("good.wav", "bad.wav", "missing.wav", "notes.txt", "-o", "s.dub.json")
        for name in ("bad.wav", "missing.wav", "notes.txt"):
            self.assertIn(f"error: {name}: ", err)
        self.assertIn("3 errors: no session was written", err)

    def test_a_session_that_is_there_is_not_replaced_but_by_force(self):
        self.sounds("f/a.wav")
        self.write("s.dub.json", "mine")
        err = self.failing("f", "-o", "s.dub.json")
        self.assertIn("s.dub.json: is there already: take another name with -o, or --force", err)
        self.assertEqual((self.folder / "s.dub.json").read_text(encoding="utf-8"), "mine")
        self.made("f", "--force")

    def test_what_is_replaced_keeps_its_permissions_and_its_link(self):
        self.sounds("f/a.wav")
        (self.folder / "there").mkdir()
        target = self.write("there/t.dub.json", "mine")
        target.chmod(0o600)
        (self.folder / "s.dub.json").symlink_to("there/t.dub.json")
        self.made("f", "--force")
        self.assertTrue((self.folder / "s.dub.json").is_symlink())
        self.assertEqual(json.loads(target.read_text(encoding="utf-8"))["name"], "s")
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o600)
        os.mkfifo(self.folder / "pipe.json")
        self.assertIn("pipe.json: is not a file", self.failing("f", "--force", "-o", "pipe.json"))

    def test_an_empty_folder_is_told(self):
        (self.folder / "f").mkdir()
        self.assertIn("no sound files that can be read", self.failing("f"))

    def test_a_folder_that_cannot_be_written_is_told(self):
        self.sounds("f/a.wav")
        self.assertIn("nowhere/s.dub.json: cannot create", self.failing("f", "-o", "nowhere/s.dub.json"))

    def test_wrong_usage_is_answered(self):
        self.sounds("f/a.wav")
        for arguments, word in (
            ([], "FILE_OR_FOLDER"),
            (["f", "-o", "f/a.wav"], ".dub.json"),
            (["f", "-o", ".json"], ".dub.json"),
            (["f", "--rate", "5"], "--rate"),
            (["f", "--channels", "all"], "--channels"),
            (["f", "--timecode-start", "noon"], "10:00:00"),
            (["f", "--headroom", "-3"], "--headroom"),
            (["f", "--headroom", "nan"], "--headroom"),
            (["f", "--headroom", "-NaN"], "--headroom"),
            (["f", "--gruop"], "did you mean '--group'?"),
        ):
            with self.subTest(arguments):
                out, err = self.run_program("new", *arguments, exit_code=WRONG_USAGE)
                self.assertEqual(out, "")
                self.assertIn(word, err)
                self.assertIn("See: dubplate new --help", err)


if __name__ == "__main__":
    unittest.main()
