#!/usr/bin/env python3
"""Checks that docs/receipts.md explains the keys that a receipt has, all of them and no other.

receipts.py ROOT, with the program in the environment variable DUBPLATE, renders a small session and compares. Keys stand in
the table's first column, those of objects in lists (`outputs[]`) in the second. Exit 0: all is well; 1: each difference on
stdout. receipts.py --self-test proves that every rule can fail.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile

import checker

SPAN = re.compile(r"`([^`]+)`")
SESSION = {
    "dubplate": 1,
    "tracks": [
        {"name": "Longer than its file, which is worth a warning", "clips": [{"file": "some.wav", "length": "2 s"}]},
        {"name": "A part of another, for a device", "clips": [{"file": "long.wav", "offset": "2 s"}],
         "inserts": [{"processor": "linear_eq"}]},
    ],
}


def a_receipt():
    """Of a render that has something under every key."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, seconds in (("some.wav", 1), ("long.wav", 4)):
            data = struct.pack("<h", 1000) * 2 * 48000 * seconds
            header = struct.pack("<IHHIIHH", 16, 1, 2, 48000, 192000, 4, 16)
            riff = b"WAVEfmt " + header + b"data" + struct.pack("<I", len(data)) + data
            (folder / file).write_bytes(b"RIFF" + struct.pack("<I", len(riff)) + riff)
        (folder / "session.dub.json").write_text(json.dumps(SESSION), encoding="utf-8")
        command = ["render", "session.dub.json", "-o", "out", "--quiet", "--range", "0.5 s:0.7 s", "--preroll", "0.1 s"]
        command += ["--profile", "trace.json", "--device", "hosttwin"]
        subprocess.run([os.environ["DUBPLATE"], *command], cwd=folder, check=True, stdin=subprocess.DEVNULL)
        return json.loads((folder / "out/receipt.json").read_text(encoding="utf-8"))


def differences(page, receipt):
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    explained = {key: row[2] for row in rows for key in SPAN.findall(row[1])}
    for key, value in receipt.items():
        name = key + "[]" if isinstance(value, list) else key
        if name not in explained:
            yield f"docs/receipts.md explains no '{name}', which a receipt has"
            continue
        entries = value if isinstance(value, list) else [value]
        parts = {part for entry in entries if isinstance(entry, dict) for part in entry}
        for part in sorted(parts - set(SPAN.findall(explained[name]))):
            yield f"docs/receipts.md explains no '{part}' of '{name}', which a receipt has"
    for name in explained:
        if name.removesuffix("[]") not in receipt:
            yield f"docs/receipts.md explains '{name}', which a receipt does not have"


def self_test():
    page = "| key | meaning |\n|---|---|\n| `a`, `b[]` | words |\n| `c[]` | `d`, `e` |\n| `f` | `g` |\n"
    right = {"a": 1, "b": [2], "c": [{"d": 1}, {"e": 2}], "f": {"g": 1}}
    assert not list(differences(page, right))
    without = {key: value for key, value in right.items() if key != "a"}
    for wrong in ({**right, "h": 1}, {**right, "c": [{"x": 1}]}, {**right, "f": {"x": 1}}, {**right, "b": 2}, without):
        assert len(list(differences(page, wrong))) == 1, wrong


def differences_below(root):
    return differences(pathlib.Path(root, "docs/receipts.md").read_text(encoding="utf-8"), a_receipt())


checker.run(__doc__, self_test, differences_below)
