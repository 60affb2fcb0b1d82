"""dubplate completion: what the shells offer at a place of a command line. A shell that is not there is skipped."""

import os
import shlex
import shutil
import stat
import subprocess
import unittest

from program import DUBPLATE, FAILED, WRONG_USAGE, ProgramTest

SESSION = """{"dubplate": 1, "ranges": [{"name": "Final chorus", "from": 0, "to": 48000}],
 "markers": [{"name": "Verse", "at": 0}],
 "tracks": [{"name": "Kick"}, {"name": "Lead vox"}], "buses": [{"name": "It's a bus"}]}
"""


class Completion(ProgramTest):
    def setUp(self):
        super().setUp()
        # The shells find the program by its name, as where it is installed.
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "dubplate").symlink_to(DUBPLATE)
        self.write("song.dub.json", SESSION)
        self.write("notes.txt", "")
        (self.folder / "mixes").mkdir()

    def run_shell(self, shell, script, name):
        if shutil.which(name) is None:
            self.skipTest(f"there is no {name} on this machine")
        environment = {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "TERM": "dumb",
        }
        answer = subprocess.run(
            [*shell, script], cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        self.assertEqual(answer.stderr, "")
        return answer.stdout

    def script(self, shell):
        self.run_program("completion", shell, "-o", f"complete.{shell}")
        text = (self.folder / f"complete.{shell}").read_text(encoding="utf-8")
        self.assertEqual(text, self.run_program("completion", shell)[0])
        return text

    def offered_by(self, shell, *words):
        """What is offered for the last word."""
        self.script(shell)
        if shell == "bash":
            line = (
                "source complete.bash; "
                f"COMP_WORDS=(dubplate {' '.join(map(shlex.quote, words))}); COMP_CWORD={len(words)}; _dubplate; "
                'printf "%s\\n" "${COMPREPLY[@]}"'
            )
            return set(self.run_shell(["bash", "--norc", "-c"], line, "bash").splitlines()) - {""}
        line = f"source complete.fish; complete -C {shlex.quote(' '.join(['dubplate', *words]))}"
        told = self.run_shell(["fish", "--no-config", "-c"], line, "fish")
        return {candidate.split("\t")[0] for candidate in told.splitlines()}

    def commands(self):
        return set(self.run_program("complete", "command")[0].split())

    def test_every_script_is_one_its_shell_can_read(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                self.script(shell)
                self.run_shell([shell, "-n"], f"complete.{shell}", shell)

    def test_commands_are_offered_and_hidden_ones_are_not(self):
        self.assertIn("render", self.commands())
        self.assertNotIn("complete", self.commands())
        for shell in ("bash", "fish"):
            with self.subTest(shell):
                self.assertLessEqual(self.commands(), self.offered_by(shell, ""))
                self.assertEqual(self.offered_by(shell, "rend"), {"render"})
                self.assertNotIn("complete", self.offered_by(shell, "comp"))

    def test_options_are_offered(self):
        for shell in ("bash", "fish"):
            with self.subTest(shell):
                self.assertEqual(self.offered_by(shell, "render", "--pre"), {"--premaster", "--preroll"})
                self.assertIn("--json", self.offered_by(shell, "inspect", "--"))
                self.assertNotIn("--premaster", self.offered_by(shell, "inspect", "--"))

    def test_words_of_an_option_are_offered(self):
        for shell in ("bash", "fish"):
            with self.subTest(shell):
                self.assertEqual(self.offered_by(shell, "render", "--returns", ""), {"own", "shared"})
                self.assertEqual(self.offered_by(shell, "completion", "z"), {"zsh"})
        self.assertEqual(self.offered_by("bash", "render", "--returns", "=", "sh"), {"shared"})
        self.assertEqual(self.offered_by("bash", "render", "--returns", "="), {"own", "shared"})
        self.assertEqual(self.offered_by("fish", "render", "--returns=sh"), {"--returns=shared"})

    def test_sessions_and_folders_are_offered(self):
        for shell in ("bash", "fish"):
            with self.subTest(shell):
                self.assertEqual(self.offered_by(shell, "render", "so"), {"song.dub.json"})
                self.assertIn("mixes", {name.rstrip("/") for name in self.offered_by(shell, "render", "-o", "")})
                self.assertNotIn("notes.txt", self.offered_by(shell, "render", "-o", ""))

    def test_processors_formats_stems_and_ranges_are_asked_for(self):
        for shell in ("bash", "fish"):
            with self.subTest(shell):
                self.assertEqual(self.offered_by(shell, "processors", "comp"), {"compressor"})
                self.assertEqual(self.offered_by(shell, "render", "--format", "wav1"), {"wav16"})
                for option, names in (
                    ("--stem", {"Kick", "Lead vox", "It's a bus"}),
                    ("--stems", {"all", "none", "each-track", "each-bus", "Kick", "Lead vox", "It's a bus"}),
                    ("--range", {"Final chorus", "Verse:"}),
                ):
                    offered = self.offered_by(shell, "render", "song.dub.json", option, "")
                    self.assertEqual({name.replace("\\", "") for name in offered}, names)
                self.assertEqual(
                    self.offered_by(shell, "render", "song.dub.json", "--stems", "each-"), {"each-track", "each-bus"}
                )

    def test_bash_knows_the_function(self):
        self.script("bash")
        told = self.run_shell(["bash", "--norc", "-c"], "source complete.bash; complete -p dubplate", "bash")
        self.assertEqual(told, "complete -F _dubplate dubplate\n")

    def test_zsh_offers_what_the_others_offer(self):
        """Types into a real zsh behind a terminal, and waits for what it should make of that."""
        self.script("zsh")
        zsh = r"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'PROMPT=; autoload -U compinit; compinit -u -D; source complete.zsh; LISTMAX=10000'
            zpty -w shell 'zstyle ":completion:*" list-separator "--"; bindkey "^I" complete-word; setopt no_auto_menu'
            zpty -w shell 'print READY'
            zpty -r shell line '*READY*READY*'
            type() { zpty -w -n shell "$1"; zpty -r shell line "$2"; print -r -- $line; zpty -w -n shell $'\C-U' }
            type $'dubplate render song.dub.json --returns \t\t' '*own*shared*'
            type $'dubplate render song.dub.json --stem Le\t' '*Lead\\ vox*'
            type $'dubplate proces\t' '*processors*'
            type $'dubplate processors comp\t' '*compressor*'
            type $'dubplate render so\t' '*song.dub.json*'
        """
        told = self.run_shell(["zsh", "-f", "-c"], zsh, "zsh")
        for expected in ("own", "shared", r"Lead\ vox", "processors", "compressor", "song.dub.json"):
            self.assertIn(expected, told)

    def test_what_cannot_be_told_is_silence(self):
        for arguments in (["stem", "nowhere.dub.json"], ["stem"], ["moods"], ["range", "notes.txt"]):
            self.assertEqual(self.run_program("complete", *arguments), ("", ""))

    def test_a_file_is_replaced_where_it_is_and_only_a_file(self):
        script, _ = self.run_program("completion", "bash")
        target = self.write("target", "old")
        target.chmod(0o640)
        (self.folder / "link").symlink_to("target")
        self.run_program("completion", "bash", "-o", "link")
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertEqual(target.read_text(encoding="utf-8"), script)
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o640)
        os.mkfifo(self.folder / "pipe")
        for special in ("pipe", "mixes"):
            _, err = self.run_program("completion", "bash", "-o", special, exit_code=FAILED)
            self.assertIn(f"{special}: is not a file", err)
        self.assertTrue(stat.S_ISFIFO((self.folder / "pipe").stat().st_mode))

    def test_missing_folders_are_made(self):
        self.run_program("completion", "fish", "-o", "a/b/dubplate.fish")
        self.assertTrue((self.folder / "a" / "b" / "dubplate.fish").is_file())
        _, err = self.run_program("completion", "fish", "-o", "notes.txt/dubplate.fish", exit_code=FAILED)
        self.assertIn("notes.txt", err)

    def test_an_unknown_shell_names_the_nearest(self):
        _, err = self.run_program("completion", "zhs", exit_code=WRONG_USAGE)
        self.assertIn("SHELL: there is no 'zhs', did you mean 'zsh'?", err)


if __name__ == "__main__":
    unittest.main()
