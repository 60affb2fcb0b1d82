#pragma once

/// Where lanes fall silent, by value, in granules of 64 frames.

#include <limits>

#include "engine/base/time.h"

namespace dubplate::nodes {

inline constexpr FrameCount kNeverZero = std::numeric_limits<FrameCount>::max();

/// First frame from which all granules of a block are exactly zero, for every lane that `open` holds a bit of; kNeverZero
/// if the lane's last granule is not. `audio` [frame][width], `zeros` [lane].
void zeros_from(FrameCount start, int frames, int width, const float* audio, unsigned open, FrameCount* zeros);

}  // namespace dubplate::nodes
