#pragma once

/// The spectra that blocks and partitions of P frames are multiplied in.
///
/// x, the 2P frames of a block and of the one before it, stand for a polynomial in X. Modulo X^2P + 1, where what wraps
/// around comes back with the other sign, the real polynomials are the complex ones modulo X^P - i: z(j) = x(j) + i x(P + j),
/// and imaginary parts are the second half, which is all that overlap-save keeps. So z, multiplied by the roots
/// exp(pi i j / 2P), goes through a complex transform of P points and nothing has to be taken apart or put together: half
/// the size, no pairs of bins, no ends.
/// The transform itself is one pass over 1 to 8 parts here, in which those roots cost nothing extra, and FFTW's transforms
/// of up to 2048 points, the largest size that its estimated plans do well.
///
/// Shapes: block [P], spectrum [part][bin][re, im] with P / parts bins a part: bin b of part r belongs to the root
/// exp(pi i (1 - 4 (r + parts b)) / 2P), and products are taken bin by bin.
/// Scale: forward and back multiply by P.
/// Threads: immutable; buffers are the thread's own.

#include <cstddef>
#include <span>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/block_roots.h"
#include "kernels/cpu/fft.h"

namespace dubplate::kernels {

class BlockTransform {
public:
    /// A power of two from 64 to 16384.
    explicit BlockTransform(int frames);

    int parts() const { return parts_; }
    std::size_t part_floats() const { return 2 * static_cast<std::size_t>(points_); }

    /// What the parts of a block's spectrum are transforms of: part r, [bin][re, im], begins at points + r stride, each on a
    /// cache line.
    void split(const float* before, const float* block, float* points, std::size_t stride) const;
    /// One part of the spectrum; `points` is overwritten.
    void forward(float* points, float* spectrum) const { fft_->forward(points, spectrum); }
    /// The spectrum of a partition, up to P frames and zeros behind them, before which there are none: in float64, times
    /// `scale`, rounded to float32 once at the end. Its parts are `stride` floats apart. `scratch` holds nothing between
    /// calls.
    void precise(std::span<const float> partition, double scale, float* spectrum, std::size_t stride,
                 UninitialisedVector<double>& scratch) const;
    /// One part of the way back, [bin][re, im] each; `spectrum` is overwritten.
    void back(float* spectrum, float* points) const { fft_->backward(spectrum, points); }
    /// The block that the parts of the way back make; they lie as those of split() do.
    void join(const float* points, std::size_t stride, float* block) const;

private:
    int parts_, points_;
    const Fft* fft_;
    const BlockRoots* roots_;
};

}  // namespace dubplate::kernels
