#pragma once

/// The convolution of one strip in planes, piece by piece: what stands between a processor and the convolver.
///
/// Threads: one caller at a time. Determinism: batches lie on an absolute grid.

#include <immintrin.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/partitioned_convolver.h"
#include "kernels/cpu/zeros.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels {

/// The convolution of one strip, in planes. What goes in is put where what comes out at that frame was; when a batch is
/// complete it is convolved in its place, to come out while the next is collected.
class StripConvolution {
public:
    /// `dry`: what comes in is wanted beside what comes out.
    StripConvolution(std::shared_ptr<const ResponseSpectra> spectra, int channels, std::vector<ConvolutionPath> paths,
                     FrameCount predelay_frames, bool dry)
        : convolver_(std::move(spectra), channels, std::move(paths)),
          channels_(channels),
          batch_(convolver_.partitioning().batch_frames()),
          predelay_(predelay_frames),
          waiting_(static_cast<std::size_t>(channels_ * round_up(predelay_, 16))),
          batches_(static_cast<std::size_t>(channels_ * batch_)),
          dry_(dry ? batches_.size() : 0) {}

    /// Pieces of audio lie within such steps of the absolute grid.
    FrameCount batch_frames() const { return batch_; }

    /// Takes a piece of a channel from `samples`, and puts there what comes out while it goes in.
    void exchange(int channel, FrameCount first, std::span<float> samples) {
        wait(channel, first, samples);
        float* const batch = batches_.data() + place(channel, first);
        std::swap_ranges(samples.begin(), samples.end(), batch);
        // The next piece, which has left the caches since it was convolved, has until then to come back.
        for (const float* next = batch + samples.size(); next < batch + 2 * samples.size(); next += kLineFloats)
            _mm_prefetch(reinterpret_cast<const char*>(next), _MM_HINT_T1);
    }
    /// The same for the dry part: what comes out is what went in a batch ago.
    void exchange_dry(int channel, FrameCount first, std::span<float> samples) {
        std::swap_ranges(samples.begin(), samples.end(), dry_.data() + place(channel, first));
    }
    /// All channels are exchanged up to the end of a batch.
    void complete_batch() {
        std::vector<float*> batches;
        for (int channel = 0; channel < channels_; ++channel) batches.push_back(batches_.data() + channel * batch_);
        wet_sounds_ = convolver_.convolve(batches);
    }

    /// Nothing here decays: what goes in is gone after a known time, and blocks of zeros are told from others exactly.
    bool rests() const {
        return !wet_sounds_ && convolver_.rests() && all_zero(waiting_) && all_zero(batches_) && all_zero(dry_);
    }

private:
    FrameCount place(int channel, FrameCount frame) const {
        return channel * batch_ + frame - floor_div(frame, batch_) * batch_;
    }
    /// What came in a pre-delay ago, for what comes in.
    void wait(int channel, FrameCount first, std::span<float> samples) {
        float* const ring = waiting_.data() + channel * round_up(predelay_, 16);
        while (predelay_ > 0 && !samples.empty()) {
            const FrameCount at = first - floor_div(first, predelay_) * predelay_;
            const FrameCount run = std::min(static_cast<FrameCount>(samples.size()), predelay_ - at);
            std::swap_ranges(ring + at, ring + at + run, samples.begin());
            samples = samples.subspan(static_cast<std::size_t>(run));
            first += run;
        }
    }

    static constexpr std::size_t kLineFloats = kCacheLine / sizeof(float);

    PartitionedConvolver convolver_;
    int channels_;
    FrameCount batch_, predelay_;
    AlignedVector<float> waiting_;  // [channel][pre-delay], a ring by absolute frame
    AlignedVector<float> batches_;  // [channel][batch]
    AlignedVector<float> dry_;      // the same, or none
    bool wet_sounds_ = false;
};

/// A piece of audio of W lanes on its way through convolutions, in planes.
template <int W>
class StripPlanes {
public:
    StripPlanes() {
        for (std::size_t lane = 0; lane < W; ++lane) to_[lane] = planes_ + lane * kStride, from_[lane] = to_[lane];
    }
    float* const* to() { return to_; }
    const float* const* from() const { return from_; }
    std::span<float> samples(int lane, int frames) { return {to_[lane], static_cast<std::size_t>(frames)}; }

private:
    static constexpr std::size_t kStride =
        kMaxBlockFrames + 16;  // off the powers of two that would crowd one cache set
    float* to_[W];
    const float* from_[W];
    alignas(kCacheLine) float planes_[W * kStride];
};

}  // namespace dubplate::kernels
