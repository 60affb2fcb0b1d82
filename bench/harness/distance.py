"""How far a render is from the floor, term by term: what the profile says it took against what its pieces take alone.

The profile (docs/profiling.md) tells CPU seconds by kinds of work; several of them may belong to one term of the floor.
"""

import dataclasses
import json
import subprocess

from harness import measure


@dataclasses.dataclass(frozen=True)
class Group:
    """Terms of the floor and the kinds of work that do them; `why` says what the work does besides."""

    words: str
    terms: tuple
    work: tuple
    why: str


GROUPS = (
    Group("reading, unpacking, hashing inputs", ("read", "input-hash"), ("read clips", "hash inputs", "open files"),
          "clips cut files into windows: more system calls, edges; bytes come from memory, not from a cache"),
    Group("lanes", ("lanes",), ("to lanes and back",), ""),
    Group("equalisers", ("eq", "master-eq"), ("eq",), "lanes that are not full"),
    Group("compressors", ("compressor", "master-compressor"), ("compressor",), "lanes that are not full"),
    Group("limiter", ("limiter",), ("limiter",), ""),
    Group("convolution", ("convolution",), ("convolution", "load responses"),
          "spectra of four returns share the caches with all else; transforms of the responses"),
    Group("sums", ("sums",), ("sums", "read streams", "strips"),
          "sums go through streams in memory from block to block, so that chunks may be in flight"),
    Group("outputs", ("write", "output-hash"), ("write", "complete outputs", "find the end", "residual of the stems"),
          "levels, the end of the tails, how exactly the stems sum; files are completed under other names"),
)  # fmt: skip
REST = "all else"


def profile(setup, place):
    """CPU seconds by kind of work, of one render that records them."""
    work = setup.folder / "work"
    measure.empty(work)
    command = [setup.program, "render", place / "session.dub.json", "-o", work, "--quiet", "--profile", work / "trace.json"]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    receipt = json.loads((work / "receipt.json").read_text(encoding="utf-8"))
    seconds = {}
    for row in receipt["profile"]["work"]:
        seconds[row["name"]] = round(seconds.get(row["name"], 0.0) + row["cpu_seconds"], 4)
    measure.empty(work)
    return seconds


def rows(session):
    """(words, seconds of the floor, seconds of the render, why) for every group and for what is left."""
    terms = {term["id"]: term["core_seconds"] for term in session["floor"]["terms"]}
    left = dict(session["profile"])
    found = []
    for group in GROUPS:
        taken = [name for name in left if any(name == kind or name.startswith(kind + " ") for kind in group.work)]
        spent = sum(left.pop(name) for name in taken)
        found.append((group.words, sum(terms[term] for term in group.terms), spent, group.why))
    words = ", ".join(name for name, seconds in sorted(left.items(), key=lambda kind: -kind[1]) if seconds >= 0.01)
    found.append((REST, 0.0, sum(left.values()), words))
    return found
