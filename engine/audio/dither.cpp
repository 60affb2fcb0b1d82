#include "engine/audio/dither.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "kernels/cpu/block_functions.h"

namespace dubplate::audio {

namespace {

constexpr int kTileFrames = 512;

}  // namespace

DitherKey dither_key(std::uint64_t seed, std::string_view output_name) {
    const std::uint64_t key = XXH3_64bits_withSeed(output_name.data(), output_name.size(), seed);
    return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
}

Dither::Dither(std::uint64_t seed, std::string_view output_name, int channel)
    : key_(dither_key(seed, output_name)), channel_(static_cast<std::uint32_t>(channel)) {}

void Dither::words(FrameCount first, int count, std::uint32_t* out) const {
    kernels::block_functions().dither_words(key_.low, key_.high, channel_, first, count, out);
}

void Dither::quantise(FrameCount first, const float* in, int count, int bits, std::int32_t* out) const {
    assert(bits >= 2 && bits <= 32);
    for (int done = 0; done < count; done += kTileFrames) {
        const int frames = std::min(kTileFrames, count - done);
        std::uint32_t noise[kTileFrames];
        words(first + done, frames, noise);
        kernels::block_functions().quantise(in + done, noise, frames, bits, out + done);
    }
}

void copy_float_bits(const float* in, int count, std::int32_t* out) {
    for (int k = 0; k < count; ++k) out[k] = std::bit_cast<std::int32_t>(in[k] + 0.0f);
}

}  // namespace dubplate::audio
