"""ardour7-export on all cores, without screen and sound card: the mix alone, it writes no stems.

The session is built by Ardour's own Lua interpreter (ardour_session.lua) with ACE EQ and compressor, x42's convolver and
limiter; sound files and the range are put into its file afterwards.
"""

import math
import os
import pathlib
import re
import shlex
import shutil
import subprocess
from xml.sax.saxutils import quoteattr

from peers.job import Job, Program, gain_of, script

SUPERCLOCKS_PER_SECOND = 282240000
CONVOLVER = "http://gareus.org/oss/lv2/zeroconvolv#"
PLUGIN_FOLDERS = {"/usr/lib/lv2/zeroconvo.lv2": "x42-plugins", "/usr/lib/lv2/dpl.lv2": "x42-plugins"}
PREFIXES = """\
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NAME = "bench"


def missing():
    absent = set() if shutil.which("ardour7-export") and shutil.which("ardour7-lua") else {"ardour"}
    return sorted(absent | {package for path, package in PLUGIN_FOLDERS.items() if not pathlib.Path(path).exists()})


def presets(session, bundle):
    """An LV2 bundle with a preset of the convolver for each response: the one way to hand it a file without a screen."""
    bundle.mkdir(parents=True)
    manifest = preset = PREFIXES
    for index, response in enumerate(session.responses):
        shutil.copy(session.path(response), bundle / response)
        title = f'a pset:Preset; lv2:appliesTo <{CONVOLVER}Stereo>; rdfs:label "bench {index}"'
        manifest += f"<urn:bench:{index}> {title}; rdfs:seeAlso <presets.ttl> .\n"
        preset += (
            f"<urn:bench:{index}> {title}; state:state [ <{CONVOLVER}ir> <{response}>; "
            f'<{CONVOLVER}predelay> "0"^^xsd:int; <{CONVOLVER}artificial_latency> "0"^^xsd:int ] .\n'
        )
    (bundle / "manifest.ttl").write_text(manifest, encoding="utf-8")
    (bundle / "presets.ttl").write_text(preset, encoding="utf-8")


def lua(value):
    """A Python value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'["{key}"] = {lua(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ", ".join(map(lua, value)) + "}"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def bandwidth(q):
    """Of a bell, in octaves."""
    return round(max(0.1, min(4.0, 2 / math.log(2) * math.asinh(1 / (2 * q)))), 3)


def equaliser(bands):
    low, first, second, high = bands
    return {
        "Frequency L": low["f"], "Gain L": low["g"],
        "Frequency 1": first["f"], "Gain 1": first["g"], "Bandwidth 1": bandwidth(first["q"]),
        "Frequency 2": second["f"], "Gain 2": second["g"], "Bandwidth 2": bandwidth(second["q"]),
        "Frequency H": high["f"], "Gain H": high["g"],
    }  # fmt: skip


def compressor(settings):
    names = {"Attack": "att_ms", "Release": "rel_ms", "Ratio": "ratio", "Threshold": "thr_db", "Makeup": "makeup_db"}
    return {label: settings[key] for label, key in names.items()}


def plan(session):
    limiter = session.master["lim"]
    return {
        "buses": session.bus_count,
        "returns": [f"bench {index}" for index in range(len(session.responses))],
        "tracks": [
            {
                "equaliser": equaliser(track["eq"]),
                "compressor": compressor(track["comp"]),
                "gain": gain_of(track["gain_db"]),
                "azimuth": 0.5 + track["pan"] / 2,
                "bus": track["bus"] + 1,
                "send_to": track["ret"] + 1,
                "send_gain": gain_of(track["send_db"]),
            }
            for track in session.tracks
        ],
        "master": {
            "equaliser": equaliser(session.master["eq"]),
            "compressor": compressor(session.master["comp"]),
            "limiter": {"Threshold": limiter["ceiling_db"], "Release Time": limiter["rel_ms"] / 1000, "True Peak": 1},
        },
    }


def time(seconds):
    return f"a{round(seconds * SUPERCLOCKS_PER_SECOND)}"


def region(identity, source, title, seconds):
    unset = (
        "muted locked video-locked automatic whole-file import external hidden position-locked valid-transients "
        "layering-index layer sync-marked left-of-split right-of-split propagate-envelope envelope-active default-fade-in "
        "default-fade-out fade-in-active fade-out-active"
    ).split()
    return (
        f'<Region name="{title}" id="{identity}" type="audio" opaque="1" first-edit="nothing" channels="1" '
        + "".join(f'{key}="0" ' for key in unset)
        + f'start="a0" position="a0" length="{time(seconds)}@a0" sync-position="a0" ancestral-start="a0" '
        f'ancestral-length="a0@a0" stretch="1" shift="1" scale-amplitude="1" source-0="{source}" '
        f'master-source-0="{source}"/>'
    )


def with_sounds(text, session):
    """The session's file with a source and a region for each track, and the range that is exported."""
    following = int(re.search(r'id-counter="(\d+)"', text).group(1)) + 1000
    sources, regions = "", {}
    for index, track in enumerate(session.tracks):
        sources += (
            f'<Source name={quoteattr(track["file"])} take-id="" type="audio" flags="" id="{following}" channel="0" '
            f'origin="" gain="1"/>'
        )
        regions[f"T {index + 1}"] = region(following + 1, following, f"T{index + 1}", session.seconds)
        following += 2
    span = f'start="a0" end="{time(session.seconds + 3)}"'
    location = f'<Location id="{following}" name="session" {span} flags="IsSessionRange" locked="0" timestamp="0" cue="0"/>'
    text = text.replace("<Sources/>", f"<Sources>{sources}</Sources>")
    text = text.replace("<Locations/>", f"<Locations>{location}</Locations>")

    def filled(playlist):
        inside = regions.get(playlist.group(1))
        return f"{playlist.group(0)[:-2]}>{inside}</Playlist>" if inside else playlist.group(0)

    text = re.sub(r'<Playlist id="\d+" name="([^"]+)" type="audio"[^>]*/>', filled, text)
    return re.sub(r'id-counter="\d+"', f'id-counter="{following + 1000}"', text)


def prepare(session, work):
    place = work.parent / f"ardour-{session.folder.name}"  # kept: building it takes longer than an export
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(place / "config"),
        "LV2_PATH": f"{place / 'lv2'}:/usr/lib/lv2:/usr/local/lib/lv2",
    }
    file = place / NAME / f"{NAME}.ardour"
    if not (place / "built").exists():
        shutil.rmtree(place, ignore_errors=True)
        (place / "config/ardour7").mkdir(parents=True)
        options = '<Ardour><Config><Option name="processor-usage" value="0"/></Config></Ardour>'  # all cores
        (place / "config/ardour7/config").write_text(options, encoding="utf-8")
        presets(session, place / "lv2/bench.lv2")
        (place / "plan.lua").write_text(f"return {lua(plan(session))}\n", encoding="utf-8")
        build = ["ardour7-lua", str(pathlib.Path(__file__).with_name("ardour_session.lua")), str(place / NAME), NAME]
        told = subprocess.run(
            [*build, str(session.rate), str(place / "plan.lua")],
            env=environment, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if "the session is built" not in told.stdout:
            raise ValueError("Ardour built no session: " + (told.stderr + told.stdout).strip()[-500:])
        (place / "told.txt").write_text(told.stdout + told.stderr, encoding="utf-8")
        text = file.read_text(encoding="utf-8")
        (inside,) = (place / NAME / "interchange").iterdir()
        (inside / "audiofiles").mkdir(exist_ok=True)
        for track in session.tracks:
            (inside / "audiofiles" / track["file"]).symlink_to(session.path(track["file"]))
        file.write_text(with_sounds(text, session), encoding="utf-8")
        (place / "built").touch()
    # It aborts now and then when it is done: whether the mix is whole is looked at, not how it ended.
    export = ["ardour7-export", "-b", "24", "-o", "mix.wav", str(place / NAME), NAME]
    return Job(script(work, "job", [f"{shlex.join(export)} || true"]), work / "mix.wav", environment)


ARDOUR = Program("ardour", "Ardour", "ardour7-export on all cores, the mix alone", missing, prepare)
