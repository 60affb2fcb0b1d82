#pragma once

/// A real transform of n points made of two complex ones of n/4, in one pass over memory.
///
/// FFTW's estimated plans do complex transforms of up to 4096 points well and real ones of 16384 badly (20 and 26 us
/// forward and back, where two complex ones of 4096 take 10). With z(j) = x(2j) + i x(2j + 1), E and O the transforms
/// of z's even and odd points, this pass does the last radix-2 step of z's transform and the separation of its real and
/// imaginary part at once: bins k, n/4 - k, n/4 + k and n/2 - k need nothing but E and O at k and n/4 - k.
///
/// Shapes: halves [E, O][n/4][re, im], spectrum [n/2 + 1][re, im]. n is a power of two, 64 at least.

#include "kernels/cpu/aligned.h"

namespace dubplate::kernels {

class RealHalves {
public:
    explicit RealHalves(int size);
    /// The spectrum of x from E and O.
    void join(const float* halves, float* spectrum) const;
    /// The reverse, times 4: unscaled complex transforms back then give n x.
    void part(const float* spectrum, float* halves) const;

private:
    int quarter_;                 // n/4
    AlignedVector<float> half_;   // [k - 1][re, im]: exp(-2 pi i k / (n/2)), k = 1..n/8
    AlignedVector<float> whole_;  // [k - 1][re, im]: exp(-2 pi i k / n)
};

}  // namespace dubplate::kernels
