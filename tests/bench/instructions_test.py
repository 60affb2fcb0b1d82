#!/usr/bin/env python3
"""The counting of instructions counts each instruction once, and tells what grew and what shrank.

instructions_test.py ROOT
"""

import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else sys.exit(__doc__)
sys.path.insert(0, str(ROOT / "bench"))

import scripts  # noqa: E402
from harness import callgrind, small_renders  # noqa: E402

instructions = scripts.load(ROOT / "bench/instructions")

WORDS = """\
version: 1
events: Ir
ob=(1) /build/dubplate
fn=(1) main
0 100
cob=(2) /usr/lib/libcrypto.so.3
cfn=(2) hash
calls=1 0
0 5000
+3 20
ob=(2)
fn=(2)
* 5000
ob=(3) /usr/lib/libc.so.6
fn=(3) memcpy
-1 7
"""


class CountedInstructions(unittest.TestCase):
    def test_are_counted_once_where_they_ran(self):
        self.assertEqual(
            callgrind.by_object(WORDS), {"dubplate": 120, "libcrypto.so.3": 5000, "libc.so.6": 7}
        )

    def test_fail_above_ten_percent_more_and_tell_of_ten_percent_less(self):
        for count, fails, words in (
            (1099, False, "+9.9%"),
            (1101, True, "more than 10% over"),
            (901, False, "-9.9%"),
            (899, False, "a new figure is due"),
        ):
            lines, more = instructions.compare({"render": 1000}, {"render": count})
            self.assertEqual(more, fails, count)
            self.assertIn(words, lines[0])

    def test_of_a_render_without_a_figure_fail(self):
        lines, more = instructions.compare({}, {"render": 1})
        self.assertTrue(more)
        self.assertIn("--refresh", lines[0])

    def test_have_a_figure_for_every_render_and_for_nothing_else(self):
        figures = json.loads((ROOT / "bench/instructions.json").read_text(encoding="utf-8"))
        self.assertEqual(figures["schema"], instructions.SCHEMA)
        self.assertEqual(set(figures["instructions"]), set(small_renders.RENDERS))


if __name__ == "__main__":
    unittest.main()
