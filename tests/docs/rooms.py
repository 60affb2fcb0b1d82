#!/usr/bin/env python3
"""Checks that the picture of the architecture draws the arrows that tests/arrows.py enforces, no more and no fewer.

rooms.py ROOT reads docs/pictures/architecture.svg: every path with data-from and data-to is an arrow between rooms.
Between cli, engine, kernels, session-format and engine/base each allowed call is an arrow; inside engine a chain stands for
all calls along it. Exit 0: all is well; 1: each difference on stdout.
rooms.py --self-test proves that every rule can fail.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import checker  # noqa: E402
from arrows import RULES, inside  # noqa: E402

OUTER = ["cli", "engine", "kernels", "session-format"]
INNER = ["engine/render", "engine/graph", "engine/regions", "engine/nodes", "engine/audio"]
ARROW = re.compile(r'data-from="([^"]+)" data-to="([^"]+)"')


def allowed(room):
    return next(targets for prefix, targets in RULES if inside(room, prefix))


def enforced_between_rooms():
    arrows = {(room, target) for room in OUTER for target in allowed(room) if target != room}
    return arrows | {("engine", "engine/base")}  # engine may include all of itself


def enforced_inside_engine():
    return {
        (room, other)
        for room in INNER
        for other in INNER
        if room != other and any(inside(other, target) for target in allowed(room))
    }


def along(arrows):
    """Every pair that arrows lead from and to, one or several in a row."""
    reached = set(arrows)
    while longer := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= longer
    return reached


def differences(svg, root):
    drawn = set(ARROW.findall(svg))
    inner = {arrow for arrow in drawn if set(arrow) <= set(INNER)}
    for what, is_drawn, is_enforced in (
        ("between rooms", drawn - inner, enforced_between_rooms()),
        ("inside engine", along(inner), {pair for pair in enforced_inside_engine()}),
    ):
        for arrow in sorted(is_drawn - is_enforced):
            yield f"{what}: {' -> '.join(arrow)} is drawn, and arrows.py does not allow it"
        for arrow in sorted(is_enforced - is_drawn):
            yield f"{what}: {' -> '.join(arrow)} is allowed by arrows.py, and not drawn"
    for room in sorted({room for arrow in drawn for room in arrow}):
        if not (root / room).is_dir():
            yield f"there is no room '{room}'"


def picture(root):
    return (root / "docs/pictures/architecture.svg").read_text(encoding="utf-8")


def self_test():
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    svg = picture(root)
    for arrow in ARROW.findall(svg):
        missing = svg.replace(f'data-from="{arrow[0]}" data-to="{arrow[1]}"', "")
        assert any("not drawn" in words for words in differences(missing, root)), arrow
    more = svg + 'data-from="kernels" data-to="cli"'
    assert any("does not allow it" in words for words in differences(more, root))
    more = svg + 'data-from="engine/audio" data-to="engine/render"'
    assert any("does not allow it" in words for words in differences(more, root))
    more = svg + 'data-from="cellar" data-to="cli"'
    assert any("no room 'cellar'" in words for words in differences(more, root))


checker.run(__doc__, self_test, lambda root: differences(picture(pathlib.Path(root)), pathlib.Path(root)))
