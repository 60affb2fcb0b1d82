"""`dubplate render A B ...`: versions of a session, one after the other in one process."""

import json
import signal
import subprocess
import time
import unittest

from program import DUBPLATE, FAILED, SESSION_UNREADABLE, WRONG_USAGE, ProgramTest


class Versions(ProgramTest):
    def setUp(self):
        super().setUp()
        self.make(9, 1)

    def make(self, tracks, seconds, *more):
        session = self.generated_session("--tracks", tracks, "--seconds", seconds, *more)
        self.first = session.rename(session.with_name("album.dub.json"))
        self.second = session.with_name("single.dub.json")
        self.change(self.second, lambda tracks: tracks[0].update(fader="-9 dB"))

    def change(self, path, change):
        session = json.loads(self.first.read_text(encoding="utf-8"))
        change(session["tracks"])
        path.write_text(json.dumps(session), encoding="utf-8")

    def hashes(self, folder):
        receipt = json.loads((self.folder / folder / "receipt.json").read_text(encoding="utf-8"))
        return {output["name"]: output["sha256"] for output in receipt["outputs"]}

    def files(self, folder="out"):
        return [path for path in (self.folder / folder).rglob("*") if path.is_file()]

    def test_have_folders_and_receipts_of_their_own_and_are_what_each_is_alone(self):
        out, _ = self.run_program("render", self.first, self.second, "-o", "out")
        self.assertIn("album.dub.json (1 of 2)", out)
        self.assertIn("single.dub.json (2 of 2)", out)
        self.assertTrue(out.endswith("2 versions rendered.\n"), out)
        for session in (self.first, self.second):
            name = session.name.removesuffix(".dub.json")
            self.run_program("render", session, "-o", f"alone/{name}")
            self.assertEqual(self.hashes(f"out/{name}"), self.hashes(f"alone/{name}"))
            self.run_program("verify", f"out/{name}/receipt.json")
        self.assertNotEqual(self.hashes("out/album")["mix"], self.hashes("out/single")["mix"])

    def test_lie_beside_their_sessions_where_no_folder_is_named(self):
        self.run_program("render", self.first, self.second, "--stems", "none", "-q")
        for name in ("album", "single"):
            self.assertTrue((self.first.parent / f"{name}-render" / "mix.wav").is_file())

    def test_that_would_write_the_same_files_are_refused_before_any_is_rendered(self):
        other = self.folder / "other"
        other.mkdir()
        twin = other / "album.dub.json"
        self.change(twin, lambda tracks: [clip.update(file=str(self.first.parent / clip["file"]))
                                          for track in tracks for clip in track["clips"]])  # fmt: skip
        session = json.loads(twin.read_text(encoding="utf-8"))
        session["returns"] = []
        for track in session["tracks"]:
            track.pop("sends", None)
        twin.write_text(json.dumps(session), encoding="utf-8")
        _, err = self.run_program("render", self.first, twin, "-o", "out", exit_code=WRONG_USAGE)
        self.assertIn("10 files", err)
        self.assertIn(str(self.first), err)
        self.assertEqual(self.files(), [])
        self.run_program("render", self.first, self.first, exit_code=WRONG_USAGE)

    def test_are_all_checked_before_the_first_is_rendered(self):
        fourth = self.first.with_name("fourth.dub.json")
        self.change(fourth, lambda tracks: tracks[2]["clips"][0].update(file="gone.wav"))
        third = self.first.with_name("third.dub.json")
        self.change(third, lambda tracks: tracks[1].update(output="Nowhere"))
        _, err = self.run_program("render", self.first, third, self.first.with_name("no.dub.json"), "-o", "out",
                                  exit_code=SESSION_UNREADABLE)  # fmt: skip
        self.assertIn("third.dub.json", err)
        self.assertIn("no.dub.json", err)
        _, err = self.run_program("render", self.first, fourth, "-o", "out", exit_code=FAILED)
        self.assertIn("fourth.dub.json", err)
        self.assertIn("gone.wav", err)
        _, err = self.run_program("render", self.first, self.second, "--stems", "Nobody", exit_code=WRONG_USAGE)
        self.assertEqual(err.count("there is no stem 'Nobody'"), 2)
        self.assertEqual(self.files(), [])

    def test_take_no_single_receipt_and_no_single_profile(self):
        for option in ("--report", "--profile"):
            _, err = self.run_program("render", self.first, self.second, option, "one.json", exit_code=WRONG_USAGE)
            self.assertIn(option, err)

    def test_that_fail_leave_the_others_their_turn(self):
        # Found in the middle of the render alone: a sample that is no number.
        data = bytearray((self.first.parent / "track_003.wav").read_bytes())
        at = data.index(b"data") + 8
        samples = (len(data) - at) // 3
        header = bytearray(data[:at])
        bad = header + b"\0" * 4 * (samples - 1) + b"\xff\xff\xff\xff"
        at_format = header.index(b"fmt ") + 8
        bad[at_format : at_format + 2] = (3).to_bytes(2, "little")
        bad[at_format + 8 : at_format + 12] = (4 * int.from_bytes(bad[at_format + 4 : at_format + 8], "little")).to_bytes(4, "little")
        bad[at_format + 12 : at_format + 14] = (4).to_bytes(2, "little")
        bad[at_format + 14 : at_format + 16] = (32).to_bytes(2, "little")
        bad[at - 4 : at] = (4 * samples).to_bytes(4, "little")
        bad[4:8] = (len(bad) - 8).to_bytes(4, "little")
        (self.first.parent / "bad.wav").write_bytes(bytes(bad))
        third = self.first.with_name("third.dub.json")
        self.change(self.second, lambda tracks: tracks[2]["clips"][0].update(file="bad.wav"))
        self.change(third, lambda tracks: tracks[0].update(fader="-3 dB"))
        out, err = self.run_program("render", self.first, self.second, third, "-o", "out", exit_code=FAILED)
        self.assertIn("single.dub.json", err)
        self.assertIn("2 of 3 versions rendered, not ", err)
        self.assertIn("third.dub.json (3 of 3)", out)
        self.assertFalse((self.folder / "out/single/mix.wav").exists())
        self.run_program("verify", "out/third/receipt.json")

    def test_are_events_that_say_which_they_are_of(self):
        out, _ = self.run_program("render", self.first, self.second, "-o", "out", "--stems", "none", "--json")
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([event["version"] for event in events if event["event"] == "start"], [1, 2])
        versions = [event["version"] for event in events[:-1]]
        self.assertEqual(versions, sorted(versions))
        self.assertEqual(events[-1], {"event": "end", "rendered": [str(self.first), str(self.second)],
                                      "not_rendered": [], "exit_code": 0})  # fmt: skip

    def test_are_all_looked_at_by_a_dry_run(self):
        out, _ = self.run_program("render", self.first, self.second, "-o", "out", "--dry-run")
        self.assertIn("out/album/mix.wav", out)
        self.assertIn("out/single/mix.wav", out)
        out, _ = self.run_program("render", self.first, self.second, "-o", "out", "--dry-run", "--json")
        told = json.loads(out)
        self.assertEqual([version["session"] for version in told["versions"]], [str(self.first), str(self.second)])
        self.assertEqual(self.files(), [])

    def test_end_all_at_ctrl_c(self):
        self.make(9, 300, "--repeat", 300)
        with subprocess.Popen(
            [DUBPLATE, "render", self.first, self.second, "-o", "out"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as program:  # fmt: skip
            while not self.files() and program.poll() is None:
                time.sleep(0.001)
            program.send_signal(signal.SIGINT)
            _, err = program.communicate()
        self.assertEqual(program.returncode, FAILED, err)
        self.assertIn("cancelled; no file of ", err)
        self.assertIn("0 of 2 versions rendered", err)
        self.assertEqual(self.files(), [])

    def test_that_are_strict_are_refused_for_a_warning_of_any(self):
        self.change(self.second, lambda tracks: tracks.append({"name": "Empty"}))
        _, err = self.run_program("render", self.first, self.second, "-o", "out", "--strict", exit_code=FAILED)
        self.assertIn("strict: 1 warning, nothing was rendered", err)
        self.assertEqual(self.files(), [])


if __name__ == "__main__":
    unittest.main()
