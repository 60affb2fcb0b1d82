#pragma once

/// FFTW's complex transforms of one power-of-two size each: what block_transform.h is made of.
///
/// Shapes: [points][re, im], on a cache line (kernels/cpu/aligned.h); from and to do not overlap, and `from` is overwritten.
/// Scale: neither direction scales; forward (exp(-2 pi i ...)) and backward together multiply by `points`.
/// Threads: everything may be called from anywhere, at once.
/// Determinism: plans are estimated, never timed, and made from the size alone, so that every run computes the same
/// bits (docs/convolution.md, same bits).

#include <memory>
#include <span>

namespace dubplate::kernels {

class Fft {
public:
    explicit Fft(int points);
    ~Fft();
    Fft(const Fft&) = delete;
    Fft& operator=(const Fft&) = delete;
    void forward(float* from, float* to) const;
    void backward(float* from, float* to) const;

private:
    struct Plans;
    std::unique_ptr<const Plans> plans_;
};

inline constexpr int kLargestFft = 1 << 16;

/// The transform of one size, 16 to kLargestFft points; planned on first use, kept for the process's life.
const Fft& complex_fft(int points);

/// Forward in float64: for spectra that are made once and used often (responses of filters and rooms).
void precise_fft(int points, double* from, double* to);

/// Cosine series in float64, in place, of 2^k + 1 values: out[n] = v[0] + (-1)^n v[last] + 2 sum of v[j] cos(pi j n / last).
/// Of a gain without phase, sampled from 0 to half the rate, it makes the response from its middle on, times 2 last.
void precise_cosine_series(std::span<double> values);

/// What FFTW calls itself: its version and the instruction sets it was built for.
const char* fft_library();

}  // namespace dubplate::kernels
