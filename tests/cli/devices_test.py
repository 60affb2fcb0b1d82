"""What is said of devices: `devices`, `doctor`, `render --device`, with and without a module, a driver and a device."""

import json
import os
import unittest

from program import DONE, FAILED, WRONG_USAGE, ProgramTest

MODULES = os.environ["TEST_MODULES"]
CUDA_MODULE = os.environ.get("CUDA_MODULE", "")


def module(name):
    return f"{MODULES}/lib{name}.so"


class DevicesTest(ProgramTest):
    def ask(self, cuda_module, *arguments, exit_code=DONE):
        """(stdout, stderr) of `dubplate ARGUMENTS` where `cuda_module` is the file of the module."""
        environment = {**os.environ, "DUBPLATE_CUDA_MODULE": str(cuda_module)}
        return self.run_program(*arguments, exit_code=exit_code, environment=environment)

    def doctor(self, cuda_module):
        told = json.loads(self.ask(cuda_module, "doctor", "--json")[0])
        return {finding["area"]: finding for finding in told["findings"]}

    def render_on(self, device, cuda_module=None, exit_code=FAILED):
        session = self.folder / "session" / "session.dub.json"
        if not session.exists():
            self.generated_session("--tracks", 9, "--seconds", 1)
        out, err = self.ask(
            cuda_module or module("two_devices"), "render", session, "-o", "out", "--device", device, exit_code=exit_code
        )
        if exit_code != DONE:
            self.assertFalse((self.folder / "out" / "mix.wav").exists())
        return err


class Devices(DevicesTest):
    def test_the_processor_is_always_there(self):
        for name in ("two_devices", "no_devices", "nowhere"):
            out, err = self.ask(module(name), "devices")
            self.assertRegex(out, r"^cpu      .*, \d+ threads?\n")
            self.assertEqual(err, "")
            cpu = json.loads(self.ask(module(name), "devices", "--json")[0])["devices"][0]
            self.assertEqual((cpu["name"], cpu["usable"]), ("cpu", True))
            self.assertGreaterEqual(cpu["threads"], 1)

    def test_devices_are_listed_with_their_memory_or_why_they_cannot_be_used(self):
        lines = self.ask(module("two_devices"), "devices")[0].splitlines()
        self.assertEqual(lines[1], "cuda:0   Example 0, made up cannot be used: it is of another make")
        self.assertEqual(lines[2], "cuda:1   Example 1, made up, 3.0 GiB")
        told = json.loads(self.ask(module("two_devices"), "devices", "--json")[0])
        self.assertEqual(told["cuda"], {"module": module("two_devices")})
        self.assertEqual(
            told["devices"][1:-1],
            [
                {
                    "name": "cuda:0",
                    "description": "Example 0, made up",
                    "usable": False,
                    "memory_bytes": 3 << 30,
                    "why_not": "it is of another make",
                },
                {"name": "cuda:1", "description": "Example 1, made up", "usable": True, "memory_bytes": 3 << 30},
            ],
        )

    def test_the_twin_is_listed_as_what_it_is(self):
        for name in ("two_devices", "nowhere"):
            last = self.ask(module(name), "devices")[0].splitlines()[-1]
            self.assertEqual(last, "hosttwin what a GPU does, on threads of the CPU: for tests")
            self.assertEqual(json.loads(self.ask(module(name), "devices", "--json")[0])["devices"][-1]["name"], "hosttwin")

    def test_where_there_is_none_one_line_says_why(self):
        for name, reason in (
            ("nowhere", "libnowhere.so: there is no such file"),
            ("no_devices", "no driver is installed; this module needs 580 or later"),
            ("other_version", "belongs to another version of Dubplate"),
            ("no_symbol", "is no module of Dubplate"),
            ("needs_library", "libdubplate_needed.so: cannot open shared object file"),
        ):
            with self.subTest(name):
                line = self.ask(module(name), "devices")[0].splitlines()[1]
                self.assertTrue(line.startswith("cuda     none: "), line)
                self.assertIn(reason, line)
                self.assertIn(reason, json.loads(self.ask(module(name), "devices", "--json")[0])["cuda"]["why_none"])
                found = self.doctor(module(name))["GPU"]
                self.assertEqual(found["state"], "note")
                self.assertIn(reason, found["text"])

    def test_without_a_named_module_the_places_are_named(self):
        out, _ = self.ask("", "devices")
        if CUDA_MODULE:
            self.assertNotIn("there is no libdubplate_cuda.so", out)
        else:
            self.assertRegex(out, r"there is no libdubplate_cuda\.so in /.*, /.*/lib or /.*/lib/dubplate")

    def test_the_doctor_tells_of_each_device(self):
        found = self.doctor(module("two_devices"))
        self.assertEqual(found["cuda:0"]["state"], "note")
        self.assertEqual(found["cuda:0"]["text"], "Example 0, made up, cannot be used: it is of another make")
        self.assertEqual(found["cuda:1"]["state"], "ok")
        self.assertEqual(found["cuda:1"]["text"], "Example 1, made up, 3.0 GiB")
        self.assertIn(module("two_devices"), found["GPU"]["text"])

    def test_a_render_on_a_device_that_cannot_be_used_fails_and_says_why(self):
        for device, name, reason in (
            ("cuda", "no_devices", "'cuda' cannot be used: no driver is installed; this module needs 580 or later"),
            ("cuda:1", "nowhere", "'cuda:1' cannot be used: "),
            ("cuda:0", "two_devices", "'cuda:0' cannot be used: it is of another make"),
            ("cuda:2", "two_devices", "'cuda:2' cannot be used: there are 2 CUDA devices"),
        ):
            with self.subTest(device=device, module=name):
                self.assertIn(reason, self.render_on(device, module(name)))

    def test_auto_takes_the_processor_where_there_is_no_device_and_the_receipt_says_so(self):
        self.render_on("auto", module("no_devices"), exit_code=DONE)
        receipt = json.loads((self.folder / "out" / "receipt.json").read_text(encoding="utf-8"))
        self.assertEqual(receipt["device"], "cpu")

    def test_a_name_that_no_device_can_have_is_wrong_usage(self):
        for device, advice in (("cdua", "did you mean 'cuda'?"), ("cuda:x", "did you mean 'cuda'?"), ("nvidia", "there are")):
            _, err = self.ask("", "render", "x.dub.json", "--device", device, exit_code=WRONG_USAGE)
            self.assertIn(f"--device: there is no '{device}'", err)
            self.assertIn(advice, err)


@unittest.skipUnless(CUDA_MODULE, "the CUDA module is not built: there is no CUDA compiler here")
class CudaModule(DevicesTest):
    """The module that was built, on whatever machine this is."""

    def test_it_loads_and_lists_devices_or_says_why_there_are_none(self):
        lines = self.ask(CUDA_MODULE, "devices")[0].splitlines()[1:-1]
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(
                line,
                r"^cuda     none: (no NVIDIA driver is installed|the NVIDIA driver|there is no CUDA device).*|^cuda:\d+ .* compute capability",
            )
        found = self.doctor(CUDA_MODULE)["GPU"]
        self.assertIn(CUDA_MODULE, found["text"])


if __name__ == "__main__":
    unittest.main()
