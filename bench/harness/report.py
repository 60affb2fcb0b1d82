"""Tables of measurements, in Markdown: for the terminal and for the pages that show them."""

from harness import distance, machine, results


def number(value, digits=3):
    """With so many significant digits, and without a point that says nothing."""
    if value >= 10 ** (digits - 1):
        return f"{value:.0f}"
    whole = len(str(int(value))) if value >= 1 else 1
    return f"{value:.{max(0, digits - whole)}f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def session_table(session):
    """All programs on one session, fastest first; the ratio says how often Dubplate is done meanwhile."""
    ours = results.program_of(session, "dubplate")
    rows = []
    for entry in sorted(session["programs"], key=lambda entry: entry["wall_seconds"]):
        note = f" ({entry['note']})" if entry.get("note") else ""
        ratio = number(entry["wall_seconds"] / ours["wall_seconds"]) if ours else ""
        level = f"{entry['rms_dbfs']:.1f} / {entry['peak_dbfs']:.1f}" if entry.get("rms_dbfs") is not None else ""
        rows.append(
            [
                entry["title"] + note,
                number(entry["wall_seconds"]),
                number(entry["cpu_seconds"]),
                number(entry["peak_mib"]),
                number(entry["times_real_time"]),
                ratio,
                level,
            ]
        )
    return table(["program", "wall s", "CPU s", "peak MiB", "x real time", "ratio", "RMS / peak dBFS"], rows)


def floor_table(session):
    """The floor's terms with their figures, the sum, and the distance of what was measured."""
    floor, ours = session["floor"], results.program_of(session, "dubplate")
    rows = [
        [
            term["term"],
            f"{term['count'] / 1e6:.0f}",
            f"{term['ns']:.3f}",
            f"{term['core_seconds']:.3f}",
            f"{term['bound_core_seconds']:.3f}",
        ]
        for term in floor["terms"]
    ]
    rows.append(["**sum**", "", "", f"**{floor['core_seconds']:.2f}**", f"{floor['bound_core_seconds']:.2f}"])
    words = table(["term", "10^6 samples", "ns", "core-seconds, alone", "arithmetic or memory alone"], rows)
    threads = floor["threads"]
    words += (
        f"\n\nOn {threads} thread{'s' * (threads > 1)}: {floor['wall_seconds']:.2f} s, "
        f"{session['audio_seconds'] / floor['wall_seconds']:.0f} x real time."
    )
    if ours:
        words += (
            f" Measured: {ours['cpu_seconds']:.2f} core-seconds, {ours['cpu_seconds'] / floor['core_seconds']:.2f} times "
            f"the floor; {ours['wall_seconds']:.2f} s, {ours['wall_seconds'] / floor['wall_seconds']:.2f} times."
        )
    return words


def distance_table(session):
    """The floor beside what a render takes for the same, by kinds of work."""
    rows = []
    for words, least, spent, why in distance.rows(session):
        rows.append([words, f"{least:.2f}", f"{spent:.2f}", f"{spent - least:+.2f}", why])
    sums = [sum(row[column] for row in distance.rows(session)) for column in (1, 2)]
    rows.append(["**sum**", f"**{sums[0]:.2f}**", f"**{sums[1]:.2f}**", f"{sums[1] - sums[0]:+.2f}", ""])
    return table(["work", "floor, core-s", "render, core-s", "distance", "what it does besides"], rows)


def nanoseconds_per_insert_sample(session):
    ours = results.program_of(session, "dubplate")
    samples = session["insert_channels"] * session["audio_seconds"] * 48000
    return ours["cpu_seconds"] / samples * 1e9


def nanoseconds_per_response_sample(session, entry):
    """HEAVY: every track has a response of two channels."""
    return entry["cpu_seconds"] / (2 * session["tracks"] * session["seconds"] * 48000) * 1e9


def nanoseconds_per_stem_sample(session):
    """CPU time of the stems of all tracks and buses above that of the mix alone."""
    mix, stems = (results.program_of(session, name) for name in ("dubplate-mix", "dubplate-all-stems"))
    return (stems["cpu_seconds"] - mix["cpu_seconds"]) / session["disk"]["stem_samples"] * 1e9


def stem_words(session):
    """What the stems of all tracks and buses cost above the mix alone, and what writing alone takes."""
    disk = session["disk"]
    stems = results.program_of(session, "dubplate-all-stems")
    return (
        f"{disk['files'] - 1} stems: {nanoseconds_per_stem_sample(session):.2f} ns of CPU a stem sample above the mix; "
        f"writing the same bytes alone: {disk['cpu_seconds'] / disk['stem_samples'] * 1e9:.2f} ns of CPU, "
        f"{disk['wall_seconds']:.1f} s of wall time (the render: {stems['wall_seconds']:.1f} s)."
    )


def facts(session):
    """What a session's kind is measured for, in sentences."""
    ours = results.program_of(session, "dubplate")
    told = []
    if ours and session["kind"] in ("reference", "mixed") and session.get("insert_channels"):
        told.append(f"{nanoseconds_per_insert_sample(session):.2f} ns of CPU a sample and insert.")
    if ours and session["kind"] == "heavy":
        told.append(f"{nanoseconds_per_response_sample(session, ours):.2f} ns of CPU a sample and response channel.")
    if session.get("disk"):
        told.append(stem_words(session))
    return told


def page(machine_found, measured):
    """All that one run found, for the terminal."""
    parts = [machine.words(machine_found)]
    for session in measured:
        parts.append(f"## {session['session']}")
        parts.append(session_table(session))
        parts += facts(session)
        parts += [f"left out: {skip['program']}: {skip['why']}" for skip in session["skipped"]]
        if session.get("floor"):
            parts.append("The floor, computed from constants measured here:\n\n" + floor_table(session))
        if session.get("profile"):
            parts.append("The distance, by a profile of one more render:\n\n" + distance_table(session))
    first = results.program_of(measured[0], "dubplate")
    for session in measured[1:]:
        other = results.program_of(session, "dubplate")
        if first and other:
            ratio = other["wall_seconds"] / first["wall_seconds"]
            parts.append(f"{session['session']} takes {ratio:.2f} times as long as {measured[0]['session']}.")
    return "\n\n".join(parts)
