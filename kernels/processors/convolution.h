#pragma once

/// Convolution with a recorded or designed response: rooms, plates, loudspeakers. Linear. Latency: one batch of blocks,
/// by the response's length; tail: the response and the pre-delay. docs/convolution.md

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kConvolution;

}  // namespace dubplate::kernels
