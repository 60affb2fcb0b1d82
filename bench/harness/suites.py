"""What is measured together: a session alone, or beside the one that it is compared with; and the lists of runs."""

import dataclasses

from harness import dubplate
from harness.sessions import Wanted

PLAIN = (dubplate.PLAIN,)
SCALING = (dubplate.PLAIN, *(dubplate.threads(count) for count in (1, 2, 16)))
STEMS = (dubplate.PLAIN, dubplate.MIX_ALONE, dubplate.ALL_STEMS)
TIMES = 10  # --repeat-clips


@dataclasses.dataclass(frozen=True)
class Run:
    """What is measured together: (session, Dubplate's variants, whether others take part), in turn. The first is what
    the others are compared with."""

    name: str
    parts: tuple


def run_for(asked):
    """The run that the command line asks for."""
    reference = Wanted("reference", asked.tracks, asked.seconds)
    if asked.repeat_clips:
        longer = dataclasses.replace(reference, seconds=asked.seconds * TIMES, repeat=TIMES)
        return Run("length", ((reference, PLAIN, False), (longer, PLAIN, False)))
    if asked.heavy:
        return Run("heavy", ((dataclasses.replace(reference, kind="heavy"), PLAIN, True),))
    for kind in ("mixed", "sparse"):
        if getattr(asked, kind):
            return Run(kind, ((reference, PLAIN, False), (dataclasses.replace(reference, kind=kind), PLAIN, False)))
    if asked.stems:
        return Run("stems", ((reference, STEMS, False),))
    return Run("reference", ((reference, SCALING if asked.scaling else PLAIN, True),))


REF_128_180 = Wanted("reference", 128, 180)

SUITES = {
    # What README and RESULTS.md show of others.
    "peers": (
        Run("reference", ((REF_128_180, (*SCALING, dubplate.MIX_ALONE), True),)),
        Run("tracks", tuple((Wanted("reference", tracks, 60), PLAIN, True) for tracks in (32, 128, 256))),
        Run("heavy", ((Wanted("heavy", 64, 60), PLAIN, True),)),
    ),
    # Dubplate alone: how it grows, and what kinds of sessions cost.
    "alone": (
        Run("start", tuple((Wanted("reference", tracks, 1), PLAIN, False) for tracks in (1, 8, 32, 128))),
        Run("length", ((REF_128_180, PLAIN, False), (Wanted("reference", 128, 1800, TIMES), PLAIN, False))),
        Run("mixed", ((REF_128_180, PLAIN, False), (Wanted("mixed", 128, 180), PLAIN, False))),
        Run("sparse", ((REF_128_180, PLAIN, False), (Wanted("sparse", 128, 180), PLAIN, False))),
        Run("stems", ((REF_128_180, STEMS, False),)),
        Run("many-tracks", ((REF_128_180, PLAIN, False), (Wanted("reference", 512, 180), PLAIN, False))),
    ),
}
