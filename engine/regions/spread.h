#pragma once

/// The last steps of a region: what came down of a chunk, into streams.
///
/// A block spreads those of its outputs that come down, a sum what was added on the device.
/// Errors: a NaN or infinity in a partial stops the run and names strips and frame. Of partials that stay on the device it is
/// their sum that shows the frame; a sum that is infinite though none of its partials is goes on to who reads it.
/// Threads: as steps.

#include "engine/regions/region_state.h"

namespace dubplate::regions {

class SpreadStep final : public nodes::Step {
public:
    SpreadStep(RegionState& region, std::size_t block) : region_(region), block_(region.blocks[block]) {}
    Result<void> run(const nodes::Chunk& chunk) override;

private:
    RegionState& region_;
    const BlockState& block_;
};

class SpreadSumStep final : public nodes::Step {
public:
    SpreadSumStep(RegionState& region, std::size_t sum)
        : region_(region), sum_(region.sums[sum]), has_failed_(sum_.partials.size()) {}
    Result<void> run(const nodes::Chunk& chunk) override;

private:
    RegionState& region_;
    const SumState& sum_;
    std::vector<bool> has_failed_;  // [partial] in this chunk or before: those of larger leads are added later
};

}  // namespace dubplate::regions
