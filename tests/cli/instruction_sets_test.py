"""One session, both instruction sets: the same files. And what DUBPLATE_ISA says wrongly is told."""

import json
import os
import subprocess
import unittest

from program import DONE, DUBPLATE, WRONG_USAGE, ProgramTest


class InstructionSets(ProgramTest):
    def run_on(self, isa, *arguments, exit_code=DONE):
        answer = subprocess.run([DUBPLATE, *map(str, arguments)], cwd=self.folder, env={**os.environ, "DUBPLATE_ISA": isa},
                                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(answer.returncode, exit_code, answer.stdout + answer.stderr)
        return answer

    def receipt_on(self, isa, session):
        self.run_on(isa, "render", session, "-o", f"out-{isa}", "--premaster", "--quiet")
        receipt = json.loads((self.folder / f"out-{isa}" / "receipt.json").read_text(encoding="utf-8"))
        self.assertEqual(receipt["instruction_set"], f"x86-64-{isa}")
        return receipt

    def has_v4(self):
        findings = json.loads(self.run_on("v3", "doctor", "--json").stdout)["findings"]
        return any("it can do x86-64-v4" in finding["text"] for finding in findings)

    def assert_same_files(self, session):
        if not self.has_v4():
            self.skipTest("no x86-64-v4 on this machine, or not in this build")
        files = [
            {output["name"]: output["sha256"] for output in self.receipt_on(isa, session)["outputs"]}
            for isa in ("v3", "v4")
        ]
        self.assertGreater(len(files[0]), 5)
        self.assertEqual(len(set(files[0].values())), len(files[0]), "outputs are told apart by their hashes")
        self.assertEqual(files[0], files[1])

    def test_mixed_sessions_give_the_same_files_on_both(self):
        for seed in range(1, 7):
            with self.subTest(seed=seed):
                session = self.generated_session("--mixed", "--tracks", 20, "--seconds", 3, "--seed", seed)
                self.assert_same_files(session)

    def test_the_reference_session_gives_the_same_files_on_both(self):
        self.assert_same_files(self.generated_session("--tracks", 40, "--seconds", 4))

    def test_a_set_that_is_none_is_wrong_usage(self):
        answer = self.run_on("v5", "processors", exit_code=WRONG_USAGE)
        self.assertIn("DUBPLATE_ISA is 'v5': it is v3 or v4", answer.stderr)
        self.assertEqual(answer.stdout, "")

    def test_a_set_that_the_processor_lacks_is_wrong_usage(self):
        if self.has_v4():
            self.skipTest("this processor has both")
        answer = self.run_on("v4", "processors", exit_code=WRONG_USAGE)
        self.assertIn("DUBPLATE_ISA is 'v4', but", answer.stderr)


if __name__ == "__main__":
    unittest.main()
