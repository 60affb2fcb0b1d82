#pragma once

/// A linear processor whose values stand still, said as a convolution: how a device runs it.
///
/// out = dry part of in[t - latency] + wet part of (in * response)[t - delay], latency being the kind's own.
/// Threads: plain values; what they point to outlives them or is shared.

#include <memory>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/partitioned_convolver.h"

namespace dubplate::kernels {

struct FixedConvolution {
    static constexpr int kNone = -1;

    std::shared_ptr<const std::vector<std::vector<float>>> responses;  ///< [channel][frame], equally long
    std::vector<ConvolutionPath> paths;                                ///< summed in their order
    FrameCount delay = 0;                                              ///< at least one partition of the responses
    /// Parameters that blend what comes out with what went in, percent and dB; kNone: what is convolved comes out alone.
    int mix = kNone, gain = kNone;
};

}  // namespace dubplate::kernels
