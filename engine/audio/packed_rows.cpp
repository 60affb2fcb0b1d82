#include "engine/audio/packed_rows.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace dubplate::audio {

namespace {

constexpr int kTileSamples = 2048;  // stays in L1, for any number of channels that a file may have

}  // namespace

void unpack_rows(SampleType type, int channels, const std::byte* packed, int frames, std::span<const int> picks,
                 double gain, float* const* out) {
    // Integers have no negative zero.
    const bool is_done = gain == 1.0 && !is_float(type);
    const int tile_frames = std::max(kTileSamples / channels, 1);
    alignas(64) float tile[kTileSamples];
    assert(channels <= kTileSamples);
    for (int begin = 0; begin < frames; begin += tile_frames) {
        const int count = std::min(tile_frames, frames - begin);
        const std::byte* const from = packed + std::ptrdiff_t{begin} * channels * bytes_of(type);
        const bool straight = channels == 1 && picks.size() == 1;
        unpack(type, from, std::int64_t{count} * channels, straight ? out[0] + begin : tile);
        for (std::size_t k = 0; k < picks.size(); ++k) {
            assert(picks[k] >= 0 && picks[k] < channels && "clips pick channels that the file has");
            if (!straight) pick_channel(tile, channels, picks[k], count, out[k] + begin);
            if (!is_done) scale(out[k] + begin, count, gain);
        }
    }
}

void scale(float* samples, int count, double gain) {
    if (gain == 1.0) {
        for (int k = 0; k < count; ++k) samples[k] = samples[k] + 0.0f;
    } else {
        for (int k = 0; k < count; ++k) samples[k] = static_cast<float>(static_cast<double>(samples[k]) * gain) + 0.0f;
    }
}

void scale(float* samples, int count, const double* gains) {
    for (int k = 0; k < count; ++k) samples[k] = static_cast<float>(static_cast<double>(samples[k]) * gains[k]) + 0.0f;
}

}  // namespace dubplate::audio
