#pragma once

/// Gain and polarity. Linear, no latency, no tail. docs/processors.md#trim

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kTrim;

}  // namespace dubplate::kernels
