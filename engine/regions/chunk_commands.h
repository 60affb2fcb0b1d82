#pragma once

/// What the device does for one chunk of a region: unpack, every stage of every strip, sums.
///
/// Threads: the device's.

#include "engine/regions/region_state.h"

namespace dubplate::regions {

/// Gathers the chunk's kernels in its slot's Commands, which are cleared before.
void add_chunk_commands(RegionState& region, const nodes::Chunk& chunk);

/// The numbers of a workspace in which the largest strip's stage fits, and in which all strips fit at once.
struct WorkspaceNeed {
    std::size_t least = 0, most = 0;
    int points = 0;  ///< of the largest transforms, whose batches may run over the end
};
WorkspaceNeed workspace_need(const RegionState& region);

}  // namespace dubplate::regions
