"""What the command line says of itself, and of what it does not understand."""

import json
import os
import re
import subprocess
import unittest

from program import DUBPLATE, FAILED, WRONG_USAGE, ProgramTest

COMMANDS = ["new", "doctor", "render", "check", "verify", "inspect", "processors", "demo", "devices", "schema"]


class Usage(ProgramTest):
    def test_help_names_every_command_and_has_examples(self):
        out, err = self.run_program("--help")
        for command in COMMANDS:
            self.assertRegex(out, rf"(?m)^  {command} ")
        self.assertIn("Examples:", out)
        self.assertEqual(err, "")

    def test_every_command_has_help_with_an_example(self):
        for command in COMMANDS:
            with self.subTest(command):
                out, _ = self.run_program(command, "--help")
                self.assertIn(f"dubplate {command}", out)
                self.assertIn("Example", out)

    def test_version_is_one_line(self):
        out, _ = self.run_program("--version")
        self.assertRegex(out, r"^dubplate \d+\.\d+\.\d+\n$")

    def test_no_command_shows_a_screen_that_tells_what_to_do_and_is_no_success(self):
        out, err = self.run_program(exit_code=WRONG_USAGE)
        self.assertEqual(err, "")
        lines = out.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(len(line) for line in lines), 80)
        for command in re.findall(r"(?m)^  dubplate (\w+)", out):
            if command != "COMMAND":
                self.run_program(command, "--help")
        for word in ("dubplate new ", "dubplate demo", "dubplate doctor", "dubplate --help"):
            self.assertIn(word, out)

    def test_a_misspelt_command_names_the_nearest(self):
        _, err = self.run_program("rendr", "x.dub.json", exit_code=WRONG_USAGE)
        self.assertIn("there is no command 'rendr', did you mean 'render'?", err)

    def test_a_misspelt_option_names_the_nearest(self):
        for option, near in (("--sterms", "--stems"), ("--tread", "--threads"), ("--fromat=wav16", "--format")):
            _, err = self.run_program("render", "x.dub.json", option, exit_code=WRONG_USAGE)
            self.assertIn(f"there is no option '{option.split('=')[0]}', did you mean '{near}'?", err)
        _, err = self.run_program("--versoin", exit_code=WRONG_USAGE)
        self.assertIn("did you mean '--version'?", err)

    def test_a_misspelt_option_is_told_before_what_is_missing_because_of_it(self):
        _, err = self.run_program("render", "--sterms", exit_code=WRONG_USAGE)
        self.assertIn("'--sterms'", err)

    def test_wrong_values_are_wrong_usage(self):
        for arguments in (
            ["render"],
            ["check", "a.dub.json", "b.dub.json"],
            ["render", "a.dub.json", "--threads", "0"],
            ["render", "a.dub.json", "--threads", "two"],
            ["render", "a.dub.json", "--threads"],
            ["render", "a.dub.json", "--device", "gpu"],
            ["render", "a.dub.json", "--returns", "none"],
            ["render", "a.dub.json", "--stems", "all", "--stem", "Drums"],
            ["check"],
            ["inspect"],
            ["schema", "x"],
        ):
            with self.subTest(arguments):
                out, err = self.run_program(*arguments, exit_code=WRONG_USAGE)
                self.assertEqual(out, "")
                self.assertIn(f"See: dubplate {arguments[0]} --help", err)


class Processors(ProgramTest):
    def test_lists_all_as_text_and_as_json(self):
        text, _ = self.run_program("processors")
        described = json.loads(self.run_program("processors", "--json")[0])
        self.assertEqual(described["schema"], "dubplate-processors-1")
        names = [processor["name"] for processor in described["processors"]]
        self.assertEqual([line.split()[0] for line in text.splitlines()], names)
        self.assertIn("trim", names)

    def test_tells_everything_of_one(self):
        text, _ = self.run_program("processors", "trim")
        self.assertIn("-144 to 48 dB; standard 0; automation: every frame", text)
        described = json.loads(self.run_program("processors", "trim", "--json")[0])["processors"]
        self.assertEqual(len(described), 1)
        self.assertEqual(described[0]["parameters"][0]["maximum"], 48.0)

    def test_a_misspelt_one_names_the_nearest(self):
        _, err = self.run_program("processors", "trm", exit_code=WRONG_USAGE)
        self.assertIn("there is no processor 'trm', did you mean 'trim'?", err)


class Devices(ProgramTest):
    def test_the_cpu_is_there(self):
        self.assertRegex(self.run_program("devices")[0], r"(?m)^cpu ")
        devices = json.loads(self.run_program("devices", "--json")[0])["devices"]
        self.assertEqual(devices[0]["name"], "cpu")
        self.assertGreaterEqual(devices[0]["threads"], 1)


class Schema(ProgramTest):
    def test_is_json_and_says_which_draft(self):
        schema = json.loads(self.run_program("schema")[0])
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")


class Streams(ProgramTest):
    def test_a_full_disk_on_stdout_is_a_failure_that_is_told(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            answer = subprocess.run([DUBPLATE, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(answer.returncode, FAILED)
        self.assertIn("No space left on device", answer.stderr)

    def test_a_render_needs_no_standard_stream_and_no_terminal(self):
        session = self.generated_session("--tracks", 9, "--seconds", 1)
        environment = {key: value for key, value in os.environ.items() if key != "TERM"}
        expected = None
        for closed in ((), (0,), (1,), (2,), (0, 1, 2)):
            with self.subTest(closed=closed):
                answer = subprocess.run(
                    [DUBPLATE, "render", session, "-o", "out"],
                    cwd=self.folder,
                    env=environment,
                    preexec_fn=lambda streams=closed: [os.close(stream) for stream in streams],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    check=False,
                )
                self.assertEqual(answer.returncode, 0)
                mix = (self.folder / "out" / "mix.wav").read_bytes()
                expected = expected or mix
                self.assertEqual(mix, expected)


if __name__ == "__main__":
    unittest.main()
