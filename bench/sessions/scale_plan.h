#pragma once

/// A session of many parts, SCALE-tracks-seconds: what loading and memory are measured with.
///
/// Every track has 20 clips and 200 automation points (fader, pan, its send's level, one of its equaliser's gains), an
/// equaliser and a compressor, one of 8 buses and a send to one of 2 delays. All tracks share 32 mono files of 10 s:
/// what grows with the session is the session, not the audio. 1,000 tracks: 20,000 clips, 200,000 points.
/// Determinism: a function of the settings; `repeat` is not used.

#include "bench/sessions/plan.h"

namespace dubplate::bench {

inline constexpr int kClipsPerTrack = 20;
inline constexpr int kPointsPerTrack = 200;

Plan scale_plan(const PlanSettings& settings);

}  // namespace dubplate::bench
