"""One run: sessions are made, programs render them in turn, their mixes are compared."""

import dataclasses
import datetime
import pathlib
import shutil
import sys

from harness import cold, disk, distance, dubplate, floor, measure, sessions, start_up
from peers import wav
from peers.job import Session
from peers.programs import PROGRAMS

TAIL_SECONDS = 3
WITHIN_DB = 1.0  # how far Dubplate's mix may lie from the judge's, RMS
JUDGES = ("scipy", "ffmpeg-split", "ecasound")  # the first that rendered the session


def say(text):
    print(text, file=sys.stderr, flush=True)


@dataclasses.dataclass
class Setup:
    """Where things are, and how much is measured."""

    root: pathlib.Path
    build: pathlib.Path
    folder: pathlib.Path
    repeats: int = 3
    limit_seconds: float = 1800.0
    once_above: float = 60.0  # seconds: what takes longer is not repeated
    only: tuple = ()  # names of other programs; empty: all
    peers: bool = True
    floor: bool = True
    keep: bool = True

    @property
    def program(self):
        return self.build / "dubplate"

    @property
    def generator(self):
        return self.build / "bench" / "reference_session"


@dataclasses.dataclass
class Entry:
    """One program on one session."""

    wanted: sessions.Wanted
    place: pathlib.Path
    name: str
    title: str
    note: str
    prepare: object  # from a work folder to a Job
    files: list
    runs: list = dataclasses.field(default_factory=list)
    rms_dbfs: float = None
    peak_dbfs: float = None
    audio_seconds: float = None
    failed: str = None


def dubplate_entry(setup, wanted, place, variant):
    def prepare(work):
        return dubplate.prepare(setup.program, variant, place, work)

    return Entry(wanted, place, variant.name, variant.title, "", prepare, sessions.sound_files(place))


def peer_entries(setup, wanted, place):
    """The other programs that can render this session and are installed, and what is left out."""
    entries, skipped = [], []
    if not setup.peers or wanted.repeat > 1:
        return entries, skipped
    for program in PROGRAMS:
        if setup.only and program.name not in setup.only:
            continue
        if wanted.kind not in program.kinds:
            continue
        absent = program.missing()
        if absent:
            say(f"skipped: {program.title}: not installed: {', '.join(absent)}")
            skipped.append({"program": program.name, "why": "not installed: " + ", ".join(absent)})
            continue
        session = Session(place)

        def prepare(work, program=program, session=session):
            return program.prepare(session, work)

        files = sessions.sound_files(place)
        entries.append(Entry(wanted, place, program.name, program.title, program.note, prepare, files))
    return entries, skipped


def check_mix(entry, mix):
    channels, rate, samples = wav.body(mix)
    entry.audio_seconds = len(samples) / channels / rate
    expected = sessions.clips_end_seconds(entry.place, entry.wanted)
    if entry.audio_seconds < expected - 0.01:
        entry.failed = f"its mix is {entry.audio_seconds:.1f} s long, not {expected:.1f}"
    entry.rms_dbfs, entry.peak_dbfs = wav.levels(mix, round(expected * rate))  # not all programs write a tail


def run_entries(setup, entries):
    """Every program once, then every program again: what the machine does meanwhile meets them all. The first mix is
    looked at; that repeats give the same, Dubplate's tests prove."""
    work = setup.folder / "work"
    for repeat in range(setup.repeats):
        for entry in entries:
            if entry.failed or (entry.runs and entry.runs[0].wall_seconds > setup.once_above):
                continue
            measure.empty(work)
            try:
                job = entry.prepare(work)
                measure.settle()
                measure.warm(entry.files)
                run = measure.measure(job, work, setup.limit_seconds)
                entry.runs.append(run)
                if repeat == 0:
                    check_mix(entry, job.mix)
            except (measure.ProgramFailed, OSError, ValueError) as wrong:
                entry.failed = str(wrong)
            words = entry.failed or f"{entry.runs[-1].wall_seconds:.2f} s, {entry.runs[-1].cpu_seconds:.2f} s of CPU"
            say(f"{entry.wanted.name}, {entry.title}, {repeat + 1} of {setup.repeats}: {words}")
    shutil.rmtree(work, ignore_errors=True)


def figures(entry):
    wall = measure.median(entry.runs, "wall_seconds")
    seconds = entry.wanted.seconds + TAIL_SECONDS
    return {
        "program": entry.name,
        "title": entry.title,
        **({"note": entry.note} if entry.note else {}),
        "wall_seconds": round(wall, 3),
        "cpu_seconds": round(measure.median(entry.runs, "cpu_seconds"), 3),
        "peak_mib": round(max(run.peak_mib for run in entry.runs), 1),
        "times_real_time": round(seconds / wall, 2),
        "rms_dbfs": round(entry.rms_dbfs, 2),
        "peak_dbfs": round(entry.peak_dbfs, 2),
        "runs": [[round(run.wall_seconds, 3), round(run.cpu_seconds, 3)] for run in entry.runs],
    }


def level_faults(session):
    """What is wrong with Dubplate's levels on one session, in words."""
    by_name = {entry["program"]: entry for entry in session["programs"]}
    judge = next((by_name[name] for name in JUDGES if name in by_name), None)
    if judge is None:
        return []
    return [
        f"{session['session']}: {entry['title']}: {entry['rms_dbfs']:.2f} dBFS RMS, {judge['title']} {judge['rms_dbfs']:.2f}"
        for entry in session["programs"]
        if entry["program"].startswith("dubplate") and not abs(entry["rms_dbfs"] - judge["rms_dbfs"]) <= WITHIN_DB
    ]


def disk_bound(setup, wanted, place):
    """Writing what a render with all stems writes, and nothing else."""
    count = sessions.with_all_stems(place) + 1
    size = (wanted.seconds + TAIL_SECONDS) * 48000 * 6
    work = setup.folder / "work"
    measured = []
    for _ in range(setup.repeats):
        measure.empty(work)
        measure.settle()
        measured.append(disk.plain_writing(work, [size] * count))
    shutil.rmtree(work, ignore_errors=True)
    wall, cpu = (sorted(values)[len(values) // 2] for values in zip(*measured))
    samples = (count - 1) * 2 * (wanted.seconds + TAIL_SECONDS) * 48000
    return {"files": count, "stem_samples": samples, "wall_seconds": round(wall, 3), "cpu_seconds": round(cpu, 3)}


def run(setup, asked):
    """Measures a run of suites.py. Answers with its sessions as results.py describes them, and with what went wrong, in
    words."""
    setup.folder.mkdir(parents=True, exist_ok=True)
    measured, faults, entries, skips = [], [], [], {}
    for wanted, variants, with_peers in asked.parts:
        say(f"{wanted.name}: making the session")
        place = sessions.make(setup.generator, wanted, setup.folder)
        # Read from the disk, as after a start of the machine: what was written may lie in the page cache in single pages, which
        # take twice as long to read.
        cold.drop(sessions.sound_files(place))
        entries += [dubplate_entry(setup, wanted, place, variant) for variant in variants]
        others, skips[wanted] = peer_entries(setup, wanted, place) if with_peers else ([], [])
        entries += others
    run_entries(setup, entries)
    for wanted, variants, _ in asked.parts:
        mine = [entry for entry in entries if entry.wanted == wanted]
        place = mine[0].place
        session = {
            "run": asked.name,
            "session": wanted.name,
            "kind": wanted.kind,
            "tracks": wanted.tracks,
            "seconds": wanted.seconds,
            "audio_seconds": wanted.seconds + TAIL_SECONDS,
            "insert_channels": sessions.insert_channels(place),
            "date": datetime.date.today().isoformat(),
            "commit": dubplate.commit(setup.root),
            "repeats": setup.repeats,
            "programs": [figures(entry) for entry in mine if not entry.failed],
            "skipped": skips[wanted]
            + [{"program": entry.name, "why": entry.failed} for entry in mine if entry.failed],
        }
        faults += [f"{wanted.name}: {entry.title}: {entry.failed}" for entry in mine if entry.failed]
        faults += level_faults(session)
        if setup.floor and asked.name == "reference":
            session["floor"] = floor.measure(setup.build, wanted)
            session["profile"] = distance.profile(setup, place)
        if asked.name == "start":
            session["start_seconds"] = round(
                start_up.median_seconds(setup.program, place / "session.dub.json", setup.folder / "work"), 4
            )
            shutil.rmtree(setup.folder / "work", ignore_errors=True)
        if dubplate.ALL_STEMS in variants:
            session["disk"] = disk_bound(setup, wanted, place)
        measured.append(session)
    if not setup.keep:
        for wanted, _, _ in asked.parts:
            for place in (wanted.name, f"ardour-{wanted.name}"):
                shutil.rmtree(setup.folder / place, ignore_errors=True)
    return measured, faults
