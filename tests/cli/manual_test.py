"""dubplate manual: the pages for man, as text and as Markdown, say all that --help says."""

import re
import shutil
import subprocess
import unittest

from program import WRONG_USAGE, ProgramTest


class Manual(ProgramTest):
    def commands(self):
        return self.run_program("complete", "command")[0].split()

    def options(self, command):
        """Every option that a command's help names, in both its forms."""
        lines = re.findall(r"(?m)^  (-[^ ]+)", self.run_program(command, "--help")[0])
        return [name for line in lines for name in line.split(",")]

    def pages(self):
        self.run_program("manual", "-o", "man1")
        return {path.name: path for path in (self.folder / "man1").iterdir()}

    def test_every_command_has_a_page_and_the_overview_names_it(self):
        pages = self.pages()
        self.assertGreaterEqual(len(pages), 10)
        self.assertEqual(sorted(pages), sorted(["dubplate.1", *(f"dubplate-{name}.1" for name in self.commands())]))
        overview = pages["dubplate.1"].read_text(encoding="utf-8")
        for command in self.commands():
            self.assertIn(f"\\fB{command}\\fR\n", overview)

    def test_every_option_stands_in_every_form_of_the_page(self):
        for command in self.commands():
            options = self.options(command)
            self.assertIn("--help", options)
            roff, _ = self.run_program("manual", command)
            text, _ = self.run_program("manual", command, "--format", "text")
            markdown, _ = self.run_program("manual", command, "--format", "markdown")
            for option in options:
                self.assertIn("\\fB" + option.replace("-", "\\-") + "\\fR", roff)
                self.assertRegex(text, rf"(?m)^  (.*, )?{option}\b")
                self.assertRegex(markdown, rf"`{option}\b")

    def test_the_files_are_what_is_printed(self):
        pages = self.pages()
        self.assertEqual(pages["dubplate.1"].read_text(encoding="utf-8"), self.run_program("manual")[0])
        self.assertEqual(pages["dubplate-fmt.1"].read_text(encoding="utf-8"), self.run_program("manual", "fmt")[0])

    def test_all_commands_together_hold_each_page(self):
        for form in ("text", "markdown"):
            whole, _ = self.run_program("manual", "--format", form)
            for command in self.commands():
                self.assertIn(self.run_program("manual", command, "--format", form)[0], whole)

    def test_man_reads_the_pages_without_a_warning(self):
        if shutil.which("man") is None or shutil.which("groff") is None:
            self.skipTest("there is no man with groff on this machine")
        for page in self.pages().values():
            answer = subprocess.run(
                ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page], capture_output=True, text=True, check=False
            )
            self.assertEqual((answer.returncode, answer.stderr), (0, ""), page.name)
            self.assertIn("SYNOPSIS", re.sub(r"\x1b\[\d+m|.\x08", "", answer.stdout))

    def test_mandoc_has_nothing_to_say(self):
        if shutil.which("mandoc") is None:
            self.skipTest("there is no mandoc on this machine")
        for page in self.pages().values():
            answer = subprocess.run(
                ["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True, check=False
            )
            self.assertEqual((answer.returncode, answer.stdout, answer.stderr), (0, "", ""), page.name)

    def test_what_roff_would_take_for_a_request_is_text(self):
        for page in self.pages().values():
            for line in page.read_text(encoding="utf-8").splitlines():
                if line.startswith((".", "'")):
                    self.assertRegex(line, r"^\.(TH|SH|TP|PP|EX|EE|BR)( |$)", page.name)

    def test_one_page_and_a_folder_for_all_exclude_each_other(self):
        _, err = self.run_program("manual", "fmt", "-o", "man1", exit_code=WRONG_USAGE)
        self.assertIn("COMMAND", err)
        self.assertFalse((self.folder / "man1").exists())

    def test_an_unknown_command_names_the_nearest_and_a_taken_folder_is_told(self):
        _, err = self.run_program("manual", "rendr", exit_code=WRONG_USAGE)
        self.assertIn("there is no command 'rendr', did you mean 'render'?", err)
        self.write("taken", "")
        _, err = self.run_program("manual", "-o", "taken/man1", exit_code=1)
        self.assertIn("taken/man1", err)


if __name__ == "__main__":
    unittest.main()
