"""tests/gpu/run itself, where there is no GPU: on the twin, and where nothing can be tested."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

import wav  # noqa: E402

RUN = pathlib.Path(__file__).resolve().parent / "run"
DUBPLATE, DEVICE_TESTS, MODULES = (os.environ[name] for name in ("DUBPLATE", "DEVICE_TESTS", "TEST_MODULES"))
GENERATOR = os.environ.get("GENERATOR", "")  # "": not built


class Run(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def start(self, *arguments, exit_code, **environment):
        answer = subprocess.run([sys.executable, "-B", RUN, "-o", self.folder / "out", *arguments], capture_output=True,
                                text=True, check=False, env={**os.environ, **environment})
        if exit_code is not None:
            self.assertEqual(answer.returncode, exit_code, answer.stdout + answer.stderr)
        return answer.stdout

    def program(self, name, text):
        path = self.folder / name
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def test_without_a_gpu_it_says_why_and_that_nothing_was_tested(self):
        said = self.start("--dubplate", DUBPLATE, "--device-tests", DEVICE_TESTS, exit_code=77,
                          DUBPLATE_CUDA_MODULE=f"{MODULES}/libno_devices.so")
        self.assertEqual(said, "skipped: nothing was tested: no driver is installed; this module needs 580 or later\n")

    def test_missing_programs_are_named(self):
        self.assertIn("not built, or not in the bundle: dubplate, kernels_device_tests",
                      self.start("--build", self.folder, exit_code=77))
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "dubplate").touch()
        self.assertIn("not in the bundle: kernels_device_tests\n", self.start("--bundle", self.folder, exit_code=77))

    def test_on_the_twin_all_steps_pass_and_are_written_down(self):
        few = self.program("few", f'exec "{DEVICE_TESTS}" "$@" --gtest_filter=*MixBody*\n')
        said = self.start("--device", "hosttwin", "--dubplate", DUBPLATE, "--device-tests", few, exit_code=0)
        self.assertIn("failed: nothing; left out: nothing", said)
        with open(self.folder / "out" / "steps.csv", encoding="utf-8") as file:
            rows = {row["step"]: row for row in csv.DictReader(file)}
        self.assertEqual(list(rows), ["machine", "doctor", "calibration", "kernels and queues"])
        self.assertRegex(rows["kernels and queues"]["note"], r"^[1-9]\d* tests, 0 failed$")
        self.assertRegex(rows["calibration"]["note"], r"^hosttwin: .* GB/s up, .* down")
        measured = json.loads((self.folder / "out" / "calibration.json").read_text(encoding="utf-8"))
        self.assertEqual([device["device"] for device in measured["devices"]], ["hosttwin"])
        results = json.loads((self.folder / "out" / "results.json").read_text(encoding="utf-8"))
        self.assertEqual(results["devices"][-1]["name"], "hosttwin")

    @unittest.skipUnless(GENERATOR, "the benchmarks are not built")
    def test_the_benchmark_is_a_step_where_there_is_what_makes_sessions(self):
        few = self.program("few", f'exec "{DEVICE_TESTS}" "$@" --gtest_filter=*MixBody*\n')
        # One small session for all that are asked for: what this shows is that the benchmark runs and is written down.
        small = self.program("small", f"""
            for word; do case $last in -o) out=$word;; esac; last=$word; done
            case " $* " in *" --full "*) kind=--full;; *) kind=;; esac
            exec "{GENERATOR}" $kind --tracks 2 --seconds 1 -o "$out"\n""")
        said = self.start("--device", "hosttwin", "--dubplate", DUBPLATE, "--device-tests", few, "--generator", small,
                          "--repeats", "1", exit_code=0)
        self.assertRegex(said, r"(?m)^benchmark +passed .* see benchmark/gpu.csv$")
        found = json.loads((self.folder / "out" / "benchmark" / "gpu.json").read_text(encoding="utf-8"))
        self.assertEqual([len(session["rows"]) >= 4 for session in found["sessions"]], [True, True])

    def test_what_fails_is_told(self):
        broken = self.program("broken", "exit 3\n")
        said = self.start("--device", "hosttwin", "--dubplate", DUBPLATE, "--device-tests", broken, exit_code=1)
        self.assertRegex(said, r"(?m)^kernels and queues +failed .* ended with 3, see device_tests.log$")
        self.assertIn("failed: kernels and queues;", said)

    def test_what_a_sanitizer_finds_fails(self):
        # A machine with a device that can be used, and a compute-sanitizer that finds something with one tool.
        self.program("compute-sanitizer",
                     'shift; case $1 in racecheck) echo "========= ERROR SUMMARY: 1 error"; exit 86;; esac\n'
                     'echo "[  PASSED  ] 1 test."; echo "========= ERROR SUMMARY: 0 errors"\n')
        tests = self.program("tests", 'for word; do case $word in --gtest_output=json:*) '
                                      'echo \'{"tests": 1, "failures": 0}\' > "${word#*:}";; esac; done\n')
        said = self.start("--dubplate", DUBPLATE, "--device-tests", tests, "--session",
                          self.folder / "song" / "session.dub.json", exit_code=1, DUBPLATE_CUDA_MODULE=f"{MODULES}/libtwo_devices.so",
                          PATH=f"{self.folder}:{os.environ['PATH']}")
        self.assertRegex(said, r"(?m)^memcheck +passed .* ERROR SUMMARY: 0 errors$")
        self.assertRegex(said, r"(?m)^racecheck +failed .* ERROR SUMMARY: 1 error$")
        self.assertRegex(said, r"(?m)^memcheck, session song +passed .* ERROR SUMMARY: 0 errors$")
        # What is made up cannot be measured either.
        self.assertIn("failed: calibration, session song, racecheck, racecheck, session song; left out: nothing", said)

    def renders(self, on_cpu, on_device):
        """What is said of a session, of a program that copies these files instead of rendering it."""
        renders = self.program("renders", f"""
            if [ "$1" != render ]; then exec "{DUBPLATE}" "$@"; fi
            while [ $# -gt 0 ]; do case $1 in -o) out=$2;; --device) device=$2;; esac; shift; done
            mkdir -p "$out" && count=$(ls -d "{self.folder}"/made* 2>/dev/null | wc -l)
            if [ "$device" = cpu ]; then cp "{self.folder}/{on_cpu}" "$out/mix.wav"
            else touch "{self.folder}/made$count"; cp "{self.folder}"/{on_device} "$out/mix.wav"; fi""")
        few = self.program("few", f'exec "{DEVICE_TESTS}" "$@" --gtest_filter=*MixBody*\n')
        said = self.start("--device", "hosttwin", "--dubplate", renders, "--device-tests", few, "--repeats", "2",
                          "--session", self.folder / "song" / "session.dub.json", exit_code=None)
        return next(line for line in said.splitlines() if line.startswith("session song"))

    def test_sessions_are_held_against_the_cpu_and_their_repeats(self):
        tone = [0.25 * ((frame % 50) - 25) / 25 for frame in range(5000)]
        for name, gain in (("a", 1.0), ("near", 1.0 + 2e-7), ("far", 1.0 + 2e-5), ("0", 1.0), ("1", 1.0 + 2e-7)):
            wav.write(self.folder / f"{name}.wav", 48000, [[gain * sample for sample in tone]])
        self.assertRegex(self.renders("a.wav", "a.wav"), r"passed .* 1 of 1 files have the CPU's bits; 2 runs alike$")
        self.assertRegex(self.renders("a.wav", "near.wav"), r"passed .* 0 of 1 .* differ by -13\d\.\d dB at most \(mix.wav\)")
        self.assertRegex(self.renders("a.wav", "far.wav"), r"failed .* differ by -9\d\.\d dB at most")
        for made in self.folder.glob("made*"):
            made.unlink()
        self.assertRegex(self.renders("a.wav", "$count.wav"), r"failed .* run 2 gave other bits than the first: mix.wav")
        self.assertRegex(self.renders("a.wav", "nowhere.wav"), r"failed .*nowhere\.wav")

    def test_no_step_begins_when_the_time_is_up(self):
        said = self.start("--device", "hosttwin", "--dubplate", DUBPLATE, "--device-tests", DEVICE_TESTS, "--minutes", "0",
                          exit_code=1)
        self.assertIn("left out: machine, doctor, calibration, kernels and queues", said)


if __name__ == "__main__":
    unittest.main()
