#pragma once

/// Which strips run in one step and are rounded together in one sum.
///
/// A function of the session and of whether a device is used, never of stems, threads or chunks: this is what makes sums
/// the same on every run.
/// On a CPU a block is one thread's at a time, so convolutions, which take long, fill it sooner. A device takes all blocks
/// together and merges what it sums (engine/regions/merged_sums.h): there, units that end in what it can run fill blocks of
/// their own, sixteen each, and nothing else goes there to be summed.
/// Threads: plain functions.

#include <vector>

#include "engine/graph/routing.h"
#include "engine/nodes/strip_setup.h"

namespace dubplate::graph {

enum class CutFor { cpu, device };

struct SumBlock {
    int level = 0;
    std::vector<int> units;  ///< in session order; of one level and one destination
};

/// All units of the routing, up to sixteen places a block; by level, so that blocks come after what feeds them, otherwise
/// in the order of their first strips. Setups are [strip].
std::vector<SumBlock> cut_sum_blocks(const session::Session& session, const Routing& routing,
                                     const std::vector<nodes::StripSetup>& setups, CutFor cut_for);

}  // namespace dubplate::graph
