#!/usr/bin/env python3
"""Checks every session that the documentation shows with the program itself: `dubplate check` must find nothing.

sessions.py ROOT, with the program in the environment variable DUBPLATE, reads the files *.dub.json below docs/ and every
fenced block of JSON in a Markdown page. Exit 0: all is well; 1: each mistake on stdout.
sessions.py --self-test proves that every rule can fail.

A block says behind its ticks what it holds, so that it can be put where it belongs:

    ```json session     a whole session; a name may follow, `json session song.dub.json` (see transcripts.py)
    ```json top         keys of the top level:  "tempo": 96, "end": "33|1"
    ```json track       keys of a track:        "automation": {...}, "inserts": [...]
    ```json clip        a clip, or several, each an object
    ```json insert      an insert, or several
    ```json send        a send, or several
    ```json answer      what the program prints: any JSON

Strips that a part names are made for it, and a clip for tracks without any, and sound files: silence, long enough.
"""

import json
import os
import pathlib
import re
import struct
import subprocess
import tempfile

import checker
import markdown

CHANNELS = {"mono": 1, "stereo": 2, "LCR": 3, "quad": 4, "5.1": 6, "7.1": 8, "7.1.4": 12}
CLIP_SECONDS, RESPONSE_SECONDS = 3600, 3


def several(text):
    """JSON values that stand one after the other."""
    decoder, values, text = json.JSONDecoder(), [], text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        values.append(value)
        text = text[end:].lstrip(", \n")
    return values


FRAMES = {
    "session": json.loads,
    "top": lambda text: json.loads("{" + text + "}"),
    "track": lambda text: {"tracks": [{"name": "A track", **json.loads("{" + text + "}")}]},
    "clip": lambda text: {"tracks": [{"name": "A track", "clips": several(text)}]},
    "insert": lambda text: {"tracks": [{"name": "A track", "inserts": several(text)}]},
    "send": lambda text: {"tracks": [{"name": "A track", "sends": several(text)}]},
}


def strips_of(session):
    for kind in ("tracks", "buses", "returns"):
        yield from session.get(kind, [])
    if "master" in session:
        yield session["master"]


def add_what_is_named(session):
    """Tracks that keys and stems name, buses that are outputs, returns that hear sends; clips for silent tracks."""
    named = {"tracks": [], "buses": [], "returns": []}
    for strip in strips_of(session):
        named["buses"] += [strip["output"]] if "output" in strip else []
        named["returns"] += [send["to"] for send in strip.get("sends", []) if "to" in send]
        keys = [insert["key"] for insert in strip.get("inserts", []) if "key" in insert]
        named["tracks"] += [key if isinstance(key, str) else key["strip"] for key in keys]
    if isinstance(session.get("stems"), list):
        named["tracks"] += [name for stem in session["stems"] for name in stem["strips"]]
    there = {strip.get("name") for strip in strips_of(session)}
    for kind, names in named.items():
        for name in names:
            if name not in there:
                there.add(name)
                session.setdefault(kind, []).append({"name": name})
    for track in session.get("tracks", []):
        track.setdefault("clips", [{"file": "some.wav"}])


def sound_files(session):
    """file -> (channels, seconds), as the strips need them."""
    files = {}
    for strip in strips_of(session):
        layout = strip.get("layout", "stereo")
        width = CHANNELS.get(layout) or int(layout.split()[0])
        for clip in strip.get("clips", []):
            channels = max([files.get(clip["file"], (0,))[0], *clip.get("channels", [width])])
            files[clip["file"]] = (channels, CLIP_SECONDS)
        for insert in strip.get("inserts", []):
            if "impulse" in insert:
                files[insert["impulse"]] = (1, RESPONSE_SECONDS)
    return files


def write_silence(path, channels, seconds, rate):
    path.parent.mkdir(parents=True, exist_ok=True)
    size = seconds * rate * channels * 2
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16))
        file.write(b"data" + struct.pack("<I", size))
        file.truncate(size + 44)


def answer_to(text, session):
    """What `dubplate check` has to say against a session; "" where nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "session.dub.json")
        path.write_text(text, encoding="utf-8")
        for file, (channels, seconds) in sound_files(session).items():
            write_silence(path.parent / file, channels, seconds, session.get("sample_rate", 48000))
        answer = subprocess.run(
            [os.environ["DUBPLATE"], "check", path.name],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.stderr.strip() or (f"exit code {answer.returncode}" if answer.returncode else "")


def mistake_in_block(info, text):
    kind = re.sub(r"^session [\w.-]+$", "session", info.removeprefix("json").strip())
    try:
        if kind == "answer":
            json.loads(text)
            return ""
        if kind not in FRAMES:
            return f"say behind ```json what this is: {', '.join(FRAMES)} or answer"
        session = FRAMES[kind](text)
        if kind == "session":
            return answer_to(text, session)
        session = {"dubplate": 1, **session}
        add_what_is_named(session)
        return answer_to(json.dumps(session, indent=1), session)
    except json.JSONDecodeError as error:
        return f"no JSON: {error}"


def mistakes(root):
    root = pathlib.Path(root)
    examples = sorted((root / "docs").rglob("*.dub.json"))
    if not examples:
        yield "docs: there are no examples"
    for path in examples:
        text = path.read_text(encoding="utf-8")
        if words := answer_to(text, json.loads(text)):
            yield f"{path.relative_to(root).as_posix()}: {words}"
    for page in markdown.pages(root):
        name = page.path.relative_to(root).as_posix()
        for block in page.blocks:
            text = "\n".join(block.lines)
            if block.info is None:
                if text.lstrip().startswith(("{", '"')):
                    yield f'{name}:{block.line}: JSON stands between fences ("```json insert"), so that it is checked'
            elif block.info.startswith("json"):
                if words := mistake_in_block(block.info, text):
                    yield f"{name}:{block.line}: {words}"


def self_test():
    right = [
        ("json session", '{"dubplate": 1, "tracks": [{"name": "A", "clips": [{"file": "a/b.flac"}]}]}'),
        ("json top", '"tempo": 96, "stems": [{"name": "S", "strips": ["B"]}]'),
        ("json track", '"layout": "5.1", "output": "Bus", "clips": [{"file": "b.wav"}]'),
        ("json clip", '{"file": "c.wav"}\n{"file": "d.wav", "channels": [3, 4], "start": "2|1"}'),
        ("json insert", '{"processor": "compressor", "key": "Kick"}\n{"processor": "convolution", "impulse": "i.wav"}'),
        ("json send", '{"to": "Plate", "level": "-6 dB"}'),
        ("json answer", '{"anything": [1]}'),
    ]
    wrong = [
        ("json", "{}", "say behind"),
        ("json sesion", "{}", "say behind"),
        ("json session", '{"dubplate": 1, "tracs": []}', "unknown key 'tracs'"),
        ("json session", '{"dubplate": 1, "tracks": [{"name": "A", "output": "Bus"}]}', "'Bus'"),
        ("json top", '"tempo": 96,', "no JSON"),
        ("json track", '"fader": -6', "is no level"),
        ("json clip", '{"file": "c.wav", "speed": 1000}', "1000"),
        ("json insert", '{"processor": "compresor"}', "did you mean 'compressor'?"),
        ("json insert", '{"processor": "compressor", "treshold": "-6 dB"}', "did you mean 'threshold'?"),
        ("json send", '{"level": "-6 dB"}', "'to'"),
        ("json answer", "{", "no JSON"),
    ]
    for info, text in right:
        assert mistake_in_block(info, text) == "", (info, text, mistake_in_block(info, text))
    for info, text, expected in wrong:
        assert expected in mistake_in_block(info, text), (info, text, mistake_in_block(info, text))


checker.run(__doc__, self_test, mistakes)
