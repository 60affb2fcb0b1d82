#pragma once

/// numpy.random.default_rng(seed) in C++: the same numbers, so that sessions made here and by Python scripts for other
/// programs hold the same parameters.
///
/// SeedSequence (M. E. O'Neill, "Developing a seed_seq alternative", as in numpy/random/bit_generator.pyx) seeds PCG64
/// (PCG XSL RR 128/64, O'Neill 2014). Threads: one caller at a time per instance.

#include <cstdint>

namespace dubplate::bench {

class NumpyRandom {
public:
    explicit NumpyRandom(std::uint64_t seed);

    /// The next 64 bits: `bit_generator.random_raw()`.
    std::uint64_t bits();
    /// In [0, 1): `random()`.
    double unit();
    /// In [low, high): `uniform(low, high)`.
    double uniform(double low, double high);

    // Not numpy's algorithms, but deterministic and even:
    /// One of 0..count-1, count >= 1.
    int index(int count);
    bool chance(double probability) { return unit() < probability; }
    /// Mean 0, variance 1, without libm (Box-Muller with kernels/shared/math.h).
    double normal();

private:
    unsigned __int128 state_;
    unsigned __int128 increment_;
    double spare_normal_ = 0.0;
    bool has_spare_ = false;
};

/// Python's round(value, digits): to so many decimals, correctly, ties to even. digits 0..15, |value| < 1e15.
double round_decimals(double value, int digits);

}  // namespace dubplate::bench
