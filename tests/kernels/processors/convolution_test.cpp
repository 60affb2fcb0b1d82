#include "kernels/processors/convolution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/direct_convolution.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::ImpulseResponse;
using kernels::kConvolution;
using kernels::StripValues;

ImpulseResponse response_of(std::size_t channels, std::size_t frames, std::uint64_t seed) {
    ImpulseResponse response;
    for (std::size_t channel = 0; channel < channels; ++channel)
        response.channels.push_back(noise(frames, seed + channel));
    return response;
}

StripValues strip_of(const std::vector<double>& values, int channels, const ImpulseResponse* impulse) {
    return {.sample_rate = 48000.0, .channels = channels, .values = values, .greatest = values, .impulse = impulse};
}

class ConvolutionOfLength : public testing::TestWithParam<std::size_t> {};

TEST_P(ConvolutionOfLength, EqualsDirectConvolution) {
    const std::size_t length = GetParam();
    const Planar input{noise(9000, 1), noise(9000, 2)};
    const RunOptions options{.block_frames = 0, .seed = length, .tail_frames = static_cast<FrameCount>(length)};
    const std::size_t frames = input[0].size() + length;
    const auto values = values_of(kConvolution);
    const auto run = [&](const ImpulseResponse& response, const Planar& from) {
        return run_processor(kConvolution, {.input = from, .values = values, .impulse = &response}, options);
    };
    const ImpulseResponse mono = response_of(1, length, 10), stereo = response_of(2, length, 20),
                          true_stereo = response_of(4, length, 30);

    const std::vector<double> left_mono = direct_convolution(input[0], mono.channels[0], frames);
    EXPECT_LE(error_db(run(mono, {input[0]})[0], left_mono), -120.0);
    const Planar both = run(mono, input);
    EXPECT_LE(error_db(both[0], left_mono), -120.0);
    EXPECT_LE(error_db(both[1], direct_convolution(input[1], mono.channels[0], frames)), -120.0);

    const Planar each = run(stereo, input);
    for (const std::size_t channel : {0u, 1u})
        EXPECT_LE(error_db(each[channel], direct_convolution(input[channel], stereo.channels[channel], frames)),
                  -120.0);

    const Planar crossed = run(true_stereo, input);
    for (const std::size_t channel : {0u, 1u}) {
        std::vector<double> reference = direct_convolution(input[0], true_stereo.channels[channel], frames);
        add_direct_convolution(input[1], true_stereo.channels[2 + channel], reference);
        EXPECT_LE(error_db(crossed[channel], reference), -120.0);
    }
}
INSTANTIATE_TEST_SUITE_P(Frames, ConvolutionOfLength,
                         testing::Values(1, 127, 128, 129, 4095, 8192, 8193, 40000, 60000));

TEST(Convolution, TakesOneResponseChannelForEachOfSixteen) {
    const ImpulseResponse response = response_of(16, 3000, 1);
    Planar input;
    for (std::uint64_t channel = 0; channel < 16; ++channel) input.push_back(noise(5000, 50 + channel));
    const Planar output =
        run_processor(kConvolution, {.input = input, .values = values_of(kConvolution), .impulse = &response});
    for (std::size_t channel = 0; channel < 16; ++channel)
        EXPECT_LE(error_db(output[channel], direct_convolution(input[channel], response.channels[channel], 5000)),
                  -120.0);
}

TEST(Convolution, GivesTheSameBitsHoweverTheTimelineIsCut) {
    for (const std::size_t length : {900u, 9000u, 30000u, 60000u}) {
        const ImpulseResponse response = response_of(2, length, 3);
        const StripRun strip{.input = {noise(50000, 4), noise(50000, 5)},
                             .values = values_of(kConvolution, {{"predelay", 0.0123}, {"mix", 40.0}}),
                             .impulse = &response};
        for (const FrameCount start : {FrameCount{0}, FrameCount{-64 * 777}, FrameCount{64 * 12345}}) {
            SCOPED_TRACE(testing::Message() << length << " frames from " << start);
            RunOptions options{.start = start, .tail_frames = 20000, .settle = true};
            const Planar whole = run_processor(kConvolution, strip, options);
            options.block_frames = 64;
            EXPECT_EQ(run_processor(kConvolution, strip, options), whole);
            options.block_frames = 0;
            for (options.seed = 1; options.seed <= 4; ++options.seed)
                EXPECT_EQ(run_processor(kConvolution, strip, options), whole) << "seed " << options.seed;
        }
    }
}

TEST(Convolution, GivesTheSameBitsWhenTheRunBeginsEarlierOnZeros) {
    const ImpulseResponse response = response_of(1, 30000, 6);
    const StripRun strip{.input = {noise(40000, 7)}, .values = values_of(kConvolution), .impulse = &response};
    const Signal reference = run_processor(kConvolution, strip, {.start = 64})[0];
    for (const std::size_t earlier : {64u, 8192u, 64u * 1001}) {
        StripRun delayed = strip;
        delayed.input[0].insert(delayed.input[0].begin(), earlier, 0.0f);
        Signal output = run_processor(kConvolution, delayed,
                                      {.start = 64 - static_cast<FrameCount>(earlier), .block_frames = 0})[0];
        output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(earlier));
        EXPECT_EQ(output, reference) << earlier;
    }
}

TEST(Convolution, GivesTheSameBitsAtAnyWidthBesideAnyNeighbour) {
    // One latency of 8192 frames for all, and different numbers of partitions and channels.
    const ImpulseResponse responses[] = {response_of(2, 8000, 1), response_of(1, 12000, 9), response_of(4, 8192, 5)};
    std::vector<StripRun> strips;
    for (std::uint64_t strip = 0; strip < 7; ++strip)
        strips.push_back(
            {.input = {noise(20000, strip), noise(20000, 100 + strip)},
             .values = values_of(kConvolution, {{"mix", 10.0 * static_cast<double>(strip)}, {"gain", -3.0}}),
             .impulse = &responses[strip % 3]});
    const std::vector<Planar> together = run_processor(kConvolution, strips, {.width = 16});
    for (std::size_t strip = 0; strip < strips.size(); ++strip)
        for (const int width : {4, 8, 16})
            EXPECT_EQ(run_processor(kConvolution, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                << strip << " at width " << width;
}

TEST(Convolution, GivesTheSameBitsInOneLaneAsInMany) {
    const ImpulseResponse response = response_of(1, 5000, 2);
    const StripRun strip{
        .input = {noise(20000, 3)}, .values = values_of(kConvolution, {{"mix", 70.0}}), .impulse = &response};
    const Planar alone = run_processor(kConvolution, strip, {.width = 1});
    for (const int width : {4, 8, 16}) EXPECT_EQ(run_processor(kConvolution, strip, {.width = width}), alone);
}

TEST(Convolution, LeavesTheDrySignalBitExactAtMixZeroAndAloneAtMixOneHundred) {
    const ImpulseResponse unit{{impulse(1, 0)}};
    const Planar input{noise(5000, 8)};
    const auto run = [&](double mix, double gain) {
        return run_processor(
            kConvolution,
            {.input = input, .values = values_of(kConvolution, {{"mix", mix}, {"gain", gain}}), .impulse = &unit});
    };
    EXPECT_EQ(run(0.0, 0.0), input);
    EXPECT_EQ(run(100.0, -144.0)[0], Signal(5000, 0.0f));
    EXPECT_LE(error_db(run(50.0, 0.0)[0], input[0]), -120.0);  // wet and dry lie on each other
}

TEST(Convolution, WaitsForThePredelayToTheFrame) {
    for (const std::size_t length : {100u, 40000u}) {
        const ImpulseResponse response = response_of(1, length, 11);
        const Signal input = noise(6000, 12);
        for (const double milliseconds : {1.0 / 48.0, 12.3, 500.0}) {
            SCOPED_TRACE(testing::Message() << length << " frames, " << milliseconds << " ms");
            const Signal output =
                run_processor(kConvolution,
                              {.input = {input},
                               .values = values_of(kConvolution, {{"predelay", milliseconds / 1000.0}}),
                               .impulse = &response},
                              {.tail_frames = 70000})[0];
            std::vector<double> reference(output.size(), 0.0);
            add_direct_convolution(input, response.channels[0], reference,
                                   static_cast<std::size_t>(std::lround(milliseconds * 48.0)));
            EXPECT_LE(error_db(output, reference), -120.0);
        }
    }
}

TEST(Convolution, FollowsMovingMixAndGainAtEveryFrame) {
    const ImpulseResponse response = response_of(1, 2000, 13);
    const Signal input = noise(20000, 14);
    const auto mix = [](FrameCount frame) { return 50.0 + 50.0 * std::sin(0.001 * static_cast<double>(frame)); };
    const auto gain = [](FrameCount frame) { return -0.001 * static_cast<double>(frame); };
    const Signal output = run_processor(kConvolution,
                                        {.input = {input},
                                         .values = values_of(kConvolution),
                                         .moving = {{"mix", mix}, {"gain", gain}},
                                         .impulse = &response},
                                        {.block_frames = 0})[0];
    std::vector<double> reference = direct_convolution(input, response.channels[0], input.size());
    for (std::size_t n = 0; n < reference.size(); ++n) {
        const auto frame = static_cast<FrameCount>(n);
        const double share = 0.01 * mix(frame);
        reference[n] = reference[n] * share * from_decibels(gain(frame)) + input[n] * (1.0 - share);
    }
    EXPECT_LE(error_db(output, reference), -120.0);
}

TEST(Convolution, RestsOnceItsTailIsOverAndWakesAnywhere) {
    const ImpulseResponse response = response_of(1, 30000, 15);
    const auto values = values_of(kConvolution, {{"predelay", 0.1}});
    const StripValues strip = strip_of(values, 1, &response);
    const auto make = [&] {
        return kConvolution.create({.width = 1, .strips = {&strip, 1}, .moving_per_block = {}, .moving_per_frame = {}});
    };
    const Signal burst = noise(64, 16);
    alignas(64) float audio[512];
    const auto feed = [&](kernels::Processor& processor, FrameCount start, const Signal& input) {
        std::fill_n(audio, 512, 0.0f);
        std::copy(input.begin(), input.end(), audio);
        processor.process({.start = start, .frames = 512, .audio = audio, .controls = {}});
        return Signal(audio, audio + 512);
    };

    const auto processor = make();
    EXPECT_TRUE(processor->settle());
    feed(*processor, 0, burst);
    FrameCount at = 512, last_sound = 0;
    for (;; at += 512) {
        if (at % kSettleFrames == 0 && processor->settle()) break;
        ASSERT_LT(at, 1 << 20) << "does not come to rest";
        if (peak(feed(*processor, at, {})) > 0.0) last_sound = at + 511;
    }
    // Not before the tail is over: the last frame of the response sounds after latency and pre-delay.
    EXPECT_GE(last_sound, 32768 + 4800 + 29999);
    EXPECT_GE(at, last_sound);

    // At rest it may be left out for any time: a rested and a new one give the same bits.
    const auto fresh = make();
    for (FrameCount next = 1'000'000 / 512 * 512, end = next + 120'000; next < end; next += 512) {
        const Signal input = noise(512, static_cast<std::uint64_t>(next));
        ASSERT_EQ(feed(*processor, next, input), feed(*fresh, next, input)) << next;
    }
}

TEST(Convolution, HasALatencyOfOneBatchOnTheControlGrid) {
    const auto values = values_of(kConvolution);
    const std::pair<std::size_t, FrameCount> expected[] = {
        {1, 1024}, {5000, 8192}, {24576, 8192}, {49152, 32768}, {144000, 65536}};
    for (const auto& [length, latency] : expected) {
        const ImpulseResponse response = response_of(1, length, 1);
        EXPECT_EQ(kConvolution.latency(strip_of(values, 1, &response)), latency) << length;
    }
}

TEST(Convolution, TellsItsTailAndTheLongestGapWithin) {
    ImpulseResponse response{{Signal(1000, 0.5f), Signal(1000, 0.5f)}};
    for (std::size_t n = 300; n < 420; ++n) response.channels[1][n] = n % 2 ? 0.0f : 5e-8f;
    std::fill(response.channels[0].begin() + 500, response.channels[0].end(), 0.0f);  // a quiet end is no gap
    const auto values = values_of(kConvolution, {{"predelay", 0.01}});
    const kernels::Tail tail = kConvolution.tail(strip_of(values, 2, &response));
    EXPECT_EQ(tail.frames, 1480);
    EXPECT_EQ(tail.gap_frames, 600);
}

std::string complaint(int channels, const ImpulseResponse* response) {
    const auto values = values_of(kConvolution);
    const Result<void> valid = kConvolution.validate(strip_of(values, channels, response));
    if (valid) return "";
    EXPECT_NE(valid.error().code, ErrorCode::io);
    return valid.error().message;
}

TEST(Convolution, TakesResponsesThatFitTheStripAndSaysWhyItTakesNoOthers) {
    const ImpulseResponse one = response_of(1, 10, 1), two = response_of(2, 10, 1), four = response_of(4, 10, 1),
                          six = response_of(6, 10, 1);
    for (const auto& [channels, response] :
         {std::pair{1, &one}, {2, &one}, {6, &one}, {2, &two}, {2, &four}, {4, &four}, {6, &six}})
        EXPECT_EQ(complaint(channels, response), "") << channels;
    EXPECT_EQ(complaint(1, &two), "a mono strip cannot take a 2-channel response: make the strip stereo");
    EXPECT_EQ(complaint(1, &four), "a mono strip cannot take a 4-channel response: make the strip stereo");
    EXPECT_EQ(complaint(2, &six),
              "a stereo strip cannot take a 6-channel response: use one of 1 channel or of 2 or 4 channels");
    EXPECT_EQ(complaint(6, &four),
              "a 6-channel strip cannot take a 4-channel response: use one of 1 channel or of 6 channels");
    EXPECT_EQ(complaint(2, nullptr), "the convolution has no response: name a sound file under 'impulse'");
    const ImpulseResponse empty;
    EXPECT_EQ(complaint(2, &empty), "the convolution has no response: name a sound file under 'impulse'");
}

TEST(Convolution, RefusesResponsesThatHoldNoNumbers) {
    ImpulseResponse response = response_of(1, 10, 1);
    response.channels[0][3] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THAT(complaint(1, &response), testing::HasSubstr("NaN"));
    response.channels[0][3] = -std::numeric_limits<float>::infinity();
    EXPECT_THAT(complaint(1, &response), testing::HasSubstr("infinity"));
}

}  // namespace
}  // namespace dubplate
