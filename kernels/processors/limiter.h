#pragma once

/// Look-ahead limiter: no sample, or no true peak, above the ceiling.
///
/// Gain. Latency: the lookahead (and the true-peak detector's 40 frames), rounded up to 64 frames. No tail: silence in
/// gives silence out. docs/dynamics.md#limiter

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kLimiter;

}  // namespace dubplate::kernels
