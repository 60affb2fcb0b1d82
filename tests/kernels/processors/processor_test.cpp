#include "kernels/processors/processor.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::GainProcessor;
using kernels::LaneBlock;
using kernels::Processor;

/// Feeds [frame][width] in blocks of the given lengths, over and over.
Signal run_blocks(Processor& processor, int width, Signal audio, std::vector<int> lengths) {
    FrameCount done = 0;
    const auto frames = static_cast<FrameCount>(audio.size()) / width;
    for (std::size_t block = 0; done < frames; ++block) {
        const FrameCount length = std::min<FrameCount>(lengths[block % lengths.size()], frames - done);
        processor.process(
            {.start = done, .frames = static_cast<int>(length), .audio = audio.data() + done * width, .controls = {}});
        done += length;
    }
    return audio;
}

Signal delayed(const Signal& audio, std::size_t samples) {
    Signal result(audio.size(), 0.0f);
    for (std::size_t n = samples; n < audio.size(); ++n) result[n] = audio[n - samples];
    return result;
}

/// Halves what was louder than 0.5 when it came in; the gain lags like the audio.
class Halver final : public GainProcessor {
public:
    Halver(int width, FrameCount latency)
        : GainProcessor(width, latency), waiting_(static_cast<std::size_t>(latency * width), 1.0f) {}
    void detect(const LaneBlock& block, float* gain) override {
        for (int i = 0; i < block.frames * width(); ++i) {
            waiting_.push_back(std::fabs(block.audio[i]) > 0.5f ? 0.5f : 1.0f);
            gain[i] = waiting_.front();
            waiting_.erase(waiting_.begin());
        }
    }

protected:
    bool settle_detector() override { return true; }

private:
    std::vector<float> waiting_;
};

constexpr FrameCount kLatencies[] = {0, 64, 128, 512, 4096};

TEST(PlainDelay, DelaysByItsLatencyAndChangesNothingElse) {
    for (const FrameCount latency : kLatencies)
        for (const int width : {1, 4, 8, 16}) {
            SCOPED_TRACE(std::to_string(latency) + " frames, width " + std::to_string(width));
            const Signal input = noise(static_cast<std::size_t>(9600 * width), 1);
            const auto delay = kernels::make_plain_delay(width, latency);
            EXPECT_EQ(run_blocks(*delay, width, input, {64, 512, 320, 192}),
                      delayed(input, static_cast<std::size_t>(latency * width)));
        }
}

TEST(GainProcessor, MultipliesTheDelayedInputByItsGains) {
    for (const FrameCount latency : {FrameCount{0}, FrameCount{64}, FrameCount{192}})
        for (const int width : {1, 4}) {
            SCOPED_TRACE(std::to_string(latency) + " frames, width " + std::to_string(width));
            const Signal input = noise(static_cast<std::size_t>(2048 * width), 1);
            Signal expected = delayed(input, static_cast<std::size_t>(latency * width));
            for (float& sample : expected) sample *= std::fabs(sample) > 0.5f ? 0.5f : 1.0f;
            Halver halver(width, latency);
            EXPECT_EQ(run_blocks(halver, width, input, {512, 64, 128}), expected);
        }
}

TEST(GainFollower, AppliesTheGainsItIsHandedToItsOwnAudio) {
    constexpr int kWidth = 4;
    constexpr FrameCount kLatency = 128;
    const Signal whole = noise(2048 * kWidth, 1), part = noise(2048 * kWidth, 2);
    Halver halver(kWidth, kLatency);
    const auto follower = kernels::make_gain_follower(kWidth, kLatency);
    Signal followed = part, gain(256 * kWidth);
    for (FrameCount start = 0; start < 2048; start += 256) {
        Signal detected(whole.begin() + start * kWidth, whole.begin() + (start + 256) * kWidth);
        halver.detect({.start = start, .frames = 256, .audio = detected.data(), .controls = {}}, gain.data());
        follower->apply({.start = start, .frames = 256, .audio = followed.data() + start * kWidth, .controls = {}},
                        gain.data());
    }
    Signal expected = delayed(part, kLatency * kWidth);
    const Signal heard = delayed(whole, kLatency * kWidth);
    for (std::size_t n = 0; n < expected.size(); ++n) expected[n] *= std::fabs(heard[n]) > 0.5f ? 0.5f : 1.0f;
    EXPECT_EQ(followed, expected);
}

TEST(GainFollower, WithNoGainsHandedToItIsAPlainDelay) {
    const Signal input = noise(4096, 3);
    const auto follower = kernels::make_gain_follower(1, 192);
    EXPECT_EQ(run_blocks(*follower, 1, input, {448}), delayed(input, 192));
}

TEST(Settling, SaysWhetherEverythingThatWaitsIsZero) {
    const auto delay = kernels::make_plain_delay(1, 256);
    EXPECT_TRUE(delay->settle());
    run_blocks(*delay, 1, impulse(64, 3), {64});
    EXPECT_FALSE(delay->settle());
    run_blocks(*delay, 1, Signal(192), {64});
    EXPECT_FALSE(delay->settle());
    run_blocks(*delay, 1, Signal(64), {64});
    EXPECT_TRUE(delay->settle());
}

TEST(Settling, SetsWhatHasDecayedToZeroAndKeepsWhatHasNot) {
    const auto follower = kernels::make_gain_follower(1, 64);
    Signal block(64, 0.0f);
    block[5] = 0.9e-12f;
    run_blocks(*follower, 1, block, {64});
    EXPECT_TRUE(follower->settle());
    EXPECT_EQ(peak(run_blocks(*follower, 1, Signal(64), {64})), 0.0);
    block[5] = -1.1e-12f;
    run_blocks(*follower, 1, block, {64});
    EXPECT_FALSE(follower->settle());
    EXPECT_EQ(run_blocks(*follower, 1, Signal(64), {64}), block);
}

TEST(ProcessorKinds, HaveNamesOfTheirOwnAndAreFoundByThem) {
    std::set<std::string_view> names;
    for (const kernels::ProcessorKind* kind : kernels::processor_kinds()) {
        EXPECT_TRUE(names.insert(kind->description.name).second) << kind->description.name;
        EXPECT_EQ(kernels::find_processor(kind->description.name), kind);
    }
    EXPECT_EQ(kernels::processor_table().size(), kernels::processor_kinds().size());
    EXPECT_EQ(kernels::find_processor("treshold"), nullptr);
}

TEST(ProcessorKinds, DescribeParametersWhoseStandardsLieInTheirRanges) {
    for (const kernels::ProcessorKind* kind : kernels::processor_kinds()) {
        EXPECT_FALSE(kind->description.title.empty() || kind->description.help.empty() ||
                     kind->description.details.empty());
        std::set<std::string_view> names;
        for (std::size_t i = 0; i < parameter_count(kind->description, 1); ++i) {
            const ParameterDescription& parameter = parameter_at(kind->description, i);
            SCOPED_TRACE(std::string(kind->description.name) + "/" + std::string(parameter.name));
            if (i < kind->description.parameters.size()) {
                EXPECT_TRUE(names.insert(parameter.name).second);
            }
            EXPECT_FALSE(parameter.help.empty());
            EXPECT_NE(parameter.help.back(), '.');
            if (parameter.unit == ParameterUnit::choice) {
                EXPECT_GE(parameter.choices.size(), 2u);
                EXPECT_LT(parameter.standard, static_cast<double>(parameter.choices.size()));
            } else if (parameter.unit != ParameterUnit::file) {
                EXPECT_LE(parameter.minimum, parameter.standard);
                EXPECT_GE(parameter.maximum, parameter.standard);
                EXPECT_LT(parameter.minimum, parameter.maximum);
            }
        }
    }
}

}  // namespace
}  // namespace dubplate
