#pragma once

/// One frame of a second-order section, in the forms recursive filters take here.
///
/// Direct biquad: transposed direct form II, for coefficients that stay. State variable: two trapezoidal integrators, for
/// coefficients that move; its stored energy s1^2 + s2^2 never grows without input, whatever g > 0 and k > 0 do from
/// frame to frame (a frame takes 4 g k v1^2 away), so every path of them is safe.
/// N is double or Pack<double, W>; float for the delta form.

#include "kernels/shared/scalar.h"

namespace dubplate::kernels {

/// y = (b0 + b1 z^-1 + b2 z^-2) / (1 - c1 z^-1 - c2 z^-2) x. The feedback is kept with its sign turned: c = -a.
/// The default is a wire.
template <class N>
struct Biquad {
    N b0 = N(1.0), b1 = N(0.0), b2 = N(0.0), c1 = N(0.0), c2 = N(0.0);
};

/// The same, its feedback taken out of the direct path: H = b0 + (d1 z^-1 + d2 z^-2) / (1 - c1 z^-1 - c2 z^-2). A chain of
/// sections with a b0 of 1 and one gain at its end costs four products a section, and what is fed back waits for one of
/// them alone. The default is a wire.
template <class N>
struct DirectBiquad {
    N b0 = N(1.0), d1 = N(0.0), d2 = N(0.0), c1 = N(0.0), c2 = N(0.0);
};

/// `Unit`: b0 is 1 and not looked at.
template <bool Unit, class N>
DUBPLATE_HD N step_biquad(const DirectBiquad<N>& k, N x, N& s1, N& s2) {
    const N y = Unit ? x + s1 : fma(k.b0, x, s1);
    const N next = fma(k.c1, s1, fma(k.d1, x, s2));
    s2 = fma(k.c2, s1, k.d2 * x);
    s1 = next;
    return y;
}

/// The same without b0, in powers of z - 1 (Middleton and Goodwin's delta operator), for float:
/// H = 1 + (r1 (z - 1) + r2) / ((z - 1)^2 - f1 (z - 1) - f2). One state is what the section adds to its input, the other how
/// fast that changes: what is rounded is small where poles are low. The default is a wire.
template <class N>
struct DeltaBiquad {
    N r1 = N(0.0), r2 = N(0.0), f1 = N(0.0), f2 = N(0.0);
};

template <class N>
DUBPLATE_HD N step_biquad(const DeltaBiquad<N>& k, N x, N& s1, N& s2) {
    const N y = x + s1;
    const N next = s1 + fma(k.f1, s1, fma(k.r1, x, s2));
    s2 = s2 + fma(k.f2, s1, k.r2 * x);
    s1 = next;
    return y;
}

/// H = m0 + (m1 s + m2) / (s^2 + k s + 1) with s = (z - 1) / (g (z + 1)). The default is a wire.
template <class N>
struct StateVariable {
    N g = N(1.0), k = N(2.0), m0 = N(1.0), m1 = N(0.0), m2 = N(0.0);
};

/// 1 / (1 + g (g + k)): apart from the step, so that it can stand outside a loop in which nothing moves.
template <class N>
DUBPLATE_HD N state_variable_divisor(N g, N k) {
    return N(1.0) / fma(g, g + k, N(1.0));
}

template <class N>
DUBPLATE_HD N step_state_variable(const StateVariable<N>& c, N divisor, N x, N& s1, N& s2) {
    const N v1 = fma(c.g * divisor, x - s2, divisor * s1);
    const N v2 = fma(c.g, v1, s2);
    s1 = fma(N(2.0), v1, -s1);
    s2 = fma(c.g + c.g, v1, s2);
    return fma(c.m2, v2, fma(c.m1, v1, c.m0 * x));
}

}  // namespace dubplate::kernels
