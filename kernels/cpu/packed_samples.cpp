#include "kernels/cpu/packed_samples.h"

#include <cstring>

#include "kernels/cpu/integer_registers.h"
#include "kernels/cpu/pack.h"

namespace dubplate::kernels {
namespace {

constexpr float kScale16 = 1.0f / 32768.0f;
constexpr int kStep = kIntegersPerRegister;

/// Three bytes go to the top of each 32-bit lane: 256 times the value, still exact as a float.
DUBPLATE_HD Integers spread_bytes() {
    return all_blocks(_mm_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11));
}
DUBPLATE_HD Integers squeeze_bytes() {
    return all_blocks(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
}

#if defined(__AVX512F__)
DUBPLATE_HD Integers load_shorts(const std::byte* at) {
    return _mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
}
DUBPLATE_HD void store_shorts(std::byte* at, Integers a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at), _mm512_cvtsepi32_epi16(a));
}
/// Twelve bytes in each block, the last four anything.
DUBPLATE_HD Integers load_twelves(const std::byte* at) {
    return _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11),
                                    _mm512_loadu_si512(at));
}
DUBPLATE_HD void store_twelves(std::byte* at, Integers a) {
    _mm512_storeu_si512(
        at, _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 3, 3, 3), a));
}
DUBPLATE_HD void store_scaled(float* at, Integers a, float scale) {
    _mm512_storeu_ps(at, _mm512_mul_ps(_mm512_cvtepi32_ps(a), _mm512_set1_ps(scale)));
}
#else
DUBPLATE_HD Integers load_shorts(const std::byte* at) {
    return _mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}
DUBPLATE_HD void store_shorts(std::byte* at, Integers a) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(at),
                     _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)));
}
/// Twelve bytes in each block, the last four anything.
DUBPLATE_HD Integers load_twelves(const std::byte* at) {
    return _mm256_set_m128i(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 12)),
                            _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
}
DUBPLATE_HD void store_twelves(std::byte* at, Integers a) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at),
                        _mm256_permutevar8x32_epi32(a, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 3)));
}
DUBPLATE_HD void store_scaled(float* at, Integers a, float scale) {
    _mm256_storeu_ps(at, _mm256_mul_ps(_mm256_cvtepi32_ps(a), _mm256_set1_ps(scale)));
}
#endif

std::int32_t left_justified_24(const std::byte* from) {
    return static_cast<std::int32_t>(std::to_integer<std::uint32_t>(from[0]) << 8 |
                                     std::to_integer<std::uint32_t>(from[1]) << 16 |
                                     std::to_integer<std::uint32_t>(from[2]) << 24);
}

template <class T>
T value_at(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

}  // namespace

void unpack_16(const std::byte* packed, std::int64_t samples, float* out) {
    std::int64_t k = 0;
    for (; k + kStep <= samples; k += kStep) store_scaled(out + k, load_shorts(packed + 2 * k), kScale16);
    for (; k < samples; ++k) out[k] = static_cast<float>(value_at<std::int16_t>(packed + 2 * k)) * kScale16;
}

void unpack_24(const std::byte* packed, std::int64_t samples, float* out) {
    const Integers spread = spread_bytes();
    std::int64_t k = 0;
    for (; k + kStep <= samples; k += kStep)
        store_scaled(out + k, pick_bytes(load_twelves(packed + 3 * k), spread), kScale32);
    for (; k < samples; ++k) out[k] = static_cast<float>(left_justified_24(packed + 3 * k)) * kScale32;
}

void unpack_32(const std::byte* packed, std::int64_t samples, float* out) {
    std::int64_t k = 0;
    for (; k + kStep <= samples; k += kStep) store_scaled(out + k, load_integers(packed + 4 * k), kScale32);
    for (; k < samples; ++k) out[k] = static_cast<float>(value_at<std::int32_t>(packed + 4 * k)) * kScale32;
}

void pack_16(const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    std::int64_t k = 0;
    for (; k + kStep <= samples; k += kStep) store_shorts(packed + 2 * k, load_integers(in + k));
    for (; k < samples; ++k) {
        const auto value = static_cast<std::int16_t>(in[k]);
        std::memcpy(packed + 2 * k, &value, 2);
    }
}

void pack_24(const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    const Integers squeeze = squeeze_bytes();
    std::int64_t k = 0;
    for (; k + kStep <= samples; k += kStep) store_twelves(packed + 3 * k, pick_bytes(load_integers(in + k), squeeze));
    for (; k < samples; ++k) std::memcpy(packed + 3 * k, in + k, 3);
}

void pack_24_pairs(const std::int32_t* left, const std::int32_t* right, std::int64_t frames, std::byte* packed) {
    const Integers squeeze = squeeze_bytes();
    std::int64_t k = 0;
    for (; k + kStep <= frames; k += kStep) {
        const Integers l = load_integers(left + k), r = load_integers(right + k);
        const Integers even = pick_bytes(unpack_low_32(l, r), squeeze), odd = pick_bytes(unpack_high_32(l, r), squeeze);
        store_twelves(packed + 6 * k, blocks_in_turn_low(even, odd));
        store_twelves(packed + 6 * k + 3 * kStep, blocks_in_turn_high(even, odd));
    }
    for (; k < frames; ++k) {
        std::memcpy(packed + 6 * k, left + k, 3);
        std::memcpy(packed + 6 * k + 3, right + k, 3);
    }
}

}  // namespace dubplate::kernels
