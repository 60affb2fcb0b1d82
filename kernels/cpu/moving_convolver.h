#pragma once

/// Convolution with responses that change: windowed overlap-add, one set of responses a block.
///
/// Blocks of two hops begin at absolute multiples of the hop. Each is weighted by a window (sin^2, which sums to 1 over the
/// blocks), convolved with the responses it is given, and added to what the others leave: as long as the responses stay
/// this is their convolution, and where they change the output goes from one to the next over a hop.
///
/// A block and a response of `length` frames each make 2 length, modulo X^2length + 1: one complex transform of `length`
/// points, as in block_transform.h.
/// Shapes: responses of `length` frames, a power of two from 32 to kLargestFft; hop = length / 2; planar.
/// Latency: two hops. A block's responses weigh most for the input one hop before its end.
/// Threads: one caller at a time. Determinism: the grid is absolute, paths are summed in their order.

#include <memory>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/partitioned_convolver.h"

namespace dubplate::kernels {

/// The spectra of some responses, and where they lead.
class MovingSpectra {
public:
    /// Replaces what is there; `responses` of equal length, as long as the convolver's.
    void set(std::span<const std::vector<float>> responses, std::vector<ConvolutionPath> paths);

private:
    friend class MovingConvolver;
    std::vector<AlignedVector<float>> spectra_;  // [response][bin][re, im]
    std::vector<ConvolutionPath> paths_;
};

struct MovingTransform;  // window and roots

class MovingConvolver {
public:
    MovingConvolver(int channels, int length);

    FrameCount hop_frames() const { return hop_; }
    FrameCount latency_frames() const { return 2 * hop_; }

    /// Where input from an absolute frame on is put, up to the end of its hop.
    float* input(int channel, FrameCount frame);
    /// The frames that come out from an absolute frame on, up to the end of its hop. Once they are taken they are to be
    /// set to 0.
    float* output(int channel, FrameCount frame);
    /// Whether anything but zeros lies in the block that ends at `end`; if not, convolve() adds nothing.
    bool hears(FrameCount end) const;
    /// Input is complete up to `end`, a multiple of the hop; makes the output of [end - 2 hops, end - hop) complete.
    void convolve(FrameCount end, const MovingSpectra& spectra);

    bool rests() const;

private:
    FrameCount place(FrameCount frame) const { return frame - floor_div(frame, capacity_) * capacity_; }

    int channels_;
    FrameCount hop_, capacity_;                    // capacity: 4 hops
    std::shared_ptr<const MovingTransform> turn_;  // of this length
    AlignedVector<float> input_;                   // [channel][capacity], a ring by absolute frame
    AlignedVector<float> output_;                  // the same; zeros where nothing was added
};

}  // namespace dubplate::kernels
