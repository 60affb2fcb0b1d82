#include "kernels/processors/processor.h"

#include <algorithm>

#include "kernels/cpu/lane_delay.h"

namespace dubplate::kernels {
namespace {

class GainFollower final : public GainProcessor {
public:
    using GainProcessor::GainProcessor;
    void detect(const LaneBlock& block, float* gain) override {
        std::fill_n(gain, static_cast<std::size_t>(block.frames * width()), 1.0f);
    }

protected:
    bool settle_detector() override { return true; }
    bool lane_rows(LaneRows& rows) override {
        add_delay_rows(rows);
        return true;
    }
};

class PlainDelay final : public Processor {
public:
    PlainDelay(int width, FrameCount latency) : delay_(width, latency) {}
    void process(const LaneBlock& block) override { delay_.process(block.audio, block.frames); }
    bool settle() override { return delay_.settle(); }
    bool lane_rows(LaneRows& rows) override {
        delay_.add_rows(rows);
        return true;
    }

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
    if (process_at_once(block)) return;
    detect(block, gain_.data());
    apply(block, gain_.data());
}

bool GainProcessor::settle() {
    delay_rests_ = delay_->settle();
    return settle_detector() && delay_rests_;
}

void GainProcessor::add_delay_rows(LaneRows& rows) { delay_->add_rows(rows); }

std::unique_ptr<GainProcessor> make_gain_follower(int width, FrameCount latency_frames) {
    return std::make_unique<GainFollower>(width, latency_frames);
}

std::unique_ptr<Processor> make_plain_delay(int width, FrameCount latency_frames) {
    return std::make_unique<PlainDelay>(width, latency_frames);
}

}  // namespace dubplate::kernels
