#pragma once

/// About how long a plan takes to evaluate, and how much memory its program holds: counted block by block from what each
/// does, with figures measured once (kernels/processors/cost.h, bench/RESULTS.md).
///
/// What is silent costs nothing: tracks sound where their clips do, everything else where something that feeds it does,
/// and for the tails behind it. Threads: a plain function.

#include <memory>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/graph/program.h"

namespace dubplate::render {

struct PlanCost {
    double cpu_seconds = 0.0;
    std::vector<double> block_seconds;  ///< [block] of them
    std::int64_t bytes = 0;
};

/// Setups and tracks are [strip]; evaluation goes from settings.run_start to `end`.
PlanCost cost_of_plan(const session::Session& session, const graph::Plan& plan,
                      const std::vector<nodes::StripSetup>& setups,
                      const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks,
                      const graph::ProgramSettings& settings, FrameCount end);

}  // namespace dubplate::render
