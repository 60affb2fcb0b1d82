#pragma once

/// Exact zeros, of either sign. Threads: a pure function.

#include <immintrin.h>

#include <cassert>
#include <cstddef>
#include <span>

namespace dubplate::kernels {

/// `samples` holds a multiple of 16.
inline bool all_zero(std::span<const float> samples) {
    constexpr std::size_t kLine = 16;
    assert(samples.size() % kLine == 0);
    // By lines without a branch in between, so that it costs next to nothing on sound and little on silence.
    for (std::size_t line = 0; line < samples.size(); line += kLine) {
        const float* const at = samples.data() + line;
        const __m256 any = _mm256_or_ps(_mm256_loadu_ps(at), _mm256_loadu_ps(at + kLine / 2));
        if (!_mm256_testz_si256(_mm256_slli_epi32(_mm256_castps_si256(any), 1), _mm256_set1_epi32(-1))) return false;
    }
    return true;
}

}  // namespace dubplate::kernels
