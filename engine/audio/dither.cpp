#include "engine/audio/dither.h"

#include <immintrin.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include "kernels/shared/philox.h"

namespace dubplate::audio {

namespace {

constexpr int kGroupFrames = 32;  // eight counters at a time, four words each
constexpr int kTileFrames = 512;

/// The keys of all rounds, each in four 64-bit lanes.
struct KeySchedule {
    explicit KeySchedule(DitherKey key) {
        for (int round = 0; round < kernels::kPhiloxRounds; ++round) {
            low[round] = _mm256_set1_epi64x(key.low);
            high[round] = _mm256_set1_epi64x(key.high);
            key.low += kernels::kPhiloxStep0;
            key.high += kernels::kPhiloxStep1;
        }
    }
    __m256i low[kernels::kPhiloxRounds], high[kernels::kPhiloxRounds];
};

/// kGroupFrames words from kGroupFrames / 4 counters on. Four counters to a register, each in a 64-bit lane whose upper
/// half may hold anything: words 0 and 2 only enter multiplications of lower halves, words 1 and 3 only exclusive ors.
/// Two registers at a time, because each waits for its multiplications.
void philox_group(std::int64_t first_counter, std::uint32_t channel, const KeySchedule& keys, std::uint32_t* out) {
    constexpr int kRegisters = kGroupFrames / 16;
    __m256i c0[kRegisters], c1[kRegisters], c2[kRegisters], c3[kRegisters];
    for (int r = 0; r < kRegisters; ++r) {
        c0[r] = _mm256_add_epi64(_mm256_set1_epi64x(first_counter + 4 * r), _mm256_setr_epi64x(0, 1, 2, 3));
        c1[r] = _mm256_srli_epi64(c0[r], 32);
        c2[r] = _mm256_set1_epi64x(channel);
        c3[r] = _mm256_setzero_si256();
    }
    const __m256i multiplier0 = _mm256_set1_epi64x(kernels::kPhiloxMultiplier0);
    const __m256i multiplier1 = _mm256_set1_epi64x(kernels::kPhiloxMultiplier1);
    for (int round = 0; round < kernels::kPhiloxRounds; ++round) {
        for (int r = 0; r < kRegisters; ++r) {
            const __m256i product0 = _mm256_mul_epu32(c0[r], multiplier0);
            const __m256i product1 = _mm256_mul_epu32(c2[r], multiplier1);
            c0[r] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product1, 32), c1[r]), keys.low[round]);
            c2[r] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(product0, 32), c3[r]), keys.high[round]);
            c1[r] = product1;
            c3[r] = product0;
        }
    }
    for (int r = 0; r < kRegisters; ++r) {
        const __m256i words01 = _mm256_blend_epi32(c0[r], _mm256_slli_epi64(c1[r], 32), 0xAA);
        const __m256i words23 = _mm256_blend_epi32(c2[r], _mm256_slli_epi64(c3[r], 32), 0xAA);
        const __m256i even = _mm256_unpacklo_epi64(words01, words23);  // counters 0 | 2
        const __m256i odd = _mm256_unpackhi_epi64(words01, words23);   // counters 1 | 3
        auto* const to = reinterpret_cast<__m256i*>(out + 16 * r);
        _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
        _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
    }
}

/// Largest magnitude as bits: ordered like the magnitudes themselves, NaN above infinity.
std::int32_t peak_bits_of(const float* in, int count) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i peaks = _mm256_setzero_si256();
    int k = 0;
    for (; k + 8 <= count; k += 8)
        peaks = _mm256_max_epi32(
            peaks, _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + k)), magnitude));
    alignas(32) std::int32_t lanes[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), peaks);
    std::int32_t peak = *std::max_element(lanes, lanes + 8);
    for (; k < count; ++k) peak = std::max(peak, std::bit_cast<std::int32_t>(in[k]) & 0x7fffffff);
    return peak;
}

float peak_of(const float* in, int count) {
    const float peak = std::bit_cast<float>(peak_bits_of(in, count));
    return peak <= std::numeric_limits<float>::max() ? peak : std::numeric_limits<float>::infinity();
}

/// Eight frames. Product and dither are exact in float64, their sum is rounded once before it becomes an integer.
__m256i quantise_eight(__m256 samples, __m256i words, double scale, double low, double high) {
    const __m256i difference =
        _mm256_sub_epi32(_mm256_and_si256(words, _mm256_set1_epi32(0xffff)), _mm256_srli_epi32(words, 16));
    const auto half = [&](__m128 part, __m128i dither) {
        const __m256d sum = _mm256_fmadd_pd(_mm256_cvtps_pd(part), _mm256_set1_pd(scale),
                                            _mm256_mul_pd(_mm256_cvtepi32_pd(dither), _mm256_set1_pd(0x1p-16)));
        return _mm256_cvtpd_epi32(_mm256_max_pd(_mm256_min_pd(sum, _mm256_set1_pd(high)), _mm256_set1_pd(low)));
    };
    return _mm256_set_m128i(half(_mm256_extractf128_ps(samples, 1), _mm256_extracti128_si256(difference, 1)),
                            half(_mm256_castps256_ps128(samples), _mm256_castsi256_si128(difference)));
}

}  // namespace

DitherKey dither_key(std::uint64_t seed, std::string_view output_name) {
    const std::uint64_t key = XXH3_64bits_withSeed(output_name.data(), output_name.size(), seed);
    return {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
}

Dither::Dither(std::uint64_t seed, std::string_view output_name, int channel)
    : key_(dither_key(seed, output_name)), channel_(static_cast<std::uint32_t>(channel)) {}

void Dither::words(FrameCount first, int count, std::uint32_t* out) const {
    const KeySchedule keys(key_);
    const FrameCount end = first + count;
    while (first < end) {
        const FrameCount group = floor_div(first, kGroupFrames);
        const auto skip = static_cast<int>(first - group * kGroupFrames);
        const auto taken = static_cast<int>(std::min<FrameCount>(kGroupFrames - skip, end - first));
        if (taken == kGroupFrames) {
            philox_group(group * kGroupFrames / 4, channel_, keys, out);
        } else {
            std::uint32_t whole[kGroupFrames];
            philox_group(group * kGroupFrames / 4, channel_, keys, whole);
            std::copy_n(whole + skip, taken, out);
        }
        first += taken;
        out += taken;
    }
}

void Dither::quantise(FrameCount first, const float* in, int count, int bits, std::int32_t* out,
                      LevelTally& tally) const {
    assert(bits >= 2 && bits <= 32);
    const auto scale = static_cast<double>(std::int64_t{1} << (bits - 1));
    for (int done = 0; done < count; done += kTileFrames) {
        const int frames = std::min(kTileFrames, count - done);
        const float* const from = in + done;
        const float peak = peak_of(from, frames);
        if (peak > 1.0f)
            tally.clipped_samples += std::count_if(from, from + frames, [](float s) { return s > 1.0f || s < -1.0f; });
        tally.peak = std::max(tally.peak, peak);

        alignas(32) std::uint32_t noise[kTileFrames];
        words(first + done, frames, noise);
        int k = 0;
        for (; k + 8 <= frames; k += 8)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + done + k),
                                quantise_eight(_mm256_loadu_ps(from + k),
                                               _mm256_load_si256(reinterpret_cast<const __m256i*>(noise + k)), scale,
                                               -scale, scale - 1.0));
        if (k < frames) {
            float rest[8] = {};
            std::uint32_t rest_noise[8] = {};
            std::int32_t rest_out[8];
            std::copy(from + k, from + frames, rest);
            std::copy(noise + k, noise + frames, rest_noise);
            _mm256_storeu_si256(
                reinterpret_cast<__m256i*>(rest_out),
                quantise_eight(_mm256_loadu_ps(rest), _mm256_loadu_si256(reinterpret_cast<const __m256i*>(rest_noise)),
                               scale, -scale, scale - 1.0));
            std::copy_n(rest_out, frames - k, out + done + k);
        }
    }
}

void copy_float_bits(const float* in, int count, std::int32_t* out, LevelTally& tally) {
    tally.peak = std::max(tally.peak, peak_of(in, count));
    for (int k = 0; k < count; ++k) out[k] = std::bit_cast<std::int32_t>(in[k] + 0.0f);
}

}  // namespace dubplate::audio
