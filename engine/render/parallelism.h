#pragma once

/// How many threads a render could keep busy: its work, its span, and its schedule on a few numbers of threads, simulated
/// (engine/graph/simulation.h). Of the stage that renders; opening files and completing them come on top.
///
/// Threads: a plain function.

#include <vector>

#include "engine/graph/plan.h"
#include "engine/render/outputs.h"

namespace dubplate::render {

struct SimulatedRender {
    int threads = 0;
    double seconds = 0.0;
    double parallelism = 0.0;  ///< tasks at once, on average
};

struct Parallelism {
    std::int64_t tasks = 0;
    double work_seconds = 0.0, span_seconds = 0.0;
    std::vector<SimulatedRender> schedules;  ///< ascending by threads
};

/// What each step of a render costs, all chunks together.
struct StepCosts {
    std::vector<double> block_seconds;   ///< [block] of the plan
    std::vector<double> output_seconds;  ///< [output]
    double residual_seconds = 0.0;
};

/// `has_residual`: the stems' sum is measured; `detects_end`: outputs wait for what finds the end; `chunks` that every step
/// runs.
Parallelism parallelism_of(const graph::Plan& plan, const std::vector<OutputFile>& outputs, const StepCosts& costs,
                           bool has_residual, bool detects_end, FrameCount chunks, const std::vector<int>& threads);

}  // namespace dubplate::render
