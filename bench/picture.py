#!/usr/bin/env python3
"""Draws measurements as bars: the picture of speed in README.md.

    bench/picture.py bench/results/FILE.json > docs/pictures/speed.svg

The same measurements give the same bytes; the test Docs.PictureOfSpeedIsDrawnFromItsMeasurements compares them. The picture
has a ground of its own and follows the reader's choice of light or dark.
"""

import json
import pathlib
import sys
from xml.sax.saxutils import escape

# What is drawn: panels of (measurement, label, is ours); `figure` is the bar's length and what stands behind it.
PANELS = [
    {
        "title": "128 tracks, 3 minutes, mix and 8 stems: seconds",
        "figure": "wall_seconds",
        "bars": [
            ("mix-and-8-stems", "Dubplate", True),
            ("mix-and-8-stems-scipy", "numpy + scipy", False),
            ("mix-and-8-stems-sox", "SoX", False),
        ],
    },
    {
        "title": "What stems cost in one pass: seconds",
        "figure": "wall_seconds",
        "bars": [("mix-alone", "mix alone", True), ("mix-and-12-stems", "mix and 12 stems", True)],
    },
    {
        "title": "1 minute, mix and 8 stems, by number of tracks: times faster than real time",
        "figure": "times_real_time",
        "bars": [
            ("32-tracks", "32 tracks", True),
            ("128-tracks", "128 tracks", True),
            ("512-tracks", "512 tracks", True),
        ],
    },
]

WIDTH, MARGIN, LABELS, BAR, STEP, TITLE, GAP = 760, 24, 140, 18, 26, 30, 16
LONGEST = WIDTH - 2 * MARGIN - LABELS - 150  # leaves room for the figures

STYLE = """
  .ground { fill: #ffffff; stroke: #d0d7de; }
  text { fill: #1f2328; font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
  .title { font-weight: 600; }
  .small { fill: #59636e; font-size: 12px; }
  .ours { fill: #0969a8; }
  .other { fill: #a5adb6; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #3d444d; }
    text { fill: #f0f6fc; }
    .small { fill: #a9b3be; }
    .ours { fill: #58a6ff; }
    .other { fill: #656c76; }
  }
"""


def figure_text(measurement, figure):
    speed = f"{measurement['times_real_time']:g} x real time"
    return speed if figure == "times_real_time" else f"{measurement['wall_seconds']:g} s, {speed}"


def draw(results):
    """The picture as text."""
    measured = {entry["id"]: entry for entry in results["measurements"]}
    parts, y, told = [], MARGIN, []
    for panel in PANELS:
        parts.append(f'<text class="title" x="{MARGIN}" y="{y + 14}">{escape(panel["title"])}</text>')
        y += TITLE
        most = max(measured[name][panel["figure"]] for name, _, _ in panel["bars"])
        for name, label, ours in panel["bars"]:
            entry = measured[name]
            length = round(LONGEST * entry[panel["figure"]] / most, 1)
            x, base = MARGIN + LABELS, y + 14
            words = figure_text(entry, panel["figure"])
            told.append(f"{label}: {words}")
            parts += [
                f'<text x="{x - 10}" y="{base}" text-anchor="end">{escape(label)}</text>',
                f'<rect class="{"ours" if ours else "other"}" x="{x}" y="{y}" width="{length:g}" height="{BAR}" rx="2"/>',
                f'<text x="{x + length + 8:g}" y="{base}">{escape(words)}</text>',
            ]
            y += STEP
        y += GAP
    machine = results["machine"].split(", Debian")[0]
    parts.append(f'<text class="small" x="{MARGIN}" y="{y + 4}">{escape(machine)}, {results["date"]}</text>')
    height = y + MARGIN
    body = "\n  ".join(parts)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img">
  <title>How fast Dubplate renders</title>
  <desc>{escape("; ".join(told))}</desc>
  <style>{STYLE}  </style>
  <rect class="ground" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>
  {body}
</svg>
"""


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    results = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(draw(results))


if __name__ == "__main__":
    main()
