#pragma once

/// The greatest magnitude among the channels of each strip, written to every channel of the strip.
///
/// Shape: `from` and `to` [frame][width], strip after strip of `channels` lanes; lanes after the last whole strip take
/// their own magnitude. `width` is 1, 4, 8 or 16; frames * width is a multiple of 16. In place is allowed.

#include "kernels/cpu/pack.h"

namespace dubplate::kernels {

namespace detail {

inline constexpr int kSwapPairs = 0xb1, kSwapHalves = 0x4e;

/// Maximum over aligned groups of 2, 4, 8 or 16 neighbours.
template <int Group>
DUBPLATE_HD Pack<float, 16> group_max(Pack<float, 16> a) {
#if defined(__AVX512F__)
    __m512 all = a.v[0];
    all = _mm512_max_ps(all, _mm512_permute_ps(all, kSwapPairs));
    if constexpr (Group >= 4) all = _mm512_max_ps(all, _mm512_permute_ps(all, kSwapHalves));
    if constexpr (Group >= 8) all = _mm512_max_ps(all, _mm512_shuffle_f32x4(all, all, kSwapPairs));
    if constexpr (Group >= 16) all = _mm512_max_ps(all, _mm512_shuffle_f32x4(all, all, kSwapHalves));
    a.v[0] = all;
#else
    for (int i = 0; i < 2; ++i) {
        a.v[i] = _mm256_max_ps(a.v[i], _mm256_permute_ps(a.v[i], kSwapPairs));
        if constexpr (Group >= 4) a.v[i] = _mm256_max_ps(a.v[i], _mm256_permute_ps(a.v[i], kSwapHalves));
        if constexpr (Group >= 8) a.v[i] = _mm256_max_ps(a.v[i], _mm256_permute2f128_ps(a.v[i], a.v[i], 1));
    }
    if constexpr (Group >= 16) a.v[0] = a.v[1] = _mm256_max_ps(a.v[0], a.v[1]);
#endif
    return a;
}

template <int Group>
inline void channel_max_of_group(const float* from, float* to, int samples) {
    for (int at = 0; at < samples; at += 16) store(to + at, group_max<Group>(abs(load<Pack<float, 16>>(from + at))));
}

}  // namespace detail

inline void channel_max(const float* from, float* to, int frames, int width, int channels) {
    const int samples = frames * width;
    switch (channels) {
        case 2: return detail::channel_max_of_group<2>(from, to, samples);
        case 4: return detail::channel_max_of_group<4>(from, to, samples);
        case 8: return detail::channel_max_of_group<8>(from, to, samples);
        case 16: return detail::channel_max_of_group<16>(from, to, samples);
        default: break;
    }
    for (int frame = 0; frame < frames; ++frame, from += width, to += width) {
        int lane = 0;
        for (; lane + channels <= width; lane += channels) {
            float most = 0.0f;
            for (int channel = 0; channel < channels; ++channel) most = max(abs(from[lane + channel]), most);
            for (int channel = 0; channel < channels; ++channel) to[lane + channel] = most;
        }
        for (; lane < width; ++lane) to[lane] = abs(from[lane]);
    }
}

}  // namespace dubplate::kernels
