"""dubplate fmt: one form, one line a change, and files that nothing is lost from."""

import difflib
import json
import os
import pathlib
import random
import re
import shutil
import stat
import subprocess
import unittest

from program import DONE, DUBPLATE, FAILED, SESSION_UNREADABLE, WRONG_USAGE, ProgramTest

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "examples"

MESSY = '{"tracks": [{"pan": 0.50, "name": "A",\n\n "fader": "-3.0 dB"}],  "dubplate": 1, "sample_rate": 48000}'
TIDY = """{
  "dubplate": 1,
  "sample_rate": 48000,
  "tracks": [
    {
      "name": "A",
      "fader": "-3 dB",
      "pan": 0.5
    }
  ]
}
"""


def changed_lines(before, after):
    """(lines taken out, lines put in), as diff sees it."""
    diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    return [line[1:] for line in diff if line[0] == "-"], [line[1:] for line in diff if line[0] == "+"]


class Form(ProgramTest):
    def big_session(self, *arguments):
        """A generated one in canonical form: the generator makes its lanes in an order of its own."""
        return self.formatted(self.generated_session("--seconds", 1, "--mixed", *arguments).read_text(encoding="utf-8"))

    def formatted(self, text):
        answer = subprocess.run(
            [DUBPLATE, "fmt", "-"], input=text, cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assertEqual((answer.returncode, answer.stderr), (DONE, ""))
        return answer.stdout

    def test_a_messy_file_becomes_tidy_and_is_named(self):
        path = self.write("a.dub.json", MESSY)
        out, err = self.run_program("fmt", "a.dub.json")
        self.assertEqual((out, err), ("a.dub.json\n", ""))
        self.assertEqual(path.read_text(encoding="utf-8"), TIDY)

    def test_any_layout_of_a_session_has_one_form_that_stays(self):
        texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.dub.json"))]
        self.assertGreaterEqual(len(texts), 2)
        for seed in (1, 2):
            texts.append(self.big_session("--tracks", 20, "--seed", seed))
        for text in texts:
            once = self.formatted(text)
            self.assertEqual(once, text)
            self.assertEqual(self.formatted(once), once)
            self.assertEqual(self.formatted(json.dumps(json.loads(text))), once)
            self.assertEqual(self.formatted(json.dumps(json.loads(text), indent=7, sort_keys=True)), once)

    def test_a_changed_pan_fader_or_breakpoint_is_a_one_line_diff(self):
        text = self.big_session("--tracks", 64)
        self.assertGreater(len(text.splitlines()), 2000)
        lines = text.splitlines(keepends=True)
        chosen = {
            "pan": [n for n, line in enumerate(lines) if re.fullmatch(r' {6}"pan": [-\d.]+,?\n', line)],
            "fader": [n for n, line in enumerate(lines) if re.fullmatch(r' {6}"fader": "[^"]+",?\n', line)],
            "breakpoint": [n for n, line in enumerate(lines) if re.match(r' {10}\["[^"]+", "-?[\d.]+ dB"', line)],
        }
        random.seed(1)
        for what, places in chosen.items():
            self.assertGreater(len(places), 10, what)
            for place in random.sample(places, 10):
                line = re.sub(
                    r'-?\d+(\.\d+)?(?=( dB"[],]|,?\n))',
                    lambda match: f"{float(match[0]) * 0.87654321:.12g}",
                    lines[place],
                    count=1,
                )
                after = self.formatted("".join([*lines[:place], line, *lines[place + 1 :]]))
                taken, put = changed_lines(text, after)
                self.assertEqual((len(taken), len(put)), (1, 1), (what, taken, put))

    def test_a_breakpoint_put_between_others_is_one_new_line_and_a_last_one_only_adds_its_comma(self):
        text = self.big_session("--tracks", 20)
        session = json.loads(text)
        lane = next(
            lane for track in session["tracks"] for lane in track.get("automation", {}).values() if len(lane) > 2
        )
        first, second = (float(lane[n][0].removesuffix(" s")) for n in (0, 1))
        lane.insert(1, [f"{(first + second) / 2} s", lane[0][1]])
        taken, put = changed_lines(text, self.formatted(json.dumps(session)))
        self.assertEqual((len(taken), len(put)), (0, 1), (taken, put))
        lane.pop(1)
        lane.append(["1000 s", lane[-1][1]])
        taken, put = changed_lines(text, self.formatted(json.dumps(session)))
        self.assertEqual((len(taken), len(put)), (1, 2), (taken, put))
        self.assertEqual(put[0], taken[0] + ",")


class Files(ProgramTest):
    def test_a_canonical_file_is_not_touched(self):
        path = self.write("a.dub.json", TIDY)
        os.utime(path, (1_000_000_000, 1_000_000_000))
        before = path.stat()
        self.assertEqual(self.run_program("fmt", path), ("", ""))
        after = path.stat()
        self.assertEqual((after.st_mtime_ns, after.st_ino), (before.st_mtime_ns, before.st_ino))

    def test_check_lists_and_changes_nothing(self):
        self.write("good.dub.json", TIDY)
        messy = self.write("messy.dub.json", MESSY)
        out, err = self.run_program("fmt", "--check", "good.dub.json", "messy.dub.json", exit_code=FAILED)
        self.assertEqual((out, err), ("messy.dub.json\n", ""))
        self.assertEqual(messy.read_text(encoding="utf-8"), MESSY)
        self.assertEqual(self.run_program("fmt", "--check", "good.dub.json"), ("", ""))

    def test_an_unreadable_one_is_left_alone_with_all_its_mistakes_listed_and_the_others_are_done(self):
        broken = MESSY.replace('"pan"', '"pann"').replace('"fader"', '"fadr"')
        bad = self.write("bad.dub.json", broken)
        messy = self.write("messy.dub.json", MESSY)
        out, err = self.run_program("fmt", "bad.dub.json", "messy.dub.json", exit_code=SESSION_UNREADABLE)
        self.assertIn("bad.dub.json:1:14 (/tracks/0/pann): unknown key 'pann', did you mean 'pan'?", err)
        self.assertIn("unknown key 'fadr', did you mean 'fader'?", err)
        self.assertIn("2 mistakes in bad.dub.json", err)
        self.assertEqual(bad.read_text(encoding="utf-8"), broken)
        self.assertEqual(out, "messy.dub.json\n")
        self.assertEqual(messy.read_text(encoding="utf-8"), TIDY)

    def test_permissions_stay_and_nothing_lies_beside(self):
        path = self.write("a.dub.json", MESSY)
        for mode in (0o600, 0o664, 0o755):
            path.write_text(MESSY, encoding="utf-8")
            path.chmod(mode)
            self.run_program("fmt", path)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), mode)
            self.assertEqual([entry.name for entry in self.folder.iterdir()], ["a.dub.json"])

    def test_a_link_stays_a_link_and_its_target_is_rewritten(self):
        (self.folder / "there").mkdir()
        target = self.write("there/song.dub.json", MESSY)
        for link, to in (("near.dub.json", "there/song.dub.json"), ("far.dub.json", "near.dub.json")):
            (self.folder / link).symlink_to(to)
        out, _ = self.run_program("fmt", "far.dub.json")
        self.assertEqual(out, "far.dub.json\n")
        self.assertTrue((self.folder / "far.dub.json").is_symlink())
        self.assertTrue((self.folder / "near.dub.json").is_symlink())
        self.assertEqual(target.read_text(encoding="utf-8"), TIDY)
        self.assertEqual([entry.name for entry in target.parent.iterdir()], ["song.dub.json"])

    def test_a_write_protected_file_or_folder_is_a_failure_that_is_told(self):
        if os.geteuid() == 0:
            self.skipTest("nothing is write-protected for root")
        path = self.write("a.dub.json", MESSY)
        path.chmod(0o444)
        _, err = self.run_program("fmt", path, exit_code=FAILED)
        self.assertIn("a.dub.json: Permission denied", err)
        path.chmod(0o644)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        self.run_program("fmt", path, exit_code=FAILED)
        self.assertEqual(path.read_text(encoding="utf-8"), MESSY)


    def formatted_by_another(self, path, *groups):
        """`dubplate fmt` of a file that another owns, by a user who is in these groups too."""
        if os.geteuid() != 0:
            self.skipTest("only the superuser can be another")
        self.folder.chmod(0o777)
        program = shutil.copy(DUBPLATE, self.folder / "dubplate")
        return subprocess.run(
            [program, "fmt", path],
            user=54321,
            group=54321,
            extra_groups=groups,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_a_group_is_kept_where_the_owner_cannot_be(self):
        path = self.write("a.dub.json", MESSY)
        path.chmod(0o660)
        if os.geteuid() == 0:
            os.chown(path, 54320, 54329)
        answer = self.formatted_by_another(path, 54329)
        self.assertEqual((answer.returncode, answer.stderr), (DONE, ""))
        self.assertEqual(path.read_text(encoding="utf-8"), TIDY)
        self.assertEqual((path.stat().st_gid, stat.S_IMODE(path.stat().st_mode)), (54329, 0o660))

    def test_a_file_that_would_get_another_group_stays_as_it_is(self):
        path = self.write("a.dub.json", MESSY)
        path.chmod(0o666)
        if os.geteuid() == 0:
            os.chown(path, 54320, 54329)
        answer = self.formatted_by_another(path)
        self.assertEqual(answer.returncode, FAILED)
        self.assertIn("would not keep its group", answer.stderr)
        self.assertEqual(path.read_text(encoding="utf-8"), MESSY)
        self.assertEqual(sorted(entry.name for entry in self.folder.iterdir()), ["a.dub.json", "dubplate"])

    def test_one_of_several_hard_links_is_parted_from_the_others(self):
        path = self.write("a.dub.json", MESSY)
        os.link(path, self.folder / "b.dub.json")
        self.run_program("fmt", path)
        self.assertEqual(path.read_text(encoding="utf-8"), TIDY)
        self.assertEqual((self.folder / "b.dub.json").read_text(encoding="utf-8"), MESSY)


class Streams(ProgramTest):
    def piped(self, text, *arguments):
        return subprocess.run(
            [DUBPLATE, "fmt", "-", *arguments], input=text, capture_output=True, text=True, check=False
        )

    def test_stdin_goes_to_stdout(self):
        answer = self.piped(MESSY)
        self.assertEqual((answer.returncode, answer.stdout, answer.stderr), (DONE, TIDY, ""))

    def test_stdin_is_checked(self):
        answer = self.piped(MESSY, "--check")
        self.assertEqual((answer.returncode, answer.stdout), (FAILED, "standard input\n"))
        self.assertEqual(self.piped(TIDY, "--check").returncode, DONE)

    def test_mistakes_in_stdin_have_a_place_and_nothing_is_printed(self):
        answer = self.piped(MESSY[:-1])
        self.assertEqual((answer.returncode, answer.stdout), (SESSION_UNREADABLE, ""))
        self.assertIn("standard input:3:", answer.stderr)

    def test_a_dash_beside_files_is_wrong_usage(self):
        path = self.write("a.dub.json", MESSY)
        _, err = self.run_program("fmt", "-", path, exit_code=WRONG_USAGE)
        self.assertIn("'-' stands alone", err)
        self.assertEqual(path.read_text(encoding="utf-8"), MESSY)


if __name__ == "__main__":
    unittest.main()
