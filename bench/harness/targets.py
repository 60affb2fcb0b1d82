"""What is aimed at, and whether the measurements hold it: one row a target, computed from the results alone."""

import dataclasses

from harness import report, results


@dataclasses.dataclass(frozen=True)
class Target:
    """`figure(results)` is a number, or None where it was not measured; it must be at least or at most `limit`."""

    words: str
    figure: object
    at_least: bool
    limit: float
    unit: str = ""

    def holds(self, value):
        return value >= self.limit if self.at_least else value <= self.limit


def figure_of(run, session, program="dubplate", key="wall_seconds"):
    def found(data):
        entry = results.program_of(results.session_of(data, run, session), program)
        return entry[key] if entry else None

    return found


def quotient(above, below):
    def found(data):
        first, second = above(data), below(data)
        return first / second if first is not None and second else None

    return found


def fastest_peer(run, session):
    def found(data):
        measured = results.session_of(data, run, session)
        others = results.peers_of(measured) if measured else []
        return others[0]["wall_seconds"] if others else None

    return found


def per_insert(run, session):
    def found(data):
        measured = results.session_of(data, run, session)
        ours = results.program_of(measured, "dubplate")
        return report.nanoseconds_per_insert_sample(measured) if ours else None

    return found


def per_response(data):
    measured = results.session_of(data, "heavy", "HEAVY-64-60")
    ours = results.program_of(measured, "dubplate")
    return report.nanoseconds_per_response_sample(measured, ours) if ours else None


def per_stem(data):
    measured = results.session_of(data, "stems", "REF-128-180")
    return report.nanoseconds_per_stem_sample(measured) if measured and measured.get("disk") else None


def start_up(data):
    """From the process's start to the first task of its schedule, in milliseconds: the longest of the sessions."""
    measured = [session["start_seconds"] for session in data["sessions"] if "start_seconds" in session]
    return max(measured) * 1000 if measured else None


REF = ("reference", "REF-128-180")
OURS = figure_of(*REF)

TARGETS = (
    Target("REF-128-180, times real time", figure_of(*REF, key="times_real_time"), True, 90),
    Target("faster than the fastest other program, times", quotient(fastest_peer(*REF), OURS), True, 18),
    Target("faster than ardour7-export on all cores, times", quotient(figure_of(*REF, "ardour"), OURS), True, 35),
    Target("two threads against one, times", quotient(figure_of(*REF, "dubplate-1-threads"),
           figure_of(*REF, "dubplate-2-threads")), True, 1.85),
    Target("sixteen threads against two, time", quotient(figure_of(*REF, "dubplate-16-threads"),
           figure_of(*REF, "dubplate-2-threads")), False, 1.05),
    Target("REF-512-180 against REF-128-180, time", quotient(figure_of("many-tracks", "REF-512-180"),
           figure_of("many-tracks", "REF-128-180")), False, 4.2),
    Target("REF-128-1800 against REF-128-180, time", quotient(figure_of("length", "REF-128-1800-x10"),
           figure_of("length", "REF-128-180")), False, 10.3),
    Target("REF-128-1800, memory", figure_of("length", "REF-128-1800-x10", key="peak_mib"), False, 700, "MiB"),
    Target("1, 8, 32, 128 tracks: from the process's start to the first task", start_up, False, 40, "ms"),
    Target("MIXED against REF, CPU time a sample and insert", quotient(per_insert("mixed", "MIXED-128-180"),
           per_insert("mixed", "REF-128-180")), False, 2),
    Target("HEAVY-64-60, faster than the fastest other program, times",
           quotient(fastest_peer("heavy", "HEAVY-64-60"), figure_of("heavy", "HEAVY-64-60")), True, 6),
    Target("HEAVY-64-60, CPU time a sample and response channel", per_response, False, 9, "ns"),
    Target("136 stems beside the mix, CPU time a stem sample", per_stem, False, 3.5, "ns"),
    Target("60 % silence, faster than without, times", quotient(figure_of("sparse", "REF-128-180"),
           figure_of("sparse", "SPARSE-128-180")), True, 1.8),
)  # fmt: skip


def table(data):
    rows = []
    for target in TARGETS:
        value = target.figure(data)
        limit = f"{'at least' if target.at_least else 'at most'} {target.limit:g} {target.unit}".strip()
        if value is None:
            rows.append([target.words, limit, "not measured", ""])
        else:
            told = f"{report.number(value)} {target.unit}".strip()
            rows.append([target.words, limit, told, "yes" if target.holds(value) else "**no**"])
    return report.table(["what", "aim", "measured", "held"], rows)
