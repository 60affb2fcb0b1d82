#pragma once

/// Between lanes, [frame][width], and planes, [lane][frame]: for bodies that work along time (FFTs, long delays).
///
/// Widths are 1, 4, 8 and 16; `lanes` <= width of them carry channels. Frames are a multiple of 4. Moves, no arithmetic.

#include <immintrin.h>

#include <algorithm>

namespace dubplate::kernels {

/// planes[lane][frame] = audio[frame][lane] for the first `lanes` lanes.
template <int W>
void lanes_to_planes(const float* audio, int frames, int lanes, float* const* planes) {
    if constexpr (W == 1) {
        std::copy_n(audio, frames, planes[0]);
    } else {
        for (int lane = 0; lane < lanes; lane += 4)
            for (int frame = 0; frame < frames; frame += 4) {
                const float* from = audio + frame * W + lane;
                __m128 row[4] = {_mm_loadu_ps(from), _mm_loadu_ps(from + W), _mm_loadu_ps(from + 2 * W),
                                 _mm_loadu_ps(from + 3 * W)};
                _MM_TRANSPOSE4_PS(row[0], row[1], row[2], row[3]);
                for (int i = 0; i < std::min(4, lanes - lane); ++i) _mm_storeu_ps(planes[lane + i] + frame, row[i]);
            }
    }
}

/// audio[frame][lane] = planes[lane][frame] for the first `lanes` lanes, 0 in the others.
template <int W>
void planes_to_lanes(const float* const* planes, int frames, int lanes, float* audio) {
    if constexpr (W == 1) {
        std::copy_n(planes[0], frames, audio);
    } else {
        for (int lane = 0; lane < W; lane += 4)
            for (int frame = 0; frame < frames; frame += 4) {
                __m128 row[4];
                for (int i = 0; i < 4; ++i)
                    row[i] = lane + i < lanes ? _mm_loadu_ps(planes[lane + i] + frame) : _mm_setzero_ps();
                _MM_TRANSPOSE4_PS(row[0], row[1], row[2], row[3]);
                for (int i = 0; i < 4; ++i) _mm_storeu_ps(audio + (frame + i) * W + lane, row[i]);
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
