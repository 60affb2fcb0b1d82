#pragma once

/// Packed samples of strips straight into their lanes: what unpacking (packed_samples.h) and planes_to_lanes (transpose.h)
/// give one after the other, without a copy between them. For blocks in which nothing else is done to what files hold.
///
/// Shapes: packed[member][frame][channel]; audio[frame][width], member k in the lanes from k * channels on. Width is 1,
/// 4, 8 or 16, channels 1 or 2, frames a multiple of 4, at most kMaxBlockFrames. kPackedSlack bytes behind a member's last
/// sample are readable. Bits: as unpack_*() has them; floats + 0, so that no zero is negative. Threads: pure functions.

#include <cstddef>
#include <span>

namespace dubplate::kernels {

enum class PackedType { int16, int24, int32, float32 };

/// Members without bytes (null), and lanes without members, are silent.
void unpack_to_lanes(PackedType type, int channels, std::span<const std::byte* const> packed, int width, int frames,
                     float* audio);

}  // namespace dubplate::kernels
