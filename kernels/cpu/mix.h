#pragma once

/// Sums of products of planar audio with gains: float64 inside, rounded to float32 once, terms in their order.

#include <immintrin.h>

#include <span>

namespace dubplate::kernels {

struct MixTerm {
    const float* in = nullptr;  ///< [frame]
    double gain = 1.0;
    const double* gains = nullptr;  ///< [frame], multiplied by gain; null: gain alone
};

/// out[f] = sum over terms of in[f] * gain(f); frames is a multiple of 8. Returns false if any result is not finite.
inline bool mix(std::span<const MixTerm> terms, int frames, float* out) {
    __m256 bad = _mm256_setzero_ps();
    for (int f = 0; f < frames; f += 8) {
        __m256d low = _mm256_setzero_pd(), high = _mm256_setzero_pd();
        for (const MixTerm& term : terms) {
            const __m256d a = _mm256_cvtps_pd(_mm_loadu_ps(term.in + f)),
                          b = _mm256_cvtps_pd(_mm_loadu_ps(term.in + f + 4));
            const __m256d gain = _mm256_set1_pd(term.gain);
            if (term.gains) {
                low = _mm256_fmadd_pd(a, _mm256_mul_pd(gain, _mm256_loadu_pd(term.gains + f)), low);
                high = _mm256_fmadd_pd(b, _mm256_mul_pd(gain, _mm256_loadu_pd(term.gains + f + 4)), high);
            } else {
                low = _mm256_fmadd_pd(a, gain, low);
                high = _mm256_fmadd_pd(b, gain, high);
            }
        }
        const __m256 sum = _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
        _mm256_storeu_ps(out + f, sum);
        // x * 0 is NaN for NaN and infinities, 0 otherwise.
        bad =
            _mm256_or_ps(bad, _mm256_cmp_ps(_mm256_mul_ps(sum, _mm256_setzero_ps()), _mm256_setzero_ps(), _CMP_NEQ_UQ));
    }
    return _mm256_movemask_ps(bad) == 0;
}

}  // namespace dubplate::kernels
