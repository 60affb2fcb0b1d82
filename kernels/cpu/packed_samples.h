#pragma once

/// Little-endian integers of 16, 24 and 32 bits, one after the other as files hold them, to and from floats and ints.
///
/// Scale: an n-bit integer k is the float k / 2^(n-1), rounded to the nearest float. Packed bytes need kPackedSlack
/// readable (writable) bytes behind the last sample: whole registers are moved. Order stays. Threads: pure functions.

#include <cstddef>
#include <cstdint>

namespace dubplate::kernels {

inline constexpr std::size_t kPackedSlack = 32;
inline constexpr float kScale32 = 1.0f / 2147483648.0f;  ///< of integers moved to the top of 32 bits

void unpack_16(const std::byte* packed, std::int64_t samples, float* out);
void unpack_24(const std::byte* packed, std::int64_t samples, float* out);
void unpack_32(const std::byte* packed, std::int64_t samples, float* out);

/// Integers within the type's range.
void pack_16(const std::int32_t* in, std::int64_t samples, std::byte* packed);
void pack_24(const std::int32_t* in, std::int64_t samples, std::byte* packed);
/// Left and right in turn.
void pack_24_pairs(const std::int32_t* left, const std::int32_t* right, std::int64_t frames, std::byte* packed);

}  // namespace dubplate::kernels
