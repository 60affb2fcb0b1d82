#!/usr/bin/env python3
"""Checks the JSON Schema of sessions: schema_check.py PROBE EXAMPLES

* the schema is one (draft 2020-12), for the processors there are and for those of the tests;
* the examples in the folder EXAMPLES and random sessions are good by it;
* schema and reader agree on samples with one thing changed.

Exit 0: all is well; 1: what is not, on stdout; 77: python3-jsonschema is not installed.
"""

import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed")
    sys.exit(77)

PROBE, EXAMPLES = sys.argv[1], pathlib.Path(sys.argv[2])

BASE = {
    "dubplate": 1,
    "tempo": [{"bpm": 120, "ramp": True}, {"at": "5|1", "bpm": 90}],
    "meter": [{"meter": "4/4"}, {"bar": 9, "meter": "6/8"}],
    "markers": [{"name": "Here", "at": "3|1"}],
    "ranges": [{"name": "Verse", "from": "1|1", "to": "9|1"}],
    "metadata": {"artist": "Nobody"},
    "tracks": [{
        "name": "Kick", "layout": "mono", "output": "Drums", "fader": "-6.2 dB", "pan": 0.5,
        "clips": [{"file": "k.wav", "start": "2|1", "length": "4 s", "fade_in": "5 ms", "channels": [1],
                   "gain_points": [[0, "0 dB"], ["1 s", "-6 dB", "curve", 0.5]],
                   "fade_out": {"length": 480, "shape": "custom", "bend": 0.5}}],
        "inserts": [{"processor": "squash", "threshold": "-20 dB", "ratio": 3, "attack": "5 ms", "mix": "50 %",
                     "mode": "hard", "active": True, "key": {"strip": "Drums", "tap": "post fader"}},
                    {"processor": "bands", "bands": [{"frequency": "1.2 kHz", "gain": "3 dB"}, {"q": 2}]},
                    {"processor": "room", "file": "hall.wav"},
                    {"processor": "echo", "time": "1/8."}],
        "sends": [{"to": "Plate", "level": "-12 dB", "pan": -1, "tap": "pre fader"}],
        "automation": {"fader": [["1|1", "-6 dB"], ["2|1", "0 dB", "hold"]], "mute": [[0, True]],
                       "inserts/0/threshold": [[0, "-3 dB"]], "sends/0/pan": [[0, 0.5]]}}],
    "buses": [{"name": "Drums"}],
    "returns": [{"name": "Plate", "layout": "3 discrete"}],
    "master": {"name": "Out"},
    "stems": [{"name": "Drums", "strips": ["Drums"], "returns": "shared"}],
}

REMOVE = object()
TRACK, CLIP, SQUASH, BANDS = ("tracks", 0), ("tracks", 0, "clips", 0), ("tracks", 0, "inserts", 0), ("tracks", 0, "inserts", 1)
# path, value, good?
SAMPLES = [
    ((), None, True),
    (("dubplate",), 2, False), (("dubplate",), REMOVE, False), (("dubplate",), "1", False),
    (("nam",), "x", False), (("name",), 3, False), (("name",), "Song", True),
    (("sample_rate",), 7999, False), (("sample_rate",), 96000, True), (("sample_rate",), 44100.5, False),
    (("seed",), -1, False), (("seed",), 7, True), (("pan_law",), "-3 dB", True), (("pan_law",), "-3", False),
    (("tempo",), 93.5, True), (("tempo",), "93", False), (("tempo",), 0.5, False), (("tempo", 0, "bpm"), REMOVE, False),
    (("tempo", 1, "at"), "5", False), (("tempo", 1, "curve"), 1, False),
    (("meter",), "7/8", True), (("meter",), "7/9", False), (("meter",), 4, False), (("meter", 1, "bar"), 0, False),
    (("markers", 0, "at"), REMOVE, False), (("markers", 0, "name"), "", False), (("ranges", 0, "to"), REMOVE, False),
    (("end",), "20|1|480", True), (("end",), "20|1|", False), (("end",), "10 min", False), (("end",), 48000, True),
    (("metadata", "year"), 1999, False), (("stems",), "each track", True), (("stems",), "each strip", False),
    (("stems", 0, "strips"), [], False), (("stems", 0, "returns"), "none", False), (("stems",), [], True),
    (("tracks",), {}, False), (TRACK + ("name",), REMOVE, False), (TRACK + ("name",), "a\nb", False),
    (TRACK + ("layout",), "7.1.4", True), (TRACK + ("layout",), "17 discrete", False), (TRACK + ("layout",), "16 discrete", True),
    (TRACK + ("fader",), -6, False), (TRACK + ("fader",), "-inf dB", True), (TRACK + ("fader",), "-6 db", False),
    (TRACK + ("fader",), "+3dB", True), (TRACK + ("fader",), "-6", False), (TRACK + ("pan",), 1.5, False),
    (TRACK + ("pan",), "0.5", False), (TRACK + ("mute",), 1, False), (TRACK + ("overlap",), "top", True),
    (TRACK + ("overlap",), "under", False), (("buses", 0, "clips"), [], False), (("master", "sends"), [], False),
    (("master", "fader"), "-1 dB", True), (TRACK + ("fadr",), "-1 dB", False),
    (CLIP + ("file",), REMOVE, False), (CLIP + ("file",), "", False), (CLIP + ("start",), "48000", False),
    (CLIP + ("offset",), "2|1", False), (CLIP + ("offset",), "1/8t", True), (CLIP + ("offset",), 4800, True),
    (CLIP + ("gain",), "1 ms", False), (CLIP + ("speed",), 0, False), (CLIP + ("channels",), [], False),
    (CLIP + ("channels", 0), 0, False), (CLIP + ("fade_in",), "5 Hz", False), (CLIP + ("fade_out", "shape"), "curve", False),
    (CLIP + ("fade_out", "length"), REMOVE, False), (CLIP + ("fade_out", "bend"), 2, False),
    (CLIP + ("gain_points",), [], False), (CLIP + ("gain_points", 0), [0], False), (CLIP + ("gain_points", 0, 1), 0, False),
    (CLIP + ("gain_points", 1, 2), "smooth", False), (CLIP + ("gain_points", 1, 3), 1.5, False),
    (SQUASH + ("processor",), "sqash", False), (SQUASH + ("processor",), REMOVE, False), (SQUASH + ("treshold",), "-1 dB", False),
    (SQUASH + ("threshold",), -3, False), (SQUASH + ("ratio",), 0.5, False), (SQUASH + ("ratio",), "3", False),
    (SQUASH + ("attack",), "1/8", False), (SQUASH + ("attack",), "0.005 s", True), (SQUASH + ("mix",), 50, False),
    (SQUASH + ("mode",), "medium", False), (SQUASH + ("active",), 1, False), (SQUASH + ("bypass",), True, True),
    (SQUASH + ("key",), "Kick", True), (SQUASH + ("key",), {"tap": "pre fader"}, False),
    (SQUASH + ("key", "tap"), "inserts/x", False), (SQUASH + ("key", "tap"), "pre inserts", True),
    (BANDS + ("key",), "Kick", False), (BANDS + ("bands", 0), {}, False), (BANDS + ("bands", 0, "freq"), "1 kHz", False),
    (BANDS + ("bands", 0, "frequency"), "1 s", False), (BANDS + ("bands",), [{"q": 1}] * 5, False),
    (BANDS + ("bands",), [{"q": 1}] * 4, True), (("tracks", 0, "inserts", 2, "file"), REMOVE, False),
    (("tracks", 0, "inserts", 3, "time"), "35 ms", True), (("tracks", 0, "inserts", 3, "time"), "1|2", False),
    (TRACK + ("sends", 0, "to"), REMOVE, False), (TRACK + ("sends", 0, "tap"), "pre", False), (TRACK + ("sends", 0, "level"), 3, False),
    (TRACK + ("automation", "volume"), [[0, "0 dB"]], False), (TRACK + ("automation", "pan"), [[0, "0 dB"]], False),
    (TRACK + ("automation", "mute"), [[0, 2]], False), (TRACK + ("automation", "fader"), [], False),
    (TRACK + ("automation", "sends/00/pan"), [[0, 0]], False),
    (TRACK + ("automation", "inserts/1/bands/1/q"), [[0, 3], ["1|2", 4, "linear"]], True),
]


def probe(*arguments):
    return subprocess.run([PROBE, *arguments], check=True, capture_output=True, text=True).stdout


def changed(path, value):
    sample = copy.deepcopy(BASE)
    part = sample
    for key in path[:-1]:
        part = part[key]
    if path and value is REMOVE:
        del part[path[-1]]
    elif path:
        part[path[-1]] = value
    return sample


def main():
    wrong = []
    validators = {}
    for table in ("real", "test"):
        schema = json.loads(probe("schema", table))
        jsonschema.Draft202012Validator.check_schema(schema)
        validators[table] = jsonschema.Draft202012Validator(schema)

    def complaint(table, value):
        error = jsonschema.exceptions.best_match(validators[table].iter_errors(value))
        return error and f"{error.json_path}: {error.message}"

    examples = sorted(EXAMPLES.glob("*.dub.json"))
    if not examples:
        wrong.append(f"there are no examples in {EXAMPLES}")
    for example in examples:
        if why := complaint("real", json.loads(example.read_text(encoding="utf-8"))):
            wrong.append(f"{example}: {why}")
    for seed in range(30):
        if why := complaint("test", json.loads(probe("random", str(seed)))):
            wrong.append(f"random session {seed}: {why}")

    with tempfile.TemporaryDirectory() as folder:
        files = []
        for index, (path, value, _) in enumerate(SAMPLES):
            files.append(pathlib.Path(folder) / f"{index}.dub.json")
            files[-1].write_text(json.dumps(changed(path, value)), encoding="utf-8")
        verdicts = probe("read", "test", *map(str, files)).splitlines()
    for (path, value, good), verdict in zip(SAMPLES, verdicts, strict=True):
        name = "/".join(map(str, path)) + " = " + ("(removed)" if value is REMOVE else json.dumps(value))
        why = complaint("test", changed(path, value))
        if (why is None) != good:
            wrong.append(f"schema on {name}: {why or 'finds nothing wrong'}")
        if (verdict == "good") != good:
            wrong.append(f"reader on {name}: {verdict}")
    print("\n".join(wrong) or f"{len(SAMPLES)} samples, {len(examples)} examples")
    return 1 if wrong else 0


sys.exit(main())
