#!/usr/bin/env python3
"""Runs the table of bad input (README.md): each case must fail as it says, and lose nothing.

`bad_input_test.py -k WORDS` runs the cases whose names hold WORDS.
"""

import hashlib
import os
import pathlib
import re
import resource
import shutil
import stat
import subprocess
import tempfile
import unittest

import machine
import session_files
import sound_files
from case import AS_COMMAND, DONE, SESSION_UNREADABLE, Skip

DUBPLATE = pathlib.Path(os.environ["DUBPLATE"]).resolve()
SAMPLES = pathlib.Path(os.environ.get("DUBPLATE_SAMPLES", "../shared/samples")) / "bad-audio"
NOBODY = 65534
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def state(folder):
    """Every file and folder below: what it is, and what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        is_readable = stat.S_ISREG(status.st_mode) and os.access(path, os.R_OK)
        content = hashlib.sha256(path.read_bytes()).hexdigest() if is_readable else ""
        if stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        found[path.relative_to(folder).as_posix()] = (kind, content)
    return found


class BadInput(unittest.TestCase):
    def run_program(self, case, folder, command):
        program = [str(DUBPLATE)]
        if case.as_user and os.geteuid() == 0:
            # The program may lie where nobody else may go.
            copy = folder.parent / "dubplate"
            if not copy.exists():
                shutil.copy(DUBPLATE, copy)
                copy.chmod(0o755)
            program = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(copy)]

        def limit():
            for what, value in case.limits:
                resource.setrlimit(what, (value, value))

        environment = {**os.environ, **case.environment}
        if environment.get("TMPDIR", "/").startswith("/") is False:
            environment["TMPDIR"] = str(folder / environment["TMPDIR"])
        environment["ASAN_OPTIONS"] = "detect_leaks=0"
        return subprocess.run(
            [*program, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            preexec_fn=limit if case.limits else None,
            check=False,
        )

    def mount(self, folder, size):
        """A file system of `size` bytes, until the test ends."""
        if os.geteuid() != 0:
            raise Skip("only root may mount a small file system")
        options = f"size={size},mode=777"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
        if done.returncode != 0:
            raise Skip("mounting is not allowed here: " + done.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", folder], check=True)

    def try_case(self, case):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        top = pathlib.Path(holder.name)
        top.chmod(0o755)
        folder = top / "work"
        folder.mkdir()
        case.make(folder)
        if case.disk:
            self.mount(folder / case.disk[0], case.disk[1])
        before = state(folder)
        if case.as_user and os.geteuid() == 0:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        answer = self.run_program(case, folder, case.command)
        self.judge_answer(case, answer, case.code, case.says)
        self.judge_files(case, folder, before)
        if case.code == DONE and (folder / "out").is_dir() and not case.disk:
            shutil.rmtree(folder / "out")
        if not (folder / "session.dub.json").exists() and case.check == AS_COMMAND and case.code == DONE:
            return
        self.judge_check(case, folder)

    def judge_answer(self, case, answer, code, says):
        err = answer.stderr.decode()  # or it is no UTF-8
        out = answer.stdout.decode()
        shown = f"\n{case.name}\nexit code {answer.returncode}\nstdout: {out[-1000:]}\nstderr: {err[:3000]}"
        self.assertEqual(answer.returncode, code, shown)
        for words in says:
            self.assertIn(words, err, shown)
        if code != DONE:
            self.assertRegex(err, "(?m)^dubplate", shown)
        self.assertIsNone(OBEYED.search(err), shown)

    def judge_files(self, case, folder, before):
        after = state(folder)
        for name, content in before.items():
            self.assertEqual(after.get(name), content, f"{case.name}: '{name}' is not what it was")
        new = {name for name, (kind, _) in after.items() if name not in before and stat.S_ISREG(kind)}
        self.assertFalse([name for name in new if ".part" in name], case.name)
        if case.code != DONE:
            self.assertFalse(new, f"{case.name}: files were written")

    def judge_check(self, case, folder):
        """`check` finds the same fault or none of it yet, `inspect` never falls over."""
        if case.check is None:
            return
        code = case.code if case.check == AS_COMMAND else case.check
        says = case.says if code == case.code and case.check == AS_COMMAND and code != DONE else ()
        self.judge_answer(case, self.run_program(case, folder, ["check", "session.dub.json"]), code, says)
        answer = self.run_program(case, folder, ["inspect", "session.dub.json"])
        self.judge_answer(case, answer, SESSION_UNREADABLE if case.code == SESSION_UNREADABLE else DONE, ())


def add_cases(cases):
    for case in cases:

        def test(self, case=case):
            try:
                self.try_case(case)
            except Skip as reason:
                self.skipTest(str(reason))

        words = re.sub(r"-(?=[\dN])", "minus ", case.name)
        name = "test_" + re.sub(r"\W+", "_", words).strip("_").lower()
        test.__doc__ = case.name
        while hasattr(BadInput, name):
            name += "_"
        setattr(BadInput, name, test)


add_cases(sound_files.table())
add_cases(session_files.table())
add_cases(machine.table())
if SAMPLES.is_dir():
    add_cases(sound_files.of_samples(SAMPLES))
else:
    BadInput.test_samples = unittest.skip(f"there are no shared samples at {SAMPLES}")(lambda self: None)

if __name__ == "__main__":
    unittest.main()
