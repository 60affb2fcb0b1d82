#pragma once

/// SHA-256's compression of blocks (FIPS 180-4, section 6.2.2) by the processor's own instructions, of one message or of two.
///
/// Each round waits for the one before, so that one message leaves the processor idle half of the time: two that are hashed
/// side by side take hardly longer than one of them.
/// Threads: pure functions. Only where has_sha256_instructions().

#include <array>
#include <cstddef>
#include <cstdint>

namespace dubplate::audio {

inline constexpr std::size_t kSha256BlockBytes = 64;

using Sha256State = std::array<std::uint32_t, 8>;
inline constexpr Sha256State kSha256Start{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

bool has_sha256_instructions();
/// `bytes`: whole blocks, so many.
void add_sha256_blocks(Sha256State& state, const std::byte* bytes, std::size_t blocks);
/// So many of each.
void add_sha256_blocks(Sha256State& first, const std::byte* first_bytes, Sha256State& second,
                       const std::byte* second_bytes, std::size_t blocks);

}  // namespace dubplate::audio
