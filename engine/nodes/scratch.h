#pragma once

/// Short-lived buffers of one block, aligned for vectors.

#include <array>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {

/// Planar rows of one block on the stack: at most 16 lanes of kMaxBlockFrames.
struct Planar {
    alignas(64) std::array<std::array<float, kernels::kMaxBlockFrames>, kernels::kMaxLanes> samples;
    std::array<float*, kernels::kMaxLanes> rows;

    explicit Planar(int count) {  // NOLINT: samples are written before they are read
        for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = samples[static_cast<std::size_t>(i)].data();
    }
};

}  // namespace dubplate::nodes
