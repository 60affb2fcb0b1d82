#pragma once

/// Samples as they lie in files, to and from floats: little-endian PCM of 16, 24 and 32 bits and IEEE float of
/// 32 and 64 bits.
///
/// Shapes: packed bytes [frame][channel]; floats and integers planar or [frame][channel] as said. Buffers of packed
/// bytes need kPackedSlack readable (writable) bytes behind their last sample: whole vectors are moved.
/// Scale: an n-bit integer k is the float k / 2^(n-1); 32-bit integers and 64-bit floats are rounded to the nearest float.
/// Threads: pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "kernels/cpu/packed_samples.h"

namespace dubplate::audio {

enum class SampleType { int16, int24, int32, float32, float64 };

using kernels::kPackedSlack;

constexpr int bytes_of(SampleType type) {
    return type == SampleType::int16 ? 2 : type == SampleType::int24 ? 3 : type == SampleType::float64 ? 8 : 4;
}
constexpr bool is_float(SampleType type) { return type == SampleType::float32 || type == SampleType::float64; }

/// `samples` packed samples to floats, in the same order.
void unpack(SampleType type, const std::byte* packed, std::int64_t samples, float* out);

/// Integers within the type's range (the bits of a float32 for floats), in the same order, to packed bytes.
void pack(SampleType type, const std::int32_t* in, std::int64_t samples, std::byte* packed);

/// One channel of [frame][channel].
void pick_channel(const float* interleaved, int channels, int channel, int frames, float* out);

/// [channel][frame] to [frame][channel].
void interleave(const std::int32_t* const* planes, int channels, int frames, std::int32_t* out);

/// Both: [channel][frame] to packed [frame][channel].
void pack_planes(SampleType type, const std::int32_t* const* planes, int channels, int frames, std::byte* packed);

/// Index of the first NaN or infinity.
std::optional<std::int64_t> first_not_finite(const float* samples, std::int64_t count);

}  // namespace dubplate::audio
