#pragma once

/// The last step of a region's block: what came down of a chunk, into the streams of the block's destinations.
///
/// Errors: a NaN or infinity stops the run and names the strips and the frame. Threads: as steps.

#include "engine/regions/region_state.h"

namespace dubplate::regions {

class SpreadStep final : public nodes::Step {
public:
    SpreadStep(RegionState& region, std::size_t block) : region_(region), block_(region.blocks[block]) {}
    Result<void> run(const nodes::Chunk& chunk) override;

private:
    void write(const OutputState& output, const float* rows, FrameCount start);
    Error not_finite(const OutputState& output, const float* rows, FrameCount start) const;

    RegionState& region_;
    const BlockState& block_;
};

}  // namespace dubplate::regions
