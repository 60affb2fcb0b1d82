#pragma once

/// The analogue curves that EQ bands are held to, written from their definitions and not from the code under test.

#include <cmath>
#include <complex>

#include "kernels/processors/eq_design.h"

namespace dubplate::test {

/// |H| of a band at a frequency.
inline double analogue_magnitude(const kernels::EqBand& band, double hertz) {
    using kernels::EqType;
    using Complex = std::complex<double>;
    const double ratio = hertz / band.frequency_hz, q = band.q;
    const double a = std::pow(10.0, band.gain_db / 40.0), r = std::sqrt(a);
    const Complex s(0.0, ratio);
    switch (band.type) {
        case EqType::bell: return std::abs((s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0));
        case EqType::low_shelf:
            if (band.order == 1) return std::abs((s + a) / (s + 1.0 / a));
            return std::abs(a * (s * s + r / q * s + a) / (a * s * s + r / q * s + 1.0));
        case EqType::high_shelf:
            if (band.order == 1) return std::abs((a * s + 1.0) / (s / a + 1.0));
            return std::abs(a * (a * s * s + r / q * s + 1.0) / (s * s + r / q * s + a));
        case EqType::low_pass:
            if (band.order == 2) return std::abs(1.0 / (s * s + s / q + 1.0));
            return 1.0 / std::sqrt(1.0 + std::pow(ratio, 2.0 * band.order));
        case EqType::high_pass:
            if (band.order == 2) return std::abs(s * s / (s * s + s / q + 1.0));
            return 1.0 / std::sqrt(1.0 + std::pow(ratio, -2.0 * band.order));
        case EqType::band_pass: return std::abs((s / q) / (s * s + s / q + 1.0));
        case EqType::notch: return std::abs((s * s + 1.0) / (s * s + s / q + 1.0));
        case EqType::all_pass: return 1.0;
        case EqType::tilt: break;
    }
    return std::abs((a * a * s + 1.0) / (s + a * a));
}

}  // namespace dubplate::test
