#pragma once

/// exp2, log2, sine and cosine from + * fma alone: the same bits on every machine, lane count and device.
///
/// N is float, double, or a Pack of either. Errors stated are the largest over the whole range given, against libm in
/// long double (tests/kernels/shared/math_test.cpp).

#include "kernels/shared/scalar.h"

namespace dubplate::kernels {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kTwoPi = 6.28318530717958647692;
/// log2(10) / 20: 2^(dB * this) is the linear gain.
inline constexpr double kLog2PerDecibel = 0.16609640474436811739;
/// 20 / log2(10): dB = this * log2(gain).
inline constexpr double kDecibelsPerLog2 = 6.0205999132796239043;

/// 2^x. float: |x| <= 126, relative error below 1e-7, exact at integers.
template <class N>
DUBPLATE_HD N exp2_float(N x) {
    const N shifted = x + N(kRoundShift);
    const N f = x - (shifted - N(kRoundShift));  // [-0.5, 0.5]
    N p = N(1.5353362e-4f);
    p = fma(p, f, N(1.3398874e-3f));
    p = fma(p, f, N(9.6184373e-3f));
    p = fma(p, f, N(5.5503324e-2f));
    p = fma(p, f, N(2.4022648e-1f));
    p = fma(p, f, N(6.9314720e-1f));
    p = fma(p, f, N(1.0f));
    return times_power_of_two(p, shifted);
}

/// 2^x. double: |x| <= 1000, relative error below 2e-16, exact at integers.
template <class N>
DUBPLATE_HD N exp2_double(N x) {
    const N n = round_even(x);
    const N f = (x - n) * N(0.69314718055994530942);  // natural exponent, |f| <= 0.347
    N p = N(1.0 / 87178291200.0);
    p = fma(p, f, N(1.0 / 6227020800.0));
    p = fma(p, f, N(1.0 / 479001600.0));
    p = fma(p, f, N(1.0 / 39916800.0));
    p = fma(p, f, N(1.0 / 3628800.0));
    p = fma(p, f, N(1.0 / 362880.0));
    p = fma(p, f, N(1.0 / 40320.0));
    p = fma(p, f, N(1.0 / 5040.0));
    p = fma(p, f, N(1.0 / 720.0));
    p = fma(p, f, N(1.0 / 120.0));
    p = fma(p, f, N(1.0 / 24.0));
    p = fma(p, f, N(1.0 / 6.0));
    p = fma(p, f, N(0.5));
    p = fma(p, f, N(1.0));
    p = fma(p, f, N(1.0));
    return p * power_of_two(n);
}

/// log2(x) for normal x > 0. float: absolute error below 1.5e-7 + 6e-8 |log2 x|, exact at powers of 2; -127 of 0.
template <class N>
DUBPLATE_HD N log2_float(N x) {
    N m, e;
    split(x, m, e);
    // log2(1 + f) / f by a polynomial that errs by 3e-8 of the logarithm: a division would cost as much as all of it.
    const N f = m - N(1.0f);
    N p = N(-0.14362189f);
    p = fma(p, f, N(0.23499256f));
    p = fma(p, f, N(-0.25007033f));
    p = fma(p, f, N(0.28698125f));
    p = fma(p, f, N(-0.36011103f));
    p = fma(p, f, N(0.48092929f));
    p = fma(p, f, N(-0.72135651f));
    p = fma(p, f, N(1.44269490f));
    return fma(p, f, e);
}

/// log2(x) for normal x > 0. double: absolute error below 3e-16 + 1.2e-16 |log2 x|, exact at powers of 2.
template <class N>
DUBPLATE_HD N log2_double(N x) {
    N m, e;
    split(x, m, e);
    const N t = (m - N(1.0)) / (m + N(1.0));
    const N t2 = t * t;
    N p = N(1.0 / 23.0);
    p = fma(p, t2, N(1.0 / 21.0));
    p = fma(p, t2, N(1.0 / 19.0));
    p = fma(p, t2, N(1.0 / 17.0));
    p = fma(p, t2, N(1.0 / 15.0));
    p = fma(p, t2, N(1.0 / 13.0));
    p = fma(p, t2, N(1.0 / 11.0));
    p = fma(p, t2, N(1.0 / 9.0));
    p = fma(p, t2, N(1.0 / 7.0));
    p = fma(p, t2, N(1.0 / 5.0));
    p = fma(p, t2, N(1.0 / 3.0));
    p = fma(p, t2, N(1.0));
    return fma(p * t, N(2.88539008177792681472), e);
}

DUBPLATE_HD float exp2(float x) { return exp2_float(x); }
DUBPLATE_HD double exp2(double x) { return exp2_double(x); }
DUBPLATE_HD float log2(float x) { return log2_float(x); }
DUBPLATE_HD double log2(double x) { return log2_double(x); }
DUBPLATE_HD double exp(double x) { return exp2_double(x * 1.44269504088896340736); }
DUBPLATE_HD double log(double x) { return log2_double(x) * 0.69314718055994530942; }

/// 10^(dB / 20); 0 at or below -144 dB... is not assumed: the floor of gains is the caller's rule.
DUBPLATE_HD double gain_of_decibels(double db) { return exp2_double(db * kLog2PerDecibel); }
DUBPLATE_HD double decibels_of_gain(double gain) { return log2_double(gain) * kDecibelsPerLog2; }

/// The gain of a parameter whose range ends at -144 dB: 10^(dB / 20), and 0 there. N is float or a Pack of floats.
template <class N>
DUBPLATE_HD N gain_or_silence(N db) {
    return select_less(N(-144.0f), db, exp2_float(db * N(static_cast<float>(kLog2PerDecibel))), N(0.0f));
}

/// sin(2 pi t) and cos(2 pi t) for |t| < 2^40, t in turns. double, absolute error below 3e-16, exact at quarter turns.
template <class N>
DUBPLATE_HD void sine_cosine_of_turns(N turns, N& sine, N& cosine) {
    // Quarter turns: q = nearest multiple of 1/4, r in [-1/8, 1/8] turns.
    const N q = round_even(turns * N(4.0));
    const N x = fma(q, N(-0.25), turns) * N(kTwoPi);  // |x| <= pi/4
    const N x2 = x * x;
    N s = N(-7.6471637318198164759e-13);  // -1/15!
    s = fma(s, x2, N(1.6059043836821614599e-10));
    s = fma(s, x2, N(-2.5052108385441718775e-8));
    s = fma(s, x2, N(2.7557319223985890653e-6));
    s = fma(s, x2, N(-1.9841269841269841270e-4));
    s = fma(s, x2, N(8.3333333333333333333e-3));
    s = fma(s, x2, N(-1.6666666666666666667e-1));
    s = fma(s * x2, x, x);
    N c = N(4.7794773323873852974e-14);  // 1/16!
    c = fma(c, x2, N(-1.1470745597729724714e-11));
    c = fma(c, x2, N(2.0876756987868098979e-9));
    c = fma(c, x2, N(-2.7557319223985890653e-7));
    c = fma(c, x2, N(2.4801587301587301587e-5));
    c = fma(c, x2, N(-1.3888888888888888889e-3));
    c = fma(c, x2, N(4.1666666666666666667e-2));
    c = fma(c, x2, N(-0.5));
    c = fma(c, x2, N(1.0));
    // q mod 4 in {-2..2}: odd swaps sine and cosine, signs follow.
    const N m = fma(round_even(q * N(0.25)), N(-4.0), q);
    const N odd = abs(m) - N(2.0) * max(abs(m) - N(1.0), N(0.0));  // 1 where |m| is 1, else 0
    const N s1 = select_less(N(0.5), odd, c, s);
    const N c1 = select_less(N(0.5), odd, s, c);
    const N two = select_less(N(1.5), abs(m), N(-1.0), N(1.0));
    // m = 1: (c, -s); m = -1: (-c, s); m = +-2: (-s, -c)
    sine = s1 * select_less(m, N(-0.5), select_less(N(0.5), odd, N(-1.0), two), two);
    cosine = c1 * select_less(N(0.5), m, select_less(N(0.5), odd, N(-1.0), two), two);
}

DUBPLATE_HD double sine(double radians) {
    double s, c;
    sine_cosine_of_turns(radians * (1.0 / kTwoPi), s, c);
    return s;
}
DUBPLATE_HD double cosine(double radians) {
    double s, c;
    sine_cosine_of_turns(radians * (1.0 / kTwoPi), s, c);
    return c;
}
DUBPLATE_HD double tangent(double radians) {
    double s, c;
    sine_cosine_of_turns(radians * (1.0 / kTwoPi), s, c);
    return s / c;
}

}  // namespace dubplate::kernels
