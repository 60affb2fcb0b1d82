#include "kernels/processors/processor.h"

#include <algorithm>
#include <cmath>

namespace dubplate::kernels {
namespace {

/// Sets what has decayed below 1e-12 to 0; true if all is 0.
bool settle_values(std::span<float> values) {
    bool rest = true;
    for (float& value : values) {
        if (std::fabs(value) < 1e-12f) value = 0.0f;
        rest &= value == 0.0f;
    }
    return rest;
}

/// A delay of whole frames in lanes: swaps the block with what waited, in order.
class LaneDelay {
public:
    LaneDelay(int width, FrameCount latency) : width_(width), waiting_(static_cast<std::size_t>(latency * width)) {}

    void process(float* audio, int frames) {
        // A ring whose length is the latency: what was written `latency` frames ago lies where the new frame goes.
        std::size_t left = static_cast<std::size_t>(frames) * static_cast<std::size_t>(width_);
        while (left > 0 && !waiting_.empty()) {
            const std::size_t run = std::min(left, waiting_.size() - at_);
            std::swap_ranges(audio, audio + run, waiting_.begin() + static_cast<std::ptrdiff_t>(at_));
            audio += run;
            left -= run;
            at_ = (at_ + run) % waiting_.size();
        }
    }
    bool settle() { return settle_values(waiting_); }

private:
    int width_;
    std::vector<float> waiting_;  // [latency][width], a ring
    std::size_t at_ = 0;
};

class GainFollower final : public GainProcessor {
public:
    using GainProcessor::GainProcessor;
    void detect(const LaneBlock& block, float* gain) override {
        std::fill_n(gain, static_cast<std::size_t>(block.frames * width()), 1.0f);
    }

protected:
    bool settle_detector() override { return true; }
};

class PlainDelay final : public Processor {
public:
    PlainDelay(int width, FrameCount latency) : delay_(width, latency) {}
    void process(const LaneBlock& block) override { delay_.process(block.audio, block.frames); }
    bool settle() override { return delay_.settle(); }

private:
    LaneDelay delay_;
};

}  // namespace

struct GainProcessor::Delay : LaneDelay {
    using LaneDelay::LaneDelay;
};

GainProcessor::GainProcessor(int width, FrameCount latency_frames)
    : width_(width),
      delay_(std::make_unique<Delay>(width, latency_frames)),
      gain_(static_cast<std::size_t>(kMaxBlockFrames * width)) {}

GainProcessor::~GainProcessor() = default;

void GainProcessor::apply(const LaneBlock& block, const float* gain) {
    delay_->process(block.audio, block.frames);
    for (int i = 0; i < block.frames * width_; ++i) block.audio[i] *= gain[i];
}

void GainProcessor::process(const LaneBlock& block) {
    detect(block, gain_.data());
    apply(block, gain_.data());
}

bool GainProcessor::settle() {
    const bool delay_rests = delay_->settle();
    return settle_detector() && delay_rests;
}

std::unique_ptr<GainProcessor> make_gain_follower(int width, FrameCount latency_frames) {
    return std::make_unique<GainFollower>(width, latency_frames);
}

std::unique_ptr<Processor> make_plain_delay(int width, FrameCount latency_frames) {
    return std::make_unique<PlainDelay>(width, latency_frames);
}

}  // namespace dubplate::kernels
