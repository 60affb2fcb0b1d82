#pragma once

/// Sums of partials that a region adds: a whole tree or one of its nodes (nodes/sum_tree.h), whose root alone comes down.
///
/// Partials that sums read are kept on the device in rings (OutputState::kept), for as long as a sum of a smaller lead reads
/// them later: what a sum adds for a chunk are the frames from chunk.start + its own lead on.
/// Threads: as region_state.h says.

#include <cstddef>
#include <vector>

#include "engine/nodes/step.h"
#include "engine/regions/region.h"

namespace dubplate::regions {

class ChunkRun;
struct RegionState;

struct SumState {
    struct Child {
        bool is_node = false;   ///< otherwise a partial
        std::size_t index = 0;  ///< of the sum's nodes, or of the region's outputs
    };
    struct Node {
        std::vector<Child> children;
        int height = 1;         ///< more than its children's
        float* rows = nullptr;  ///< [channel][chunk frames] on the device; null: the root, which comes down
    };
    nodes::Stream* stream = nullptr;
    FrameCount lead = 0;
    std::vector<std::size_t> partials;  ///< outputs of the region
    std::vector<Node> nodes;            ///< children before parents, the root last
    std::size_t first_row = 0, first_flag = 0;
    std::size_t channels() const { return static_cast<std::size_t>(stream->channels()); }
};

/// To a region that has its outputs: rows and flags behind theirs.
void add_sums(RegionState& region, const std::vector<RegionSum>& sums);

/// Zeros on the device that kept rows and nodes need, and where they are.
std::size_t sum_floats(const RegionState& region);
void place_sums(RegionState& region, float* memory);

/// Behind the commands that make the partials.
void add_sum_commands(ChunkRun& run);

}  // namespace dubplate::regions
