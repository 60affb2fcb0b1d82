#pragma once

/// A low pass of one pole by the trapezoidal rule, which stays stable however its frequency moves, and what it leaves
/// over, a high pass. N is double or a Pack of it (scalar.h); the -3 dB point lies exactly at the frequency asked for.

#include "kernels/shared/math.h"

namespace dubplate::kernels {

/// The coefficient for a frequency of `hertz`, taken as 0.49 of the rate at most: g / (1 + g), g = tan(pi f / rate).
DUBPLATE_HD double one_pole_coefficient(double hertz, double sample_rate) {
    const double g = tangent(kPi * min(hertz / sample_rate, 0.49));
    return g / (1.0 + g);
}

/// One frame: the low-passed x; `state` becomes that of the next frame.
template <class N>
DUBPLATE_HD N one_pole_low_pass(N x, N coefficient, N& state) {
    const N step = (x - state) * coefficient;
    const N low = step + state;
    state = low + step;
    return low;
}

}  // namespace dubplate::kernels
