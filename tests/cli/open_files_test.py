"""Sessions of more files than a process may have open."""

import array
import hashlib
import json
import resource
import subprocess
import unittest
import wave

from program import DONE, DUBPLATE, FAILED, ProgramTest

TRACKS = 100


class OpenFiles(ProgramTest):
    def setUp(self):
        super().setUp()
        for index in range(TRACKS):
            with wave.open(str(self.folder / f"{index}.wav"), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(48000)
                file.writeframes(array.array("h", [100 * index] * 64).tobytes())
        tracks = [{"name": f"T{index}", "layout": "mono", "clips": [{"file": f"{index}.wav"}]} for index in range(TRACKS)]
        self.session = self.write("many.dub.json", json.dumps({"dubplate": 1, "tracks": tracks}))

    def render(self, name, *options, limit, exit_code):
        """Hashes of the files, and stderr, of a render under a (soft, hard) limit of open files."""
        answer = subprocess.run(
            [DUBPLATE, "render", self.session, "-o", self.folder / name, *options], capture_output=True, text=True,
            check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
        self.assertEqual(answer.returncode, exit_code, answer.stderr)
        files = sorted((self.folder / name).rglob("*.wav")) if (self.folder / name).exists() else []
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}, answer.stderr

    def test_a_soft_limit_is_raised_as_far_as_it_may_be(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        hashes, _ = self.render("stems", "--stems", "each-track", limit=(32, hard), exit_code=DONE)
        self.assertEqual(len(hashes), TRACKS + 1)

    def test_sources_may_be_more_than_the_limit(self):
        few, _ = self.render("few", "--stems", "none", limit=(24, 24), exit_code=DONE)
        many, _ = self.render("many", "--stems", "none", limit=(1024, 1024), exit_code=DONE)
        self.assertEqual(few, many)

    def test_more_outputs_than_the_limit_is_an_error_that_says_what_to_do(self):
        hashes, said = self.render("stems", "--stems", "each-track", limit=(64, 64), exit_code=FAILED)
        self.assertEqual(hashes, {})
        self.assertIn("Too many open files: let the process have more (ulimit -n), or write fewer files at a time", said)
        self.assertEqual([path for path in (self.folder / "stems").rglob("*") if path.is_file()], [])


if __name__ == "__main__":
    unittest.main()
