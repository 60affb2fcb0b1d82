"""The sessions to measure with: which there are, what they are called, and how they are made and thrown away."""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess

KINDS = ("reference", "heavy", "full", "mixed", "sparse")
PREFIXES = {"reference": "REF", "heavy": "HEAVY", "full": "FULL", "mixed": "MIXED", "sparse": "SPARSE"}


@dataclasses.dataclass(frozen=True)
class Wanted:
    """A session by its kind and size; `repeat`: every track plays its file so often, one after the other."""

    kind: str = "reference"
    tracks: int = 128
    seconds: int = 180
    repeat: int = 1

    @property
    def name(self):
        return f"{PREFIXES[self.kind]}-{self.tracks}-{self.seconds}" + (f"-x{self.repeat}" if self.repeat > 1 else "")

    @property
    def file_seconds(self):
        return self.seconds // self.repeat


def make(generator, wanted, folder):
    """The session's folder, made unless it is there already. A half-made one never looks whole. `generator`: a program, or
    the words of a command."""
    place = pathlib.Path(folder) / wanted.name
    if (place / "session.dub.json").exists():
        return place
    half = place.with_name(place.name + ".part")
    shutil.rmtree(half, ignore_errors=True)
    if wanted.repeat > 1:
        make_repeated(make(generator, dataclasses.replace(wanted, seconds=wanted.file_seconds, repeat=1), folder), wanted, half)
    else:
        words = generator if isinstance(generator, list) else [str(generator)]
        command = [*words, "--tracks", str(wanted.tracks), "--seconds", str(wanted.seconds), "-o", str(half)]
        subprocess.run(command + ([] if wanted.kind == "reference" else [f"--{wanted.kind}"]), check=True)
    shutil.rmtree(place, ignore_errors=True)
    half.rename(place)
    return place


def make_repeated(short, wanted, folder):
    """The short session's files, linked, each clip so many times: one set of pages in the cache for both sessions."""
    folder.mkdir(parents=True)
    for path in sound_files(short):
        os.link(path, folder / path.name)
    session = json.loads((short / "session.dub.json").read_text(encoding="utf-8"))
    session["name"] = wanted.name
    for track in session["tracks"]:
        (clip,) = track["clips"]
        starts = (index * wanted.file_seconds * 48000 for index in range(wanted.repeat))
        track["clips"] = [{**clip, "start": start} if start else clip for start in starts]
    (folder / "session.dub.json").write_text(json.dumps(session), encoding="utf-8")


def read_json(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def with_all_stems(folder):
    """A second session file beside the first: a stem of every track and of every bus."""
    session = json.loads((folder / "session.dub.json").read_text(encoding="utf-8"))
    strips = [strip["name"] for section in ("tracks", "buses") for strip in session.get(section, [])]
    session["stems"] = [{"name": name, "strips": [name]} for name in strips]
    (folder / "all-stems.dub.json").write_text(json.dumps(session), encoding="utf-8")
    return len(strips)


def without_full(folder):
    """A second session file beside that of a full session: the reference session, of the same sound files."""
    session = json.loads((folder / "session.dub.json").read_text(encoding="utf-8"))
    session["name"] = session["name"].replace("FULL", "REF")
    for track in session["tracks"]:
        track["layout"] = "mono"
        track["inserts"] = track["inserts"][:2]
    (folder / "reference.dub.json").write_text(json.dumps(session), encoding="utf-8")
    return folder / "reference.dub.json"


def seconds_of(time):
    """Of a time as our sessions write them: frames, or a number with its unit."""
    if not isinstance(time, str):
        return time / 48000
    number, unit = time.split()
    return float(number) * {"s": 1.0, "ms": 0.001}[unit]


def clips_end_seconds(folder, wanted):
    """Where the session's last clip ends, which random clips need not fill; a clip without a length plays its whole file."""
    session = json.loads((folder / "session.dub.json").read_text(encoding="utf-8"))
    clips = [clip for track in session["tracks"] for clip in track.get("clips", [])]
    return max(
        seconds_of(clip.get("start", 0)) + (seconds_of(clip["length"]) if "length" in clip else wanted.file_seconds)
        for clip in clips
    )


CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6}


def insert_channels(folder):
    """How many samples go through an insert for every frame of the session: inserts times their strips' channels."""
    session = json.loads((folder / "session.dub.json").read_text(encoding="utf-8"))
    strips = [strip for section in ("tracks", "buses", "returns") for strip in session.get(section, [])]
    strips.append(session.get("master", {}))
    return sum(CHANNELS[strip.get("layout", "stereo")] * len(strip.get("inserts", [])) for strip in strips)


def sound_files(folder):
    return sorted(pathlib.Path(folder).glob("*.wav"))
