#pragma once

/// Between lanes, [frame][width], and planes, [lane][frame]: for bodies that work along time (FFTs, long delays).
///
/// Widths are 1, 4, 8 and 16; `lanes` <= width of them carry channels. Frames are a multiple of 16. Moves, no arithmetic.
///
/// In registers: 4 x 4 numbers in each 128-bit block of four registers, and blocks among registers by loads or shuffles.

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "kernels/cpu/pack.h"

namespace dubplate::kernels {

namespace detail {

/// Lanes that are turned at once: a register's.
template <int W>
inline constexpr int kTurnedLanes = std::min(W, kRegisterBytes / static_cast<int>(sizeof(float)));

DUBPLATE_HD __m128 unpack_low(__m128 a, __m128 b) { return _mm_unpacklo_ps(a, b); }
DUBPLATE_HD __m256 unpack_low(__m256 a, __m256 b) { return _mm256_unpacklo_ps(a, b); }
DUBPLATE_HD __m128 unpack_high(__m128 a, __m128 b) { return _mm_unpackhi_ps(a, b); }
DUBPLATE_HD __m256 unpack_high(__m256 a, __m256 b) { return _mm256_unpackhi_ps(a, b); }
template <int Which>
DUBPLATE_HD __m128 shuffle(__m128 a, __m128 b) {
    return _mm_shuffle_ps(a, b, Which);
}
template <int Which>
DUBPLATE_HD __m256 shuffle(__m256 a, __m256 b) {
    return _mm256_shuffle_ps(a, b, Which);
}

/// Where a lane's four frames from `frame` on lie. Idle lanes (mask 0 instead of -1) stay where they are.
template <class T>
struct PlaneRow {
    T* at = nullptr;
    std::ptrdiff_t mask = -1;
    DUBPLATE_HD T* four(std::ptrdiff_t frame) const { return at + (frame & mask); }
};

/// Four frames of every fourth plane, block by block.
DUBPLATE_HD __m128 gather(const PlaneRow<const float>* row, std::ptrdiff_t frame, __m128) {
    return _mm_loadu_ps(row[0].four(frame));
}
DUBPLATE_HD __m256 gather(const PlaneRow<const float>* row, std::ptrdiff_t frame, __m256) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(row[0].four(frame))),
                                _mm_loadu_ps(row[4].four(frame)), 1);
}

#if defined(__AVX512F__)
DUBPLATE_HD __m512 unpack_low(__m512 a, __m512 b) { return _mm512_unpacklo_ps(a, b); }
DUBPLATE_HD __m512 unpack_high(__m512 a, __m512 b) { return _mm512_unpackhi_ps(a, b); }
template <int Which>
DUBPLATE_HD __m512 shuffle(__m512 a, __m512 b) {
    return _mm512_shuffle_ps(a, b, Which);
}
DUBPLATE_HD __m512 gather(const PlaneRow<const float>* row, std::ptrdiff_t frame, __m512) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(gather(row, frame, __m256{})), gather(row + 8, frame, __m256{}),
                              1);
}
#endif

/// Turns the 4 x 4 numbers in each 128-bit block of four registers.
template <class R>
DUBPLATE_HD void turn_blocks(R& a, R& b, R& c, R& d) {
    const R ab_low = unpack_low(a, b), ab_high = unpack_high(a, b);
    const R cd_low = unpack_low(c, d), cd_high = unpack_high(c, d);
    a = shuffle<0x44>(ab_low, cd_low);
    b = shuffle<0xee>(ab_low, cd_low);
    c = shuffle<0x44>(ab_high, cd_high);
    d = shuffle<0xee>(ab_high, cd_high);
}

/// The four frames of four registers, turned, to their planes: block b of `from` is plane 4 b.
DUBPLATE_HD void scatter(const PlaneRow<float>* row, std::ptrdiff_t frame, const __m128 (&from)[1]) {
    _mm_storeu_ps(row[0].four(frame), from[0]);
}
/// The same with the next four frames in from[1], and so on: whole registers of frames.
DUBPLATE_HD void scatter(const PlaneRow<float>* row, std::ptrdiff_t frame, const __m256 (&from)[2]) {
    _mm256_storeu_ps(row[0].four(frame), _mm256_permute2f128_ps(from[0], from[1], 0x20));
    _mm256_storeu_ps(row[4].four(frame), _mm256_permute2f128_ps(from[0], from[1], 0x31));
}
#if defined(__AVX512F__)
DUBPLATE_HD void scatter(const PlaneRow<float>* row, std::ptrdiff_t frame, const __m512 (&from)[4]) {
    const __m512 low01 = _mm512_shuffle_f32x4(from[0], from[1], 0x44),
                 high01 = _mm512_shuffle_f32x4(from[0], from[1], 0xee);
    const __m512 low23 = _mm512_shuffle_f32x4(from[2], from[3], 0x44),
                 high23 = _mm512_shuffle_f32x4(from[2], from[3], 0xee);
    _mm512_storeu_ps(row[0].four(frame), _mm512_shuffle_f32x4(low01, low23, 0x88));
    _mm512_storeu_ps(row[4].four(frame), _mm512_shuffle_f32x4(low01, low23, 0xdd));
    _mm512_storeu_ps(row[8].four(frame), _mm512_shuffle_f32x4(high01, high23, 0x88));
    _mm512_storeu_ps(row[12].four(frame), _mm512_shuffle_f32x4(high01, high23, 0xdd));
}
#endif

}  // namespace detail

/// planes[lane][frame] = audio[frame][lane] for the first `lanes` lanes.
template <int W>
void lanes_to_planes(const float* audio, int frames, int lanes, float* const* planes) {
    if constexpr (W == 1) {
        std::copy_n(audio, frames, planes[0]);
    } else {
        constexpr int kTurned = detail::kTurnedLanes<W>, kSets = kTurned / 4;
        using Register = typename Pack<float, kTurned>::Register;
        assert(frames % kTurned == 0);
        float idle[kTurned];
        detail::PlaneRow<float> to[W];
        for (int lane = 0; lane < W; ++lane) {
            if (lane < lanes)
                to[lane] = {planes[lane]};
            else
                to[lane] = {idle, 0};
        }
        for (int frame = 0; frame < frames; frame += kTurned, audio += kTurned * W)
            for (int lane = 0; lane < W; lane += kTurned) {
                Register a[kSets], b[kSets], c[kSets], d[kSets];
                for (int set = 0; set < kSets; ++set) {
                    const auto load_row = [&](int i) {
                        return load<Pack<float, kTurned>>(audio + (4 * set + i) * W + lane).v[0];
                    };
                    a[set] = load_row(0), b[set] = load_row(1), c[set] = load_row(2), d[set] = load_row(3);
                    detail::turn_blocks(a[set], b[set], c[set], d[set]);
                }
                detail::scatter(to + lane, frame, a);
                detail::scatter(to + lane + 1, frame, b);
                detail::scatter(to + lane + 2, frame, c);
                detail::scatter(to + lane + 3, frame, d);
            }
    }
}

/// audio[frame][lane] = planes[lane][frame] for the first `lanes` lanes, 0 in the others.
template <int W>
void planes_to_lanes(const float* const* planes, int frames, int lanes, float* audio) {
    if constexpr (W == 1) {
        std::copy_n(planes[0], frames, audio);
    } else {
        constexpr int kTurned = detail::kTurnedLanes<W>;
        using Register = typename Pack<float, kTurned>::Register;
        assert(frames % 4 == 0);
        static constexpr float kZeros[4] = {};
        detail::PlaneRow<const float> from[W];
        for (int lane = 0; lane < W; ++lane) {
            if (lane < lanes)
                from[lane] = {planes[lane]};
            else
                from[lane] = {kZeros, 0};
        }
        for (int frame = 0; frame < frames; frame += 4, audio += 4 * W)
            for (int lane = 0; lane < W; lane += kTurned) {
                const auto gather_row = [&](int i) { return detail::gather(from + lane + i, frame, Register{}); };
                Register a = gather_row(0), b = gather_row(1), c = gather_row(2), d = gather_row(3);
                detail::turn_blocks(a, b, c, d);
                const auto store_row = [&](int i, Register row) {
                    std::memcpy(audio + i * W + lane, &row, sizeof row);
                };
                store_row(0, a), store_row(1, b), store_row(2, c), store_row(3, d);
            }
    }
}

/// The same for a width known at run time.
inline void lanes_to_planes(int width, const float* audio, int frames, int lanes, float* const* planes) {
    switch (width) {
        case 1: return lanes_to_planes<1>(audio, frames, lanes, planes);
        case 4: return lanes_to_planes<4>(audio, frames, lanes, planes);
        case 8: return lanes_to_planes<8>(audio, frames, lanes, planes);
        default: return lanes_to_planes<16>(audio, frames, lanes, planes);
    }
}
inline void planes_to_lanes(int width, const float* const* planes, int frames, int lanes, float* audio) {
    switch (width) {
        case 1: return planes_to_lanes<1>(planes, frames, lanes, audio);
        case 4: return planes_to_lanes<4>(planes, frames, lanes, audio);
        case 8: return planes_to_lanes<8>(planes, frames, lanes, audio);
        default: return planes_to_lanes<16>(planes, frames, lanes, audio);
    }
}

}  // namespace dubplate::kernels
