#pragma once

/// Fourier transforms of real signals, of one power-of-two size each.
///
/// Shapes: time [size], spectrum [bins][re, im] with bins = size / 2 + 1; the imaginary parts of the first and the last
/// bin are 0. All buffers begin on a cache line (kernels/cpu/aligned.h) and do not overlap.
/// Scale: neither direction scales; forward and inverse together multiply by `size`.
/// Threads: real_fft() and the double-precision transform may be called from anywhere; a transform is immutable and may
/// run on many threads at once.
/// Determinism: plans are estimated, never timed, and made from the size alone, so that every run computes the same
/// bits (docs/convolution.md, same bits).

#include <span>

namespace dubplate::kernels {

class Fft {
public:
    virtual ~Fft() = default;
    virtual int size() const = 0;
    int bins() const { return size() / 2 + 1; }
    /// Leaves `time` as it is.
    virtual void forward(const float* time, float* spectrum) const = 0;
    /// Overwrites `spectrum`.
    virtual void inverse(float* spectrum, float* time) const = 0;
};

inline constexpr int kLargestFft = 1 << 20;

/// The transform of one size, a power of two from 16 to kLargestFft; planned on first use, kept for the process's life.
const Fft& real_fft(int size);

/// Forward transform in float64 of time [up to size], zeros behind it, times `scale`, rounded to float32 once at the
/// end: for spectra that are made once and used often (responses of filters and rooms).
void precise_spectrum(std::span<const float> time, int size, double scale, float* spectrum);

/// What FFTW calls itself: its version and the instruction sets it was built for.
const char* fft_library();

}  // namespace dubplate::kernels
