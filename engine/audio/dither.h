#pragma once

/// Rounds floats to integers with triangular (TPDF) dither that depends on where a sample lies, not on when it comes.
///
/// Dither: the difference of the two 16-bit halves of one Philox4x32-10 word, over 2^16: between -1 and +1 LSB, mean 0.
/// Key: XXH3-64 of the output's name, seeded with the session's seed. Counter: (absolute frame / 4, channel); the word
/// is absolute frame mod 4. Shapes: one channel, in[frame]. Threads: pure functions of their arguments.

#include <cstdint>
#include <string_view>

#include "engine/base/time.h"

namespace dubplate::audio {

struct DitherKey {
    std::uint32_t low, high;
};
DitherKey dither_key(std::uint64_t seed, std::string_view output_name);

class Dither {
public:
    Dither(std::uint64_t seed, std::string_view output_name, int channel);

    /// The Philox words of frames [first, first + count).
    void words(FrameCount first, int count, std::uint32_t* out) const;
    /// out = round to even(in * 2^(bits-1) + dither), kept within the range of `bits` bits. bits is 2..32.
    /// Of samples that are not finite the output means nothing.
    void quantise(FrameCount first, const float* in, int count, int bits, std::int32_t* out) const;

private:
    DitherKey key_;
    std::uint32_t channel_;
};

/// Copies bits, -0 becoming +0.
void copy_float_bits(const float* in, int count, std::int32_t* out);

}  // namespace dubplate::audio
