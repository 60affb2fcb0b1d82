#pragma once

/// The fixed summation tree of a destination: partials added in order, sixteen at a time, float64 inside a sum, rounded
/// to float32 once a node.
///
/// Shapes: planar, one channel at a time. Determinism: the tree follows from the number of partials alone.

#include <vector>

#include "engine/nodes/stream.h"

namespace dubplate::nodes {

class PartialSum {
public:
    PartialSum() = default;
    /// All streams have the same number of channels.
    explicit PartialSum(std::vector<const Stream*> partials) : partials_(std::move(partials)) {}

    bool empty() const { return partials_.empty(); }
    bool is_silent(FrameCount start, int frames) const;
    /// One channel of the sum: where the only partial keeps it, or in spare[0..frames). frames <= kMaxBlockFrames.
    const float* read(FrameCount start, int frames, int channel, float* spare) const;

private:
    const float* add(std::size_t first, std::size_t last, FrameCount start, int frames, int channel,
                     float* spare) const;

    std::vector<const Stream*> partials_;
};

}  // namespace dubplate::nodes
