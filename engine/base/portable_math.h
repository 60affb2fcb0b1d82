#pragma once

/// exp and log in double from + - * / and fma alone, so that a musical position is the same frame on every machine.
///
/// Only what time and units need (the mathematics of audio is in kernels/shared/math.h, which base must not include).
/// Accuracy: relative error below 1e-15 over the ranges given (tests/engine/base/portable_math_test.cpp).
/// Threads: pure functions.

#include <bit>
#include <cstdint>

namespace dubplate {

/// Nearest integer, ties to even, |x| < 2^51.
constexpr double round_to_even(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/// e^x for |x| <= 700.
inline double portable_exp(double x) {
    // x = n ln 2 + f, ln 2 in two parts so that n ln 2 is exact
    const double n = round_to_even(x * 1.44269504088896340736);
    double f = __builtin_fma(n, -6.93147180369123816490e-01, x);
    f = __builtin_fma(n, -1.90821492927058770002e-10, f);
    double sum = 1.0 / 87178291200.0;  // 1/14!
    constexpr double kInverseFactorials[] = {1.0 / 6227020800.0,
                                             1.0 / 479001600.0,
                                             1.0 / 39916800.0,
                                             1.0 / 3628800.0,
                                             1.0 / 362880.0,
                                             1.0 / 40320.0,
                                             1.0 / 5040.0,
                                             1.0 / 720.0,
                                             1.0 / 120.0,
                                             1.0 / 24.0,
                                             1.0 / 6.0,
                                             0.5,
                                             1.0,
                                             1.0};
    for (const double coefficient : kInverseFactorials) sum = __builtin_fma(sum, f, coefficient);
    return sum * std::bit_cast<double>((static_cast<std::int64_t>(n) + 1023) << 52);
}

/// (e^x - 1) / x for |x| <= 700; 1 at 0.
inline double portable_expm1_over_x(double x) {
    if (x > 0.5 || x < -0.5) return (portable_exp(x) - 1.0) / x;
    double sum = 0.0;
    // sum of x^k / (k + 1)!: 0.5^16 / 17! is far below the last bit of 1
    constexpr double kInverseFactorials[] = {1.0 / 20922789888000.0,
                                             1.0 / 1307674368000.0,
                                             1.0 / 87178291200.0,
                                             1.0 / 6227020800.0,
                                             1.0 / 479001600.0,
                                             1.0 / 39916800.0,
                                             1.0 / 3628800.0,
                                             1.0 / 362880.0,
                                             1.0 / 40320.0,
                                             1.0 / 5040.0,
                                             1.0 / 720.0,
                                             1.0 / 120.0,
                                             1.0 / 24.0,
                                             1.0 / 6.0,
                                             0.5,
                                             1.0};
    for (const double coefficient : kInverseFactorials) sum = __builtin_fma(sum, x, coefficient);
    return sum;
}

namespace detail {
/// 2 atanh(t) / t for |t| <= 0.2: sum of 2 t^2k / (2k + 1).
inline double two_atanh_over_t(double t) {
    const double t2 = t * t;
    double sum = 2.0 / 25.0;
    for (int k = 23; k >= 1; k -= 2) sum = __builtin_fma(sum, t2, 2.0 / k);
    return sum;
}
}  // namespace detail

/// ln(x) for normal x > 0.
inline double portable_log(double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    const std::int64_t exponent = (bits - 0x3fe6a09e667f3bcd) >> 52;
    const double mantissa = std::bit_cast<double>(bits - (exponent << 52));  // [sqrt(1/2), sqrt(2))
    const double t = (mantissa - 1.0) / (mantissa + 1.0);
    const double e = static_cast<double>(exponent);
    const double small = __builtin_fma(e, 1.90821492927058770002e-10, detail::two_atanh_over_t(t) * t);
    return __builtin_fma(e, 6.93147180369123816490e-01, small);
}

/// ln(1 + x) / x for x > -1; 1 at 0.
inline double portable_log1p_over_x(double x) {
    if (x > 0.4 || x < -0.3) return portable_log(1.0 + x) / x;
    // ln(1 + x) = 2 atanh(x / (2 + x))
    return detail::two_atanh_over_t(x / (2.0 + x)) / (2.0 + x);
}

}  // namespace dubplate
