#pragma once

/// Echoes: a delay in seconds or note values with feedback, filters in the feedback, ping-pong. Linear, no latency;
/// tail: until the echoes are below -140 dB, 60 s at most. docs/delay.md

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kDelay;

}  // namespace dubplate::kernels
