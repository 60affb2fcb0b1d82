"""Runs the program under test and holds its answers against what is promised: exit code, stdout, stderr."""

import os
import pathlib
import subprocess
import tempfile
import unittest

DUBPLATE = os.environ["DUBPLATE"]
REFERENCE_SESSION = os.environ.get("REFERENCE_SESSION", "")

DONE, FAILED, WRONG_USAGE, SESSION_UNREADABLE = 0, 1, 2, 3


class ProgramTest(unittest.TestCase):
    """Gives every test an empty folder of its own as self.folder, which is also the program's current one."""

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def run_program(self, *arguments, exit_code=DONE, environment=None):
        """(stdout, stderr) of `dubplate ARGUMENTS`, which must end with exit_code. In this environment, or in the test's own."""
        answer = subprocess.run(
            [DUBPLATE, *map(str, arguments)],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(answer.returncode, exit_code, f"stdout: {answer.stdout}\nstderr: {answer.stderr}")
        return answer.stdout, answer.stderr

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def generated_session(self, *arguments):
        """The session file that reference_session writes with these arguments."""
        if not REFERENCE_SESSION:
            self.skipTest("reference_session is not built (DUBPLATE_BUILD_BENCH=OFF)")
        subprocess.run([REFERENCE_SESSION, *map(str, arguments), "-o", self.folder / "session"], check=True)
        return self.folder / "session" / "session.dub.json"
