#include "engine/audio/pcm.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

#include "engine/base/layout.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::audio {

namespace {

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

}  // namespace

void unpack(SampleType type, const std::byte* packed, std::int64_t samples, float* out) {
    switch (type) {
        case SampleType::int16: return kernels::block_functions().unpack_16(packed, samples, out);
        case SampleType::int24: return kernels::block_functions().unpack_24(packed, samples, out);
        case SampleType::int32: return kernels::block_functions().unpack_32(packed, samples, out);
        case SampleType::float32: std::memcpy(out, packed, static_cast<std::size_t>(samples) * 4); return;
        case SampleType::float64: return unpack_double(packed, samples, out);
    }
}

void pack(SampleType type, const std::int32_t* in, std::int64_t samples, std::byte* packed) {
    switch (type) {
        case SampleType::int16: return kernels::block_functions().pack_16(in, samples, packed);
        case SampleType::int24: return kernels::block_functions().pack_24(in, samples, packed);
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

void pack_planes(SampleType type, const std::int32_t* const* planes, int channels, int frames, std::byte* packed) {
    if (channels == 1) return pack(type, planes[0], frames, packed);
    if (channels == 2 && type == SampleType::int24)
        return kernels::block_functions().pack_24_pairs(planes[0], planes[1], frames, packed);
    constexpr int kPieceFrames = 64;
    assert(channels <= kMaxChannels);
    std::int32_t interleaved[kPieceFrames * kMaxChannels];
    const std::int32_t* at[kMaxChannels];
    for (int done = 0; done < frames; done += kPieceFrames) {
        const int count = std::min(kPieceFrames, frames - done);
        for (int channel = 0; channel < channels; ++channel) at[channel] = planes[channel] + done;
        interleave(at, channels, count, interleaved);
        const std::int64_t samples = std::int64_t{count} * channels;
        pack(type, interleaved, samples, packed);
        packed += samples * bytes_of(type);
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
