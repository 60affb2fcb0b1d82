#!/usr/bin/env python3
"""Draws measurements: the pictures of speed in README.md and bench/RESULTS.md.

    bench/picture.py speed bench/results/FILE.json > docs/pictures/speed.svg     one session, all programs, as bars
    bench/picture.py growth bench/results/FILE.json > docs/pictures/growth.svg   time against tracks and against length

The same measurements give the same bytes; bench/pages draws both, and a test compares them. The pictures have a ground of
their own and follow the reader's choice of light or dark.
"""

import math
import pathlib
import sys
from xml.sax.saxutils import escape

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness import results as data  # noqa: E402

WIDTH, MARGIN = 760, 24

STYLE = """
  .ground { fill: #ffffff; stroke: #d0d7de; }
  text { fill: #1f2328; font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
  .title { font-weight: 600; }
  .small { fill: #59636e; font-size: 12px; }
  .ours { fill: #0969a8; }
  .other { fill: #a5adb6; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; }
  .line.ours { fill: none; stroke: #0969a8; stroke-width: 3; }
  .line.other { fill: none; stroke: #a5adb6; }
  text.ours { fill: #0969a8; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #3d444d; }
    text { fill: #f0f6fc; }
    .small { fill: #a9b3be; }
    .ours { fill: #58a6ff; }
    .other { fill: #656c76; }
    .grid { stroke: #3d444d; }
    .line.ours { stroke: #58a6ff; }
    .line.other { stroke: #656c76; }
    text.ours { fill: #58a6ff; }
  }
"""


def is_ours(entry):
    return entry["program"].startswith("dubplate")


def picture(title, told, parts, height):
    body = "\n  ".join(parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">
  <title>{escape(title)}</title>
  <desc>{escape("; ".join(told))}</desc>
  <style>{STYLE}  </style>
  <rect class="ground" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>
  {body}
</svg>
"""


def footer(measured, sessions, y):
    machine = measured["machine"]
    dates = sorted({session["date"] for session in sessions})
    words = f"{machine['cores']} cores, {machine['processor']}, {machine['system']}, {' to '.join(dates[::len(dates) - 1 or 1])}"
    return f'<text class="small" x="{MARGIN}" y="{y}">{escape(words)}</text>'


# Bars

LABELS, BAR, STEP, TITLE, GAP = 170, 18, 26, 30, 16
LONGEST = WIDTH - 2 * MARGIN - LABELS - 165  # leaves room for the figures


def bars_of(session):
    """Dubplate and every other program, fastest first."""
    ours = data.program_of(session, "dubplate")
    return sorted([ours, *data.peers_of(session)], key=lambda entry: entry["wall_seconds"])


def draw_speed(measured):
    """The reference session as bars of seconds."""
    session = data.session_of(measured, "reference", "REF-128-180")
    title = "128 tracks, 3 minutes, mix and 8 stems: seconds"
    parts = [f'<text class="title" x="{MARGIN}" y="{MARGIN + 14}">{escape(title)}</text>']
    y, told, entries = MARGIN + TITLE, [], bars_of(session)
    most = max(entry["wall_seconds"] for entry in entries)
    for entry in entries:
        length = round(max(1.0, LONGEST * entry["wall_seconds"] / most), 1)
        x, base, ours = MARGIN + LABELS, y + 14, is_ours(entry)
        words = f"{entry['wall_seconds']:.3g} s, {entry['times_real_time']:.3g} x real time"
        told.append(f"{entry['title']}: {words}")
        parts += [
            f'<text x="{x - 10}" y="{base}" text-anchor="end">{escape(entry["title"])}</text>',
            f'<rect class="{"ours" if ours else "other"}" x="{x}" y="{y}" width="{length:g}" height="{BAR}" rx="2"/>',
            f'<text x="{x + length + 8:g}" y="{base}">{escape(words)}</text>',
        ]
        y += STEP
    parts.append(footer(measured, [session], y + GAP + 4))
    return picture("How fast Dubplate renders", told, parts, y + GAP + MARGIN)


# Curves

CURVE_LABELS, CURVE_HEIGHT, AXIS = 150, 250, 44


def series_of(measured, chosen, size):
    """{program: (title, [(size, seconds)])} of the plain renders of sessions, where there are two sizes or more."""
    found = {}
    for session in chosen:
        for entry in session["programs"]:
            if entry["program"] == "dubplate" or not is_ours(entry):
                points = found.setdefault(entry["program"], (entry["title"], {}))[1]
                points[session[size]] = entry["wall_seconds"]
    return {
        program: (title, sorted(points.items())) for program, (title, points) in found.items() if len(points) > 1
    }


def panels(measured):
    """(title, unit, sessions, size) of each chart."""
    tracks = [session for session in measured["sessions"] if session["run"] == "tracks"]
    wanted = {("tracks", "REF-128-60"), ("reference", "REF-128-180"), ("length", "REF-128-1800-x10")}
    length = [session for session in measured["sessions"] if (session["run"], session["session"]) in wanted]
    return [
        ("1 minute, seconds to render by number of tracks", "tracks", tracks, "tracks"),
        ("128 tracks, seconds to render by length in seconds", "s", length, "seconds"),
    ]


def spread(places, least):
    """Moves places apart that are nearer than `least`, in order."""
    moved = []
    for place in sorted(places):
        moved.append(max(place, moved[-1] + least) if moved else place)
    return moved


def ticks(low, high):
    """1, 2, 5, 10 ... between two numbers, their ends outwards."""
    steps = [step * 10.0**power for power in range(-3, 6) for step in (1, 2, 5)]
    first = max((step for step in steps if step <= low * 1.0001), default=steps[0])
    last = min((step for step in steps if step >= high * 0.9999), default=steps[-1])
    return [step for step in steps if first <= step <= last]


def chart(parts, told, title, unit, series, top):
    """One chart with logarithmic axes; answers with where it ends."""
    parts.append(f'<text class="title" x="{MARGIN}" y="{top + 14}">{escape(title)}</text>')
    top += TITLE
    left, right, bottom = MARGIN + AXIS, WIDTH - MARGIN - CURVE_LABELS, top + CURVE_HEIGHT
    sizes = sorted({size for _, points in series.values() for size, _ in points})
    rows = ticks(*(f(seconds for _, points in series.values() for _, seconds in points) for f in (min, max)))

    def across(size):
        return round(left + (right - left) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0]), 1)

    def down(seconds):
        return round(bottom - CURVE_HEIGHT * math.log(seconds / rows[0]) / math.log(rows[-1] / rows[0]), 1)

    for row in rows:
        parts.append(f'<line class="grid" x1="{left}" y1="{down(row):g}" x2="{right}" y2="{down(row):g}"/>')
        parts.append(f'<text class="small" x="{left - 8}" y="{down(row) + 4:g}" text-anchor="end">{row:g}</text>')
    for size in sizes:
        parts.append(f'<text class="small" x="{across(size):g}" y="{bottom + 18}" text-anchor="middle">{size} {unit}</text>')
    for program, (name, points) in series.items():
        kind = "ours" if program == "dubplate" else "other"
        drawn = " ".join(f"{across(size):g},{down(seconds):g}" for size, seconds in points)
        parts.append(f'<polyline class="line {kind}" points="{drawn}"/>')
        parts += [
            f'<circle class="{kind}" cx="{across(size):g}" cy="{down(seconds):g}" r="3.5"/>' for size, seconds in points
        ]
        told.append(f"{name}: " + ", ".join(f"{size} {unit} {seconds:.3g} s" for size, seconds in points))
    for end in sorted({points[-1][0] for _, points in series.values()}):
        here = sorted((down(points[-1][1]), program) for program, (_, points) in series.items() if points[-1][0] == end)
        for place, (_, program) in zip(spread([down_to for down_to, _ in here], 17), here):
            kind = "ours" if program == "dubplate" else "small"
            x, y = across(end) + 10, place + 4
            parts.append(f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(series[program][0])}</text>')
    return bottom + MARGIN + 2 * GAP


def draw_growth(measured):
    """Seconds against tracks, and against the session's length."""
    parts, told, top, used = [], [], MARGIN, []
    for title, unit, chosen, size in panels(measured):
        series = series_of(measured, chosen, size)
        if series:
            told.append(title)
            top = chart(parts, told, title, unit, series, top)
            used += chosen
    parts.append(footer(measured, used, top))
    return picture("How rendering times grow", told, parts, top + MARGIN)


PICTURES = {"speed": draw_speed, "growth": draw_growth}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in PICTURES:
        sys.exit(__doc__)
    try:
        sys.stdout.write(PICTURES[sys.argv[1]](data.load(sys.argv[2])))
    except data.NotResults as wrong:
        sys.exit(f"bench/picture.py: {wrong}")


if __name__ == "__main__":
    main()
