#pragma once

/// A session as nobody would mix it, MIXED-tracks-seconds: what a renderer must get right rather than fast.
///
/// Tracks in mono, stereo and 5.1 with clips, gaps and fades; 1 to 6 inserts of random kinds in random order; 30 % of
/// the strips automated, 10 % side-chained; pairs of tracks that key each other at different taps (each one's insert 2
/// hears the other after its insert 0, which is no cycle); nested buses, pre- and post-fader sends, a tempo ramp.
/// Determinism: a function of the settings.

#include "bench/sessions/plan.h"

namespace dubplate::bench {

Plan mixed_plan(const PlanSettings& settings);

}  // namespace dubplate::bench
