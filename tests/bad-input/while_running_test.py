#!/usr/bin/env python3
"""What goes wrong while a render runs: sources that are cut, replaced or written to, a disk that another program fills.

Each must end the render with a located error, without any file, the inputs as the other program left them.
"""

import errno
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from case import FAILED, session, track, wav, write_session

DUBPLATE = pathlib.Path(os.environ["DUBPLATE"]).resolve()
MEBIBYTE = 1 << 20
STRIPS = 64


class WhileRunning(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.out = self.folder / "out"
        self.out.mkdir()

    def write_inputs(self, seconds):
        """Many tracks that play the one file `a.wav` again and again, with work enough to be caught at it."""
        (self.folder / "a.wav").write_bytes(wav(96_000))
        loop = {"loop": True, "length": f"{seconds} s"}
        inserts = [{"processor": "compressor"}, {"processor": "limiter"}]
        write_session(self.folder, session(*(track(f"T{k}", clip=loop, inserts=inserts) for k in range(STRIPS))))

    def render_while(self, interfere, *arguments):
        """(stderr) of a render that must fail, with `interfere()` called once its first file is being written."""
        with subprocess.Popen(
            [DUBPLATE, "render", "session.dub.json", "-o", "out", "--stems", "none", *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            while program.poll() is None and not any(self.out.iterdir()):
                time.sleep(0.001)
            self.assertIsNone(program.poll(), "the render ended before anything could go wrong")
            interfere()
            _, err = program.communicate()
        self.assertEqual(program.returncode, FAILED, err)
        return err

    def assert_nothing_written(self, but=()):
        self.assertEqual([path.name for path in self.out.iterdir() if path.name not in but], [])

    def test_a_source_is_cut_short(self):
        self.write_inputs(300)
        source = self.folder / "a.wav"
        err = self.render_while(lambda: os.truncate(source, 1000))
        self.assertIn("a.wav", err)
        self.assertEqual(source.stat().st_size, 1000)
        self.assert_nothing_written()

    def test_a_source_is_replaced(self):
        self.write_inputs(300)
        other = self.folder / "other.wav"
        other.write_bytes(wav(96_000))
        err = self.render_while(lambda: other.rename(self.folder / "a.wav"))
        self.assertIn("a.wav: the file was changed while it was in use", err)
        self.assert_nothing_written()

    def test_a_source_is_written_to(self):
        self.write_inputs(300)
        source = self.folder / "a.wav"
        err = self.render_while(lambda: source.write_bytes(wav(96_000)[::-1]))
        self.assertIn("a.wav", err)
        self.assert_nothing_written()

    def test_a_source_is_taken_away(self):
        self.write_inputs(300)
        err = self.render_while((self.folder / "a.wav").unlink)
        self.assertIn("a.wav", err)
        self.assert_nothing_written()

    def test_the_disk_is_filled_by_another_program(self):
        if os.geteuid() != 0:
            self.skipTest("only root may mount a small file system")
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={64 * MEBIBYTE}", "tmpfs", self.out], capture_output=True, check=False
        )
        if mounted.returncode != 0:
            self.skipTest("mounting is not allowed here: " + mounted.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", self.out], check=True)
        self.write_inputs(150)

        def fill():
            # The render goes on writing meanwhile: what was free a moment ago may not be any more.
            with open(self.out / "other", "wb") as other:
                while (free := shutil.disk_usage(self.out).free) > 65536:
                    try:
                        os.posix_fallocate(other.fileno(), os.fstat(other.fileno()).st_size, free - 32768)
                    except OSError as error:
                        if error.errno != errno.ENOSPC:
                            raise

        # FLAC, since the room of a WAV is taken before its first sample.
        err = self.render_while(fill, "--format", "flac24")
        self.assertIn("mix.flac", err)
        self.assertIn("No space left on device", err)
        self.assert_nothing_written(but=["other"])


if __name__ == "__main__":
    unittest.main()
