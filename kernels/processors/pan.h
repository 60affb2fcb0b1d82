#pragma once

/// Places the two channels of a stereo strip: balance, mono to a place, each channel by itself, and width. Linear, no
/// latency, no tail. docs/pan.md

#include "kernels/processors/processor.h"

namespace dubplate::kernels {

extern const ProcessorKind kPan;

}  // namespace dubplate::kernels
