#pragma once

/// How long a schedule would take on any number of threads, from what each step's chunks cost.
///
/// Work is what one thread needs for all tasks. Span is what endless threads need: the longest chain of tasks in which each
/// waits for the one before, by the rules of task_order.h. No number of threads does more than work / span tasks at once on
/// average. A simulated schedule gives threads that come free the tasks that the real one gives them; what threads cost each
/// other (caches, memory, locks) is not in it.
/// Long runs repeat themselves: after kSimulatedChunks the rest is taken to go on at the pace of their second half.
/// Threads: plain functions. Determinism: the figures follow from the arguments alone.

#include <cstddef>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::graph {

struct SimulatedSteps {
    std::vector<std::vector<std::size_t>> after;  ///< [step] steps it reads from, all earlier in the list
    std::vector<double> seconds;                  ///< [step] of one chunk, not negative
    FrameCount chunks = 0;
    int in_flight = 2;
};

inline constexpr FrameCount kSimulatedChunks = 256;

double work_seconds(const SimulatedSteps& steps);
double span_seconds(const SimulatedSteps& steps);
double simulated_seconds(const SimulatedSteps& steps, int threads);

}  // namespace dubplate::graph
