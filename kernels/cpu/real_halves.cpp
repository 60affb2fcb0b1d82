#include "kernels/cpu/real_halves.h"

#include <immintrin.h>

#include "kernels/shared/host_device.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

/// Four complex numbers, (re, im) each.
using Four = __m256;

DUBPLATE_HD Four load_four(const float* at) { return _mm256_loadu_ps(at); }
/// at[0..3] the other way round.
DUBPLATE_HD Four reversed(Four z) { return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(z), 0x1b)); }
DUBPLATE_HD Four swapped(Four z) { return _mm256_permute_ps(z, 0xb1); }
DUBPLATE_HD Four signs_of(Four z, float re, float im) {
    return _mm256_xor_ps(z, _mm256_setr_ps(re, im, re, im, re, im, re, im));
}
DUBPLATE_HD Four conjugate(Four z) { return signs_of(z, 0.0f, -0.0f); }
DUBPLATE_HD Four times_i(Four z) { return signs_of(swapped(z), -0.0f, 0.0f); }
DUBPLATE_HD Four times_minus_i(Four z) { return signs_of(swapped(z), 0.0f, -0.0f); }
DUBPLATE_HD Four times(Four z, Four w) {
    return _mm256_fmaddsub_ps(z, _mm256_moveldup_ps(w), _mm256_mul_ps(swapped(z), _mm256_movehdup_ps(w)));
}
DUBPLATE_HD Four times_conjugate(Four z, Four w) {
    return _mm256_fmsubadd_ps(z, _mm256_moveldup_ps(w), _mm256_mul_ps(swapped(z), _mm256_movehdup_ps(w)));
}
DUBPLATE_HD Four halved(Four z) { return _mm256_mul_ps(z, _mm256_set1_ps(0.5f)); }

AlignedVector<float> roots(int count, double turns) {
    AlignedVector<float> table;
    for (int k = 1; k <= count; ++k) {
        double sine, cosine;
        sine_cosine_of_turns(k * turns, sine, cosine);
        table.push_back(static_cast<float>(cosine));
        table.push_back(static_cast<float>(-sine));
    }
    return table;
}

}  // namespace

RealHalves::RealHalves(int size)
    : quarter_(size / 4), half_(roots(size / 8, 2.0 / size)), whole_(roots(size / 8, 1.0 / size)) {}

// With w and t the roots at k, m = n/4 - k: Z(k) = E(k) + w O(k) and Z(k + n/4) = E(k) - w O(k) are the transform of z;
// X(k) = S + U and X(n/2 - k) = conj(S - U), where S and -i t^-1 U are half the sum and half the difference of Z(k) and
// conj Z(n/2 - k). At k + n/4 the root is -i t. All of it doubled until the end.
void RealHalves::join(const float* halves, float* spectrum) const {
    const float* even = halves;
    const float* odd = halves + 2 * quarter_;
    float* top = spectrum + 2 * quarter_;  // bin n/4
    for (int k = 1; k <= quarter_ / 2; k += 4) {
        const int mirror = quarter_ - k - 3;
        const Four w = load_four(half_.data() + 2 * (k - 1)), t = load_four(whole_.data() + 2 * (k - 1));
        const Four e1 = load_four(even + 2 * k), e2 = conjugate(reversed(load_four(even + 2 * mirror)));
        const Four o1 = load_four(odd + 2 * k), o2 = conjugate(reversed(load_four(odd + 2 * mirror)));
        const Four a = _mm256_add_ps(e1, e2), c = _mm256_sub_ps(e1, e2);
        const Four b = times(_mm256_add_ps(o1, o2), w), d = times(_mm256_sub_ps(o1, o2), w);
        const Four low_sum = halved(_mm256_add_ps(a, b)), high_sum = halved(_mm256_sub_ps(a, b));
        const Four low = halved(times_minus_i(times(_mm256_add_ps(c, d), t)));
        const Four high = halved(times(_mm256_sub_ps(d, c), t));
        _mm256_storeu_ps(spectrum + 2 * k, _mm256_add_ps(low_sum, low));
        _mm256_storeu_ps(top + 2 * mirror, reversed(conjugate(_mm256_sub_ps(low_sum, low))));
        _mm256_storeu_ps(top + 2 * k, _mm256_add_ps(high_sum, high));
        _mm256_storeu_ps(spectrum + 2 * mirror, reversed(conjugate(_mm256_sub_ps(high_sum, high))));
    }
    // k = 0: Z(0) = E + O carries bins 0 and n/2, Z(n/4) = E - O bin n/4.
    const float sum_re = even[0] + odd[0], sum_im = even[1] + odd[1];
    spectrum[0] = sum_re + sum_im;
    spectrum[1] = 0.0f;
    top[0] = even[0] - odd[0];
    top[1] = odd[1] - even[1];
    top[2 * quarter_] = sum_re - sum_im;
    top[2 * quarter_ + 1] = 0.0f;
}

void RealHalves::part(const float* spectrum, float* halves) const {
    float* even = halves;
    float* odd = halves + 2 * quarter_;
    const float* top = spectrum + 2 * quarter_;
    for (int k = 1; k <= quarter_ / 2; k += 4) {
        const int mirror = quarter_ - k - 3;
        const Four w = load_four(half_.data() + 2 * (k - 1)), t = load_four(whole_.data() + 2 * (k - 1));
        const Four low = load_four(spectrum + 2 * k), low_mirror = conjugate(reversed(load_four(top + 2 * mirror)));
        const Four high = load_four(top + 2 * k);
        const Four high_mirror = conjugate(reversed(load_four(spectrum + 2 * mirror)));
        const Four low_sum = _mm256_add_ps(low, low_mirror), high_sum = _mm256_add_ps(high, high_mirror);
        const Four low_d = times_i(times_conjugate(_mm256_sub_ps(low, low_mirror), t));
        const Four high_d = times_conjugate(_mm256_sub_ps(high_mirror, high), t);
        const Four a = _mm256_add_ps(low_sum, high_sum), b = _mm256_sub_ps(low_sum, high_sum);
        const Four c = _mm256_add_ps(low_d, high_d), d = _mm256_sub_ps(low_d, high_d);
        _mm256_storeu_ps(even + 2 * k, _mm256_add_ps(a, c));
        _mm256_storeu_ps(even + 2 * mirror, reversed(conjugate(_mm256_sub_ps(a, c))));
        _mm256_storeu_ps(odd + 2 * k, times_conjugate(_mm256_add_ps(b, d), w));
        _mm256_storeu_ps(odd + 2 * mirror, reversed(conjugate(times_conjugate(_mm256_sub_ps(b, d), w))));
    }
    const float ends_sum = spectrum[0] + top[2 * quarter_], ends_difference = spectrum[0] - top[2 * quarter_];
    even[0] = ends_sum + 2.0f * top[0];
    even[1] = ends_difference - 2.0f * top[1];
    odd[0] = ends_sum - 2.0f * top[0];
    odd[1] = ends_difference + 2.0f * top[1];
}

}  // namespace dubplate::kernels
