#include "engine/audio/pcm.h"

#include <immintrin.h>

#include <bit>
#include <cstring>

namespace dubplate::audio {

namespace {

constexpr float kScale16 = 1.0f / 32768.0f;
constexpr float kScale32 = 1.0f / 2147483648.0f;

std::int32_t load_left_justified_24(const std::byte* from) {
    return static_cast<std::int32_t>(std::to_integer<std::uint32_t>(from[0]) << 8 |
                                     std::to_integer<std::uint32_t>(from[1]) << 16 |
                                     std::to_integer<std::uint32_t>(from[2]) << 24);
}

void unpack_16(const std::byte* packed, std::int64_t samples, float* out) {
    const __m256 scale = _mm256_set1_ps(kScale16);
    std::int64_t k = 0;
    for (; k + 8 <= samples; k += 8) {
        const __m128i shorts = _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + 2 * k));
        _mm256_storeu_ps(out + k, _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(shorts)), scale));
    }
    for (; k < samples; ++k) {
        std::int16_t value;
        std::memcpy(&value, packed + 2 * k, 2);
        out[k] = static_cast<float>(value) * kScale16;
    }
}

void unpack_24(const std::byte* packed, std::int64_t samples, float* out) {
    // Three bytes go to the top of each 32-bit lane: 256 times the value, still exact as a float.
    const __m256i spread = _mm256_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11,  //
                                            -1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11);
    const __m256 scale = _mm256_set1_ps(kScale32);
    std::int64_t k = 0;
    for (; k + 8 <= samples; k += 8) {
        const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + 3 * k));
        const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(packed + 3 * k + 12));
        const __m256i values = _mm256_shuffle_epi8(_mm256_set_m128i(high, low), spread);
        _mm256_storeu_ps(out + k, _mm256_mul_ps(_mm256_cvtepi32_ps(values), scale));
    }
    for (; k < samples; ++k) out[k] = static_cast<float>(load_left_justified_24(packed + 3 * k)) * kScale32;
}

void unpack_32(const std::byte* packed, std::int64_t samples, float* out) {
    const __m256 scale = _mm256_set1_ps(kScale32);
    std::int64_t k = 0;
    for (; k + 8 <= samples; k += 8) {
        const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(packed + 4 * k));
        _mm256_storeu_ps(out + k, _mm256_mul_ps(_mm256_cvtepi32_ps(values), scale));
    }
    for (; k < samples; ++k) {
        std::int32_t value;
        std::memcpy(&value, packed + 4 * k, 4);
        out[k] = static_cast<float>(value) * kScale32;
    }
}

void unpack_double(const std::byte* packed, std::int64_t samples, float* out) {
    for (std::int64_t k = 0; k < samples; ++k) {
        double value;
        std::memcpy(&value, packed + 8 * k, 8);
        out[k] = static_cast<float>(value);
    }
}

void pack_double(const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    for (std::int64_t k = 0; k < samples; ++k) {
        const double value = std::bit_cast<float>(in[k]);
        std::memcpy(packed + 8 * k, &value, 8);
    }
}

void pack_16(const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    std::int64_t k = 0;
    for (; k + 8 <= samples; k += 8) {
        const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k));
        const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k + 4));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(packed + 2 * k), _mm_packs_epi32(low, high));
    }
    for (; k < samples; ++k) {
        const auto value = static_cast<std::int16_t>(in[k]);
        std::memcpy(packed + 2 * k, &value, 2);
    }
}

void pack_24(const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    const __m128i squeeze = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    std::int64_t k = 0;
    for (; k + 4 <= samples; k += 4) {
        const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(packed + 3 * k), _mm_shuffle_epi8(values, squeeze));
    }
    for (; k < samples; ++k) std::memcpy(packed + 3 * k, in + k, 3);
}

}  // namespace

void unpack(SampleType type, const std::byte* packed, std::int64_t samples, float* out) {
    switch (type) {
        case SampleType::int16: return unpack_16(packed, samples, out);
        case SampleType::int24: return unpack_24(packed, samples, out);
        case SampleType::int32: return unpack_32(packed, samples, out);
        case SampleType::float32: std::memcpy(out, packed, static_cast<std::size_t>(samples) * 4); return;
        case SampleType::float64: return unpack_double(packed, samples, out);
    }
}

void pack(SampleType type, const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    switch (type) {
        case SampleType::int16: return pack_16(in, samples, packed);
        case SampleType::int24: return pack_24(in, samples, packed);
        case SampleType::int32:
        case SampleType::float32: std::memcpy(packed, in, static_cast<std::size_t>(samples) * 4); return;
        case SampleType::float64: return pack_double(in, samples, packed);
    }
}

void pick_channel(const float* interleaved, int channels, int channel, int frames, float* out) {
    if (channels == 1) {
        std::memcpy(out, interleaved, static_cast<std::size_t>(frames) * sizeof(float));
        return;
    }
    int frame = 0;
    if (channels == 2) {
        for (; frame + 8 <= frames; frame += 8) {
            const __m256 a = _mm256_loadu_ps(interleaved + 2 * frame);      // l0 r0 l1 r1 | l2 r2 l3 r3
            const __m256 b = _mm256_loadu_ps(interleaved + 2 * frame + 8);  // l4 r4 l5 r5 | l6 r6 l7 r7
            const __m256 mixed = channel == 0 ? _mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0))
                                              : _mm256_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1));
            _mm256_storeu_ps(out + frame,
                             _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(mixed), _MM_SHUFFLE(3, 1, 2, 0))));
        }
    }
    const float* from = interleaved + static_cast<std::ptrdiff_t>(frame) * channels + channel;
    for (; frame < frames; ++frame, from += channels) out[frame] = *from;
}

void interleave(const std::int32_t* const* planes, int channels, int frames, std::int32_t* out) {
    int frame = 0;
    if (channels == 2) {
        for (; frame + 8 <= frames; frame += 8) {
            const __m256i left = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(planes[0] + frame));
            const __m256i right = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(planes[1] + frame));
            const __m256i low = _mm256_unpacklo_epi32(left, right);   // 0 1 | 4 5
            const __m256i high = _mm256_unpackhi_epi32(left, right);  // 2 3 | 6 7
            auto* const to = reinterpret_cast<__m256i*>(out + 2 * frame);
            _mm256_storeu_si256(to, _mm256_permute2x128_si256(low, high, 0x20));
            _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(low, high, 0x31));
        }
    }
    for (int channel = 0; channel < channels; ++channel) {
        std::int32_t* to = out + static_cast<std::ptrdiff_t>(frame) * channels + channel;
        for (int k = frame; k < frames; ++k, to += channels) *to = planes[channel][k];
    }
}

std::optional<std::int64_t> first_not_finite(const float* samples, std::int64_t count) {
    constexpr std::int32_t kMagnitude = 0x7fffffff, kInfinity = 0x7f800000;
    const auto is_finite = [&](std::int64_t k) {
        std::int32_t bits;
        std::memcpy(&bits, samples + k, 4);
        return (bits & kMagnitude) < kInfinity;
    };
    std::int64_t k = 0;
    for (; k + 8 <= count; k += 8) {
        const __m256i bits = _mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(samples + k)),
                                              _mm256_set1_epi32(kMagnitude));
        if (_mm256_movemask_epi8(_mm256_cmpgt_epi32(bits, _mm256_set1_epi32(kInfinity - 1))) != 0) break;
    }
    for (; k < count; ++k)
        if (!is_finite(k)) return k;
    return std::nullopt;
}

}  // namespace dubplate::audio
