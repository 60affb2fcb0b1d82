#pragma once

/// Compressor: downward or upward, with side-chain, key filters, knee, hold, automatic release, link and parallel mix.
///
/// Gain. Feed-forward, smoothed in the log domain. Latency: the lookahead, rounded up to 64 frames. No tail: silence in
/// gives silence out. docs/dynamics.md#compressor

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kCompressor;

}  // namespace dubplate::kernels
