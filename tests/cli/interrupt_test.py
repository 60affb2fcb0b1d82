"""Ctrl-C and its relatives: in every stage the program ends soon, says so, and leaves no file. Latencies are printed."""

import pathlib
import signal
import subprocess
import time
import unittest

from program import DUBPLATE, FAILED, ProgramTest


class Interrupt(ProgramTest):
    def interrupted(self, *arguments, when, by=signal.SIGINT):
        """Sends the signal once `when()` holds; the program must answer as cancelled. Prints how long it took."""
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        with subprocess.Popen(
            [DUBPLATE, *map(str, arguments)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={"TMPDIR": str(scratch)},
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as program:
            while not when(program.pid) and program.poll() is None:
                time.sleep(0.001)
            self.assertIsNone(program.poll(), "it ended before it could be interrupted")
            begin = time.monotonic()
            program.send_signal(by)
            _, err = program.communicate()
        print(f"\n    stopped after {time.monotonic() - begin:.3f} s", end=" ")
        self.assertEqual(program.returncode, FAILED, err)
        self.assertIn("cancelled", err)
        self.assertEqual(list(scratch.iterdir()), [])

    def outputs(self, folder="out"):
        return [path for path in self.folder.glob(f"{folder}/**/*") if path.is_file()]

    def has_part_files(self, _pid):
        return any(path.name.endswith(".part") for path in self.outputs())

    def decodes(self, pid):
        """The scratch file is unlinked from its first moment on: only the process's own list tells of it."""
        try:
            return any("scratch" in str(link.readlink()) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            return False

    def after(self, seconds):
        """Once the first file is there, and so much later."""
        begun = []

        def elapsed(pid):
            if not begun and self.has_part_files(pid):
                begun.append(time.monotonic())
            return bool(begun) and time.monotonic() - begun[0] >= seconds

        return elapsed

    def long_session(self):
        return self.generated_session("--tracks", 64, "--seconds", 1000, "--repeat", 1000)

    def test_while_it_renders_at_several_moments(self):
        session = self.long_session()
        for seconds in (0.0, 0.3, 1.0):
            self.interrupted("render", session, "-o", "out", when=self.after(seconds))
            self.assertEqual(self.outputs(), [])

    def test_every_signal_that_asks_to_end_is_understood(self):
        session = self.long_session()
        for by in (signal.SIGTERM, signal.SIGHUP):
            self.interrupted("render", session, "-o", "out", when=self.after(0.1), by=by)
            self.assertEqual(self.outputs(), [])

    def test_in_the_middle_of_a_chunk_as_long_as_the_render(self):
        session = self.generated_session("--tracks", 9, "--seconds", 60, "--repeat", 60)
        self.interrupted("render", session, "-o", "out", "--stems", "none", "--chunk", -1, when=self.after(0.3))
        self.assertEqual(self.outputs(), [])

    def test_while_it_decodes_and_resamples_a_long_file(self):
        session = self.generated_session("--tracks", 1, "--seconds", 1)
        frames = 44100 * 3600
        with open(session.parent / "long.wav", "wb") as file:  # sparse: silence takes as long to resample as music
            size = frames * 2
            file.write(b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little"))
            for value, width in ((1, 2), (1, 2), (44100, 4), (88200, 4), (2, 2), (16, 2)):
                file.write(value.to_bytes(width, "little"))
            file.write(b"data" + size.to_bytes(4, "little"))
            file.truncate(44 + size)
        text = session.read_text(encoding="utf-8").replace("track_000.wav", "long.wav")
        session.write_text(text, encoding="utf-8")
        self.interrupted("render", session, "-o", "out", when=self.decodes)
        self.assertEqual(self.outputs(), [])

    def test_older_files_stay_as_they_were(self):
        session = self.long_session()
        (self.folder / "out").mkdir()
        (self.folder / "out" / "mix.wav").write_text("older", encoding="utf-8")
        self.interrupted("render", session, "-o", "out", "--stems", "none", when=self.after(0.2))
        self.assertEqual(self.outputs(), [self.folder / "out" / "mix.wav"])
        self.assertEqual((self.folder / "out" / "mix.wav").read_text(encoding="utf-8"), "older")


if __name__ == "__main__":
    unittest.main()
