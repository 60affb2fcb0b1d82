#pragma once

/// The convolution of one strip in planes, block by block: what stands between a processor and the convolver.
///
/// Threads: one caller at a time. Determinism: blocks and batches lie on an absolute grid.

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/partitioned_convolver.h"
#include "kernels/cpu/zeros.h"

namespace dubplate::kernels {

/// The convolution of one strip, in planes. Blocks are taken on the absolute grid as they fill; after the last of a batch
/// it is convolved, and its result waits in `wet_` to come out while the next is collected.
class StripConvolution {
public:
    /// `dry`: what comes in is wanted beside what comes out.
    StripConvolution(std::shared_ptr<const ResponseSpectra> spectra, int channels, std::vector<ConvolutionPath> paths,
                     FrameCount predelay_frames, bool dry)
        : convolver_(std::move(spectra), channels, std::move(paths)),
          channels_(channels),
          block_(convolver_.partitioning().partition_frames),
          batch_(convolver_.partitioning().batch_frames()),
          predelay_(predelay_frames),
          capacity_(round_up(2 * block_ + predelay_, block_)),
          input_(static_cast<std::size_t>(channels_ * capacity_)),
          wet_(static_cast<std::size_t>(channels_ * batch_)),
          dry_(dry ? wet_.size() : 0) {}

    FrameCount block_frames() const { return block_; }
    /// Where input frame `frame` is kept, up to the block's end.
    float* input(int channel, FrameCount frame) {
        return input_.data() + channel * capacity_ + frame - floor_div(frame, capacity_) * capacity_;
    }
    /// What comes out when frame `frame` goes in, up to the block's end: convolved, and as it came in a batch ago, where
    /// then the new frame goes.
    const float* wet(int channel, FrameCount frame) const { return wet_.data() + place(channel, frame); }
    float* dry(int channel, FrameCount frame) { return dry_.data() + place(channel, frame); }

    /// Input is complete up to `end`, a multiple of the block.
    void complete_block(FrameCount end) {
        std::vector<ConvolverInput> input;
        for (int channel = 0; channel < channels_; ++channel)
            input.push_back({in_one_piece(channel, end - predelay_ - 2 * block_, 2 * channel),
                             in_one_piece(channel, end - predelay_ - block_, 2 * channel + 1)});
        convolver_.take(input);
        if (end % batch_ != 0) return;
        wet_sounds_ = false;
        for (int channel = 0; channel < channels_; ++channel) {
            float* const wet = wet_.data() + channel * batch_;
            const bool sounds = convolver_.give(channel, wet);
            if (!sounds) std::fill_n(wet, batch_, 0.0f);
            wet_sounds_ |= sounds;
        }
    }

    /// Nothing here decays: what goes in is gone after a known time, and blocks of zeros are told from others exactly.
    bool rests() const { return !wet_sounds_ && convolver_.rests() && all_zero(input_) && all_zero(dry_); }

private:
    FrameCount place(int channel, FrameCount frame) const {
        return channel * batch_ + frame - floor_div(frame, batch_) * batch_;
    }
    /// A block of input, copied where the pre-delay makes it lie across the ring's end.
    const float* in_one_piece(int channel, FrameCount first, int which) {
        const FrameCount at = first - floor_div(first, capacity_) * capacity_, run = std::min(block_, capacity_ - at);
        const float* const ring = input_.data() + channel * capacity_;
        if (run == block_) return ring + at;
        static thread_local AlignedVector<float> pieces;
        const auto size = static_cast<std::size_t>(2 * channels_ * block_);
        if (pieces.size() < size) pieces.resize(size);
        float* const piece = pieces.data() + which * block_;
        std::copy_n(ring, block_ - run, std::copy_n(ring + at, run, piece));
        return piece;
    }

    PartitionedConvolver convolver_;
    int channels_;
    FrameCount block_, batch_, predelay_, capacity_;
    AlignedVector<float> input_;  // [channel][capacity], a ring by absolute frame
    AlignedVector<float> wet_;    // [channel][batch]
    AlignedVector<float> dry_;    // the same, or none
    bool wet_sounds_ = false;
};

}  // namespace dubplate::kernels
