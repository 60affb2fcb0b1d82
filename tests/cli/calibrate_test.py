"""`dubplate doctor --calibrate`: what it writes, what doctor says of it, and that renders give the same bytes with it."""

import json
import os
import stat
import unittest

from program import DONE, FAILED, WRONG_USAGE, ProgramTest

MODULES = os.environ["TEST_MODULES"]
PLACES = ("DUBPLATE_CALIBRATION", "XDG_CACHE_HOME", "HOME")


class Calibrate(ProgramTest):
    def ask(self, *arguments, exit_code=DONE, cuda_module="libnowhere.so", **environment):
        """(stdout, stderr), with these places for the user's files and no others."""
        kept = {name: value for name, value in os.environ.items() if name not in PLACES}
        places = {name: str(value) for name, value in environment.items()}
        return self.run_program(*arguments, exit_code=exit_code,
                                environment={**kept, "DUBPLATE_CUDA_MODULE": f"{MODULES}/{cuda_module}", **places})  # fmt: skip

    def lines(self, *arguments, **environment):
        """Doctor's lines of calibration: [(state, text, advice)]."""
        told = json.loads(self.ask("doctor", "--json", *arguments, **environment)[0])
        return [(found["state"], found["text"], found.get("advice", "")) for found in told["findings"]
                if found["area"] == "calibration"]  # fmt: skip

    def test_measures_the_twin_and_tells_in_one_line_what_it_found(self):
        self.assertEqual(self.lines(HOME=self.folder), [])
        found = self.lines("--calibrate", "--device", "hosttwin", HOME=self.folder)
        self.assertEqual(len(found), 1)
        self.assertEqual(found[0][0], "ok")
        self.assertRegex(
            found[0][1],
            r"^hosttwin: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ: [\d.]+ GB/s up, [\d.]+ down, [\d.]+ each way at once; [\d.]+ G numbers/s "
            r"transformed, [\d.]+ multiplied; [\d.]+ us a launch, \d+ to be told; pinned memory [\d.]+ s/GiB; "
            r"opened in [\d.]+ s, 2.0 GiB left$",
        )
        file = self.folder / ".cache/dubplate/calibration.json"
        self.assertEqual(stat.S_IMODE(file.parent.stat().st_mode), 0o700)
        written = json.loads(file.read_text(encoding="utf-8"))
        self.assertEqual(written["schema"], "dubplate-calibration-1")
        self.assertEqual([device["device"] for device in written["devices"]], ["hosttwin"])
        self.assertEqual(self.lines(HOME=self.folder), found)
        self.assertEqual(self.lines(XDG_CACHE_HOME=self.folder / ".cache"), found)
        self.assertEqual(self.lines(DUBPLATE_CALIBRATION=file), found)
        self.assertEqual(self.lines(HOME=self.folder, DUBPLATE_CALIBRATION=""), [])

    def test_what_cannot_be_used_is_ignored_with_a_note(self):
        file = self.folder / "c.json"
        file.write_text('{"schema": "dubplate-calibration-1"', encoding="utf-8")
        ((state, text, advice),) = self.lines(DUBPLATE_CALIBRATION=file)
        self.assertEqual((state, text), ("note", f"{file}: is no calibration that can be read: ignored"))
        self.assertIn("--calibrate writes it anew", advice)
        self.lines("--calibrate", "--device", "hosttwin", DUBPLATE_CALIBRATION=file)
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"version": "', '"version": "9'), encoding="utf-8")
        ((state, told, _),) = self.lines(DUBPLATE_CALIBRATION=file)
        self.assertEqual(state, "note")
        self.assertRegex(told, r"is of Dubplate 9[\d.]+, this is [\d.]+: ignored$")
        file.write_text(text.replace('"hosttwin"', '"cuda:0 Another, driver 1"'), encoding="utf-8")
        ((state, told, _),) = self.lines(DUBPLATE_CALIBRATION=file)
        self.assertEqual(state, "note")
        self.assertRegex(told, r"^cuda:0 Another, driver 1: measured 20.*, is not here: ignored$")

    def test_a_device_that_was_not_measured_is_told(self):
        found = self.lines(HOME=self.folder, cuda_module="libtwo_devices.so")
        self.assertEqual(
            found, [("ok", "cuda:1 Example 1, made up: not measured", "dubplate doctor --calibrate measures it")]
        )

    def test_without_a_device_or_a_place_it_fails_and_says_why(self):
        _, err = self.ask("doctor", "--calibrate", HOME=self.folder, exit_code=FAILED)
        self.assertIn("there is no device to measure: ", err)
        self.assertIn("libnowhere.so: there is no such file", err)
        _, err = self.ask("doctor", "--calibrate", "--device", "hosttwin", exit_code=FAILED)
        self.assertIn("set HOME, XDG_CACHE_HOME or DUBPLATE_CALIBRATION", err)
        (self.folder / "file").write_text("x", encoding="utf-8")
        self.ask("doctor", "--calibrate", "--device", "hosttwin", HOME=self.folder / "file", exit_code=FAILED)
        self.ask("doctor", "--calibrate", "--device", "cuda", HOME=self.folder, exit_code=FAILED)
        for arguments, said in (
            (("--device", "hosttwin"), "--device requires --calibrate"),
            (("--calibrate", "--device", "cpu"), "there is nothing to measure of 'cpu'"),
            (("--calibrate", "--device", "cdua"), "did you mean 'cuda'?"),
        ):
            self.assertIn(said, self.ask("doctor", *arguments, HOME=self.folder, exit_code=WRONG_USAGE)[1])
        self.assertEqual([path.name for path in self.folder.iterdir()], ["file"])

    def test_renders_give_the_same_bytes_with_it(self):
        session = self.generated_session("--full", "--tracks", 2, "--seconds", 1)

        def rendered(**environment):
            self.ask("render", session, "-o", "out", "--device", "hosttwin", **environment)
            receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
            return [output["sha256"] for output in receipt["outputs"]], receipt["chunk_frames"]

        file = self.folder / "c.json"
        plain, chunk = rendered(DUBPLATE_CALIBRATION="")
        self.assertEqual(chunk, 131072)
        self.lines("--calibrate", "--device", "hosttwin", DUBPLATE_CALIBRATION=file)
        same, chunk = rendered(DUBPLATE_CALIBRATION=file)
        self.assertNotEqual(chunk, 131072)  # two to eight whole seconds
        self.assertEqual(same, plain)


if __name__ == "__main__":
    unittest.main()
