#pragma once

/// Floats to integers with dither that is a function of where a sample lies: the loops behind engine/audio/dither.h.
///
/// Shapes: one channel, [frame]. Threads: pure functions.

#include <cstdint>

namespace dubplate::kernels {

/// The Philox words of frames [first, first + count) of a channel: word frame mod 4 of the counter (frame / 4, channel).
void dither_words(std::uint32_t key0, std::uint32_t key1, std::uint32_t channel, std::int64_t first, int count,
                  std::uint32_t* out);

/// out = round to even(in * 2^(bits-1) + dither), kept within the range of `bits` bits, 2..32. Dither is the difference of
/// the two halves of a word, over 2^16.
void quantise(const float* in, const std::uint32_t* words, int count, int bits, std::int32_t* out);

/// Sums of squares, each of the frames that are equal modulo 16: they do not wait for each other, and do not depend on
/// how frames are cut into calls.
inline constexpr int kSquares = 16;
/// Adds the squares of frames [first, first + count). Answers with the largest magnitude as its bits, which are ordered
/// like magnitudes; of a NaN above infinity's.
std::int32_t add_squares(const float* in, std::int64_t first, int count, double* squares);

}  // namespace dubplate::kernels
