#!/usr/bin/env python3
"""Checks that the rooms include each other along the arrows of ARCHITECTURE.md and no other way.

arrows.py ROOT reads every `#include "..."` of our sources. Exit 0: all is well; 1: each wrong line on stdout.
arrows.py --self-test proves on a made-up tree that every rule can fail.
"""

import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
SUFFIXES = {".h", ".cpp", ".cu", ".cuh"}

# What a room may include besides itself, longest prefix first: (room, allowed prefixes).
RULES = [
    ("kernels/shared", ["kernels/shared"]),
    ("kernels/device/twin", ["kernels/device", "kernels/shared", "kernels/cpu"]),
    ("kernels/device", ["kernels/device", "kernels/shared"]),
    ("kernels", ["kernels", "engine/base"]),
    ("session-format", ["session-format", "engine/base"]),
    ("engine/base", ["engine/base"]),
    ("engine/audio", ["engine/audio", "engine/base", "kernels", "session-format/model"]),
    ("engine/nodes", ["engine/nodes", "engine/audio", "engine/base", "kernels", "session-format/model"]),
    (
        "engine/regions",
        ["engine/regions", "engine/nodes", "engine/audio", "engine/base", "kernels", "session-format/model"],
    ),
    ("engine/graph", ["engine/graph", "engine/regions", "engine/nodes", "engine/audio", "engine/base", "kernels", "session-format/model"]),
    ("engine", ["engine", "kernels", "session-format/model"]),
    ("cli", ["cli", "engine", "kernels", "session-format"]),
    ("bench", ["bench", "engine", "kernels", "session-format"]),
    ("tests/cli", ["tests", "cli", "engine", "kernels", "session-format"]),
    ("tests", ["tests", "bench", "engine", "kernels", "session-format"]),
]
ROOMS = sorted({room.split("/")[0] for room, _ in RULES})


def inside(path, prefix):
    return path == prefix or path.startswith(prefix + "/")


def wrong_lines(root):
    """Yields "file:line: why" for every include that breaks a rule."""
    root = pathlib.Path(root)
    for room in ROOMS:
        for source in sorted((root / room).rglob("*")):
            if source.suffix not in SUFFIXES:
                continue
            path = source.relative_to(root).as_posix()
            allowed = next(allowed for prefix, allowed in RULES if inside(path, prefix))
            for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                if target.split("/")[0] not in ROOMS:
                    yield f'{path}:{number}: "{target}": write the path from the root, or <> for what is not ours'
                elif not any(inside(target, prefix) for prefix in allowed):
                    yield f'{path}:{number}: "{target}": this room may include only {", ".join(allowed)}'


def self_test():
    right = {
        "kernels/shared/a.h": "kernels/shared/b.h",
        "kernels/c.cpp": "engine/base/result.h",
        "kernels/device/k.h": "kernels/shared/math.h",
        "kernels/device/twin/l.cpp": "kernels/cpu/fft.h",
        "session-format/d.cpp": "engine/base/time.h",
        "engine/render/e.cpp": "session-format/model/session.h",
        "cli/f.cpp": "session-format/json/read.h",
        "engine/nodes/j.cpp": "engine/audio/source.h",
        "engine/graph/k.cpp": "kernels/processors/processor.h",
        "engine/graph/l.cpp": "engine/regions/region.h",
        "engine/regions/m.cpp": "engine/nodes/stream.h",
        "tests/cli/g.cpp": "cli/command.h",
        "tests/bench/h.cpp": "bench/sessions/random.h",
        "bench/i.cpp": "session-format/json/write.h",
    }
    wrong = {
        "kernels/shared/a.h": "engine/base/result.h",
        "kernels/b.cpp": "engine/render/render.h",
        "kernels/c.cpp": "session-format/model/session.h",
        "session-format/d.cpp": "kernels/processors/processor.h",
        "session-format/e.cpp": "engine/audio/source.h",
        "engine/base/f.cpp": "kernels/shared/math.h",
        "engine/render/g.cpp": "session-format/json/read.h",
        "engine/render/h.cpp": "cli/command.h",
        "bench/i.cpp": "cli/command.h",
        "tests/engine/j.cpp": "cli/command.h",
        "engine/k.cpp": "../kernels/shared/math.h",
        "engine/l.cpp": "time.h",
        "engine/audio/m.cpp": "engine/nodes/curve.h",
        "engine/nodes/n.cpp": "engine/graph/plan.h",
        "engine/graph/o.cpp": "engine/render/render.h",
        "engine/regions/p.cpp": "engine/graph/plan.h",
        "engine/nodes/q.cpp": "engine/regions/region.h",
        "kernels/device/p.h": "kernels/cpu/pack.h",
        "kernels/device/q.cpp": "engine/base/result.h",
        "kernels/device/twin/r.cpp": "kernels/processors/processor.h",
    }
    for files, expected in ((right, 0), (wrong, len(wrong))):
        with tempfile.TemporaryDirectory() as root:
            for path, target in files.items():
                file = pathlib.Path(root, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f'#include <vector>\n#include "{target}"\n', encoding="utf-8")
            found = list(wrong_lines(root))
            assert len(found) == expected, found


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        self_test()
        return
    found = list(wrong_lines(sys.argv[1]))
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
