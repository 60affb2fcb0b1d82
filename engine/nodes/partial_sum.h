#pragma once

/// The fixed summation tree of a destination: partials added in order, sixteen at a time, float64 inside a sum, rounded
/// to float32 once a node (sum_tree.h).
///
/// Shapes: planar, one channel at a time. Determinism: the tree follows from the number of partials alone. A node that was
/// added elsewhere may stand for its partials.

#include <vector>

#include "engine/nodes/stream.h"

namespace dubplate::nodes {

class PartialSum {
public:
    PartialSum() = default;
    /// All streams have the same number of channels.
    explicit PartialSum(std::vector<const Stream*> partials);
    /// `leaves` [stream]: how many of the tree's leaves it stands for, a whole node of them or one.
    PartialSum(std::vector<const Stream*> partials, const std::vector<std::size_t>& leaves);

    bool empty() const { return partials_.empty(); }
    bool is_silent(FrameCount start, int frames) const;
    /// One channel of the sum: where the only partial keeps it, or in spare[0..frames). frames <= kMaxBlockFrames.
    const float* read(FrameCount start, int frames, int channel, float* spare) const;

private:
    const float* add(std::size_t first, std::size_t last, FrameCount start, int frames, int channel,
                     float* spare) const;

    std::vector<const Stream*> partials_;
    std::vector<std::size_t> first_leaf_;  // [partial], and behind them how many leaves there are
};

}  // namespace dubplate::nodes
