#pragma once

/// The reference session as recordings lie in it, SPARSE-tracks-seconds: the same tracks, inserts and sound files, but
/// each track sounds for 40 % of the time, in clips of 2 to 12 s with gaps between them.
///
/// A clip plays its file from where it stands on the timeline: what sounds is what sounds there in the reference
/// session. Determinism: a function of the settings; settings.repeat must be 1.

#include "bench/sessions/plan.h"

namespace dubplate::bench {

/// Of each track's time.
inline constexpr double kSparseSoundShare = 0.4;

Plan sparse_plan(const PlanSettings& settings);

}  // namespace dubplate::bench
