#pragma once

/// The arithmetic of processor bodies on one element, for g++ and nvcc alike.
///
/// Bodies are templates over a number type N that is either float/double (one lane, a GPU thread) or Pack<float, W> /
/// Pack<double, W> (kernels/cpu/pack.h, the same functions on W lanes). They use only + - * /, these functions and
/// those of math.h: each is one IEEE operation per lane, so every lane count gives the same bits. Product-sums are
/// written as fma(): host code is built with -ffp-contract=off, device code with --fmad=false.

#include <cstdint>

#include "kernels/shared/host_device.h"

namespace dubplate::kernels {

DUBPLATE_HD float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
DUBPLATE_HD double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }

/// As minps/maxps: the second operand where either is NaN.
DUBPLATE_HD float min(float a, float b) { return a < b ? a : b; }
DUBPLATE_HD double min(double a, double b) { return a < b ? a : b; }
DUBPLATE_HD float max(float a, float b) { return a > b ? a : b; }
DUBPLATE_HD double max(double a, double b) { return a > b ? a : b; }

DUBPLATE_HD float abs(float a) { return __builtin_fabsf(a); }
DUBPLATE_HD double abs(double a) { return __builtin_fabs(a); }
DUBPLATE_HD float sqrt(float a) { return __builtin_sqrtf(a); }
DUBPLATE_HD double sqrt(double a) { return __builtin_sqrt(a); }

/// a < b ? yes : no, lane by lane.
DUBPLATE_HD float select_less(float a, float b, float yes, float no) { return a < b ? yes : no; }
DUBPLATE_HD double select_less(double a, double b, double yes, double no) { return a < b ? yes : no; }

/// a + kRoundShift holds the nearest integer of a in its lowest bits, for |a| < 2^22.
inline constexpr float kRoundShift = 12582912.0f;
/// Nearest integer, ties to even, for |a| < 2^22 (float) or 2^51 (double).
DUBPLATE_HD float round_even(float a) { return (a + kRoundShift) - kRoundShift; }
DUBPLATE_HD double round_even(double a) { return (a + 6755399441055744.0) - 6755399441055744.0; }

/// 2^n for an integer-valued n within the normal range: -126..127 (float), -1022..1023 (double).
DUBPLATE_HD float power_of_two(float n) {
    return __builtin_bit_cast(float, (static_cast<std::int32_t>(n) + 127) << 23);
}
DUBPLATE_HD double power_of_two(double n) {
    return __builtin_bit_cast(double, (static_cast<std::int64_t>(n) + 1023) << 52);
}

/// a * 2^n, where `shifted` is n + kRoundShift, for a > 0 and products in the normal range.
DUBPLATE_HD float times_power_of_two(float a, float shifted) {
    return __builtin_bit_cast(
        float, __builtin_bit_cast(std::uint32_t, a) + (__builtin_bit_cast(std::uint32_t, shifted) << 23));
}

/// a = m * 2^e with m in [sqrt(1/2), sqrt(2)), for normal a > 0.
DUBPLATE_HD void split(float a, float& mantissa, float& exponent) {
    const auto bits = __builtin_bit_cast(std::int32_t, a);
    const std::int32_t e = (bits - 0x3f3504f3) >> 23;
    mantissa = __builtin_bit_cast(float, bits - (e << 23));
    exponent = static_cast<float>(e);
}
DUBPLATE_HD void split(double a, double& mantissa, double& exponent) {
    const auto bits = __builtin_bit_cast(std::int64_t, a);
    const std::int64_t e = (bits - 0x3fe6a09e667f3bcd) >> 52;
    mantissa = __builtin_bit_cast(double, bits - (e << 52));
    exponent = static_cast<double>(e);
}

DUBPLATE_HD double widen(float a) { return static_cast<double>(a); }
DUBPLATE_HD float narrow(double a) { return static_cast<float>(a); }

/// The lane count, float twin and double twin of a number type.
template <class N>
struct LaneTraits;
template <>
struct LaneTraits<float> {
    using Double = double;
    static constexpr int lanes = 1;
};
template <>
struct LaneTraits<double> {
    using Float = float;
    static constexpr int lanes = 1;
};
template <class N>
using DoubleOf = typename LaneTraits<N>::Double;

}  // namespace dubplate::kernels
