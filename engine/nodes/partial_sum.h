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
    /// Fills out[0..frames) with one channel of the sum; frames <= kMaxBlockFrames.
    void read(FrameCount start, int frames, int channel, float* out) const;

private:
    void add(std::size_t first, std::size_t last, FrameCount start, int frames, int channel, float* out) const;

    std::vector<const Stream*> partials_;
};

}  // namespace dubplate::nodes
