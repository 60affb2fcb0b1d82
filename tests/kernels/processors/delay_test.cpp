#include "kernels/processors/delay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kDelay;
using kernels::StripValues;

StripValues strip_of(const std::vector<double>& values, int channels, double rate = 48000.0) {
    return {.sample_rate = rate, .channels = channels, .values = values, .greatest = values, .impulse = nullptr};
}

std::vector<double> wet(std::initializer_list<std::pair<std::string_view, double>> changes) {
    std::vector<double> values = values_of(kDelay, changes);
    values[parameter_index(kDelay.description, "mix")] = 100.0;
    return values;
}

TEST(Delay, PutsEachEchoOnItsFrame) {
    for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0})
        for (const double seconds : {0.001, 0.01, 0.0123456, 0.1, 0.25}) {
            SCOPED_TRACE(testing::Message() << seconds << " s at " << rate);
            const auto time = static_cast<std::size_t>(std::lround(seconds * rate));
            const Signal output = run_processor(
                kDelay, {.input = {impulse(5 * time + 1, 7)}, .values = wet({{"time", seconds}, {"feedback", -0.5}})},
                {.sample_rate = rate, .block_frames = 0})[0];
            Signal reference(output.size(), 0.0f);
            float gain = 1.0f;
            for (std::size_t at = 7 + time; at < reference.size(); at += time, gain *= -0.5f) reference[at] = gain;
            EXPECT_EQ(output, reference);
        }
}

TEST(Delay, MixesTheInputWithItsEchoes) {
    const Signal input = noise(4000, 1);
    const Signal output = run_processor(
        kDelay, {.input = {input}, .values = values_of(kDelay, {{"time", 0.01}, {"feedback", 0.0}, {"mix", 25.0}})})[0];
    std::vector<double> reference;
    for (std::size_t n = 0; n < input.size(); ++n)
        reference.push_back(0.75 * input[n] + (n < 480 ? 0.0 : 0.25 * input[n - 480]));
    EXPECT_LE(error_db(output, reference), -140.0);
    EXPECT_EQ(run_processor(kDelay, {.input = {input}, .values = values_of(kDelay, {{"mix", 0.0}})})[0], input);
}

TEST(Delay, SumsItsFeedbackInFloat64) {
    const Signal input = noise(48000, 2);
    const Signal output =
        run_processor(kDelay, {.input = {input}, .values = wet({{"time", 0.005}, {"feedback", 0.98}})})[0];
    std::vector<double> line(input.size()), reference(input.size(), 0.0);
    for (std::size_t n = 0; n < input.size(); ++n) {
        reference[n] = n < 240 ? 0.0 : line[n - 240];
        line[n] = input[n] + static_cast<double>(0.98f) * reference[n];  // gains are float32
    }
    EXPECT_LE(error_db(output, reference), -135.0);
}

TEST(Delay, AlternatesTheMonoSumBetweenTheSides) {
    const Planar output =
        run_processor(kDelay, {.input = {impulse(3000, 10, 0.5), impulse(3000, 10, 0.25)},
                               .values = wet({{"time", 0.01}, {"feedback", 0.5}, {"ping_pong", 1.0}})});
    Planar reference(2, Signal(3000, 0.0f));
    float gain = 0.375f;
    for (std::size_t echo = 1; 10 + 480 * echo < 3000; ++echo, gain *= 0.5f)
        reference[(echo + 1) % 2][10 + 480 * echo] = gain;
    EXPECT_EQ(output, reference);
}

/// Level of the echo number `echo` of a sine at `hz`, relative to the first, per pass of the filters.
double loss_per_echo(double hz, std::initializer_list<std::pair<std::string_view, double>> filters) {
    // A steady sine in a line whose period holds whole cycles: only the transfer of the loop is left to see.
    std::vector<double> values = wet(filters);
    values[parameter_index(kDelay.description, "time")] = 0.1;
    values[parameter_index(kDelay.description, "feedback")] = 0.5;
    const Signal output =
        run_processor(kDelay, {.input = {sine(4800, hz, 48000.0)}, .values = values}, {.tail_frames = 12000})[0];
    // The first echo sounds during [4800, 9600), the second during [9600, 14400): away from their edges.
    return decibels(rms(std::span(output).subspan(12000, 2400)) / rms(std::span(output).subspan(7200, 2400)) / 0.5);
}

TEST(Delay, FiltersWhatGoesBackByOnePole) {
    for (const double hz : {100.0, 1000.0, 5000.0}) {
        SCOPED_TRACE(hz);
        EXPECT_NEAR(loss_per_echo(hz, {{"low_pass", hz}}), -3.01, 0.02);
        EXPECT_NEAR(loss_per_echo(hz, {{"high_pass", hz}}), -3.01, 0.02);
        EXPECT_NEAR(loss_per_echo(hz, {}), 0.0, 1e-5);
    }
    EXPECT_NEAR(loss_per_echo(2000.0, {{"low_pass", 200.0}}), -20.2, 0.3);
    EXPECT_NEAR(loss_per_echo(200.0, {{"high_pass", 2000.0}}), -20.0, 0.3);
}

TEST(Delay, ReadsTheLineAtTheTimeThatMoves) {
    // A sine through a moving delay is the sine at (n - delay(n)), in closed form.
    const double hz = 500.0, rate = 48000.0;
    const auto time = [](FrameCount frame) { return 0.05 + 1e-7 * static_cast<double>(frame); };
    const Signal output = run_processor(
        kDelay, {.input = {sine(40000, hz, rate)}, .values = wet({{"feedback", 0.0}}), .moving = {{"time", time}}},
        {.block_frames = 0})[0];
    std::vector<double> reference, heard;
    for (FrameCount n = 4000; n < 40000; ++n) {
        reference.push_back(std::sin(2.0 * M_PI * hz * (static_cast<double>(n) / rate - time(n))));
        heard.push_back(output[static_cast<std::size_t>(n)]);
    }
    EXPECT_LE(error_db(heard, reference), -80.0);
}

TEST(Delay, DoesNotClickWhenTheTimeBeginsToMoveOrStops) {
    const double hz = 100.0;
    const auto time = [](FrameCount frame) {  // stays, moves, stays, not at whole frames
        return (0.05 * 48000.0 + 0.4 + 40.3 * std::clamp((static_cast<double>(frame) - 10000.0) / 10000.0, 0.0, 1.0)) /
               48000.0;
    };
    const Signal output = run_processor(
        kDelay,
        {.input = {sine(30000, hz, 48000.0)}, .values = wet({{"feedback", 0.0}}), .moving = {{"time", time}}})[0];
    double greatest = 0.0;  // second difference: a step of half a frame would show as 0.0065
    for (std::size_t n = 4000; n + 1 < output.size(); ++n)
        greatest = std::max(greatest, std::fabs(static_cast<double>(output[n + 1]) - 2.0 * output[n] + output[n - 1]));
    EXPECT_LE(greatest, 0.0004);  // of the sine itself: (2 pi 100 / 48000)^2 = 0.00017, and the glide's own bends
}

TEST(Delay, HasExactEchoesWhereAMovingTimeStays) {
    const auto time = [](FrameCount frame) {
        return frame < 5000 ? 0.03 : frame < 10000 ? 0.03 + (static_cast<double>(frame) - 5000.0) * 1e-6 : 0.0350001;
    };
    const Signal input = noise(30000, 4);
    const Signal output =
        run_processor(kDelay, {.input = {input}, .values = wet({{"feedback", 0.0}}), .moving = {{"time", time}}},
                      {.block_frames = 0})[0];
    for (std::size_t n = 1440; n < 4900; ++n) ASSERT_EQ(output[n], input[n - 1440]) << n;
    for (std::size_t n = 10200; n < 30000; ++n) ASSERT_EQ(output[n], input[n - 1680]) << n;
}

TEST(Delay, GivesTheSameBitsHoweverTheTimelineIsCut) {
    const StripRun strip{
        .input = {noise(30000, 5), noise(30000, 6)},
        .values = values_of(kDelay, {{"time", 0.02}, {"feedback", 0.7}, {"ping_pong", 1.0}, {"high_pass", 100.0}}),
        .moving = {{"time", [](FrameCount frame) { return 0.02 + 0.01 * std::sin(1e-4 * static_cast<double>(frame)); }},
                   {"low_pass",
                    [](FrameCount frame) { return 3000.0 + 2000.0 * std::sin(1e-3 * static_cast<double>(frame)); }},
                   {"feedback", [](FrameCount frame) { return 0.5 * std::sin(1e-3 * static_cast<double>(frame)); }}}};
    StripRun still = strip;
    still.moving.clear();
    for (const StripRun& run : {strip, still})
        for (const FrameCount start : {0, -64000, 640000}) {
            const Planar whole = run_processor(kDelay, run, {.start = start, .tail_frames = 20000, .settle = true});
            for (const int frames : {64, 0, 0, 0}) {
                static std::uint64_t seed = 1;
                SCOPED_TRACE(testing::Message()
                             << "from " << start << " in blocks of " << frames << ", seed " << ++seed);
                const Planar cut = run_processor(
                    kDelay, run,
                    {.start = start, .block_frames = frames, .seed = seed, .tail_frames = 20000, .settle = true});
                for (std::size_t n = 0; n < cut[0].size(); ++n) {
                    ASSERT_EQ(cut[0][n], whole[0][n]) << n;
                    ASSERT_EQ(cut[1][n], whole[1][n]) << n;
                }
            }
        }
}

TEST(Delay, GivesTheSameBitsAtAnyWidthBesideAnyNeighbour) {
    // Only the last strip moves its time, only some filter or cross: none of it may show in the others.
    std::vector<StripRun> strips;
    for (std::uint64_t strip = 0; strip < 7; ++strip) {
        const auto n = static_cast<double>(strip);
        strips.push_back({.input = {noise(9000, strip), noise(9000, 100 + strip)},
                          .values = values_of(kDelay, {{"time", 0.011 + 0.0034567 * n},
                                                       {"feedback", 0.9 - 0.25 * n},
                                                       {"mix", 10.0 * n + 20.0},
                                                       {"ping_pong", strip % 2 ? 1.0 : 0.0},
                                                       {"low_pass", strip % 3 ? 2000.0 : 0.0},
                                                       {"high_pass", strip % 3 == 1 ? 90.0 : 0.0}})});
    }
    strips.back().moving = {{"time", [](FrameCount frame) { return 0.03 + 1e-7 * static_cast<double>(frame); }}};
    const std::vector<Planar> together = run_processor(kDelay, strips, {.width = 16});
    for (std::size_t strip = 0; strip < strips.size(); ++strip)
        for (const int width : {4, 8, 16})
            EXPECT_EQ(run_processor(kDelay, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                << strip << " at width " << width;
}

TEST(Delay, GivesTheSameBitsInOneLaneAsInMany) {
    StripRun strip{.input = {noise(9000, 3)},
                   .values = values_of(kDelay, {{"time", 0.02}, {"high_pass", 70.0}, {"low_pass", 9000.0}})};
    for (const bool moves : {false, true}) {
        if (moves) strip.moving = {{"time", [](FrameCount frame) { return 0.02 + 1e-6 * static_cast<double>(frame); }}};
        const Planar alone = run_processor(kDelay, strip, {.width = 1});
        for (const int width : {4, 8, 16}) EXPECT_EQ(run_processor(kDelay, strip, {.width = width}), alone);
    }
}

TEST(Delay, ComesToRestAndMayBeLeftOutWhileItRests) {
    // The time is no whole number of frames, moves, and is shorter than a step: what was rested and what ran on zeros
    // must go on alike from the first step.
    const auto values = wet({{"time", 0.01}, {"feedback", 0.5}, {"low_pass", 4000.0}});
    const StripValues strip = strip_of(values, 1);
    const std::size_t moving[] = {parameter_index(kDelay.description, "time")};
    const auto make = [&] {
        return kDelay.create({.width = 1, .strips = {&strip, 1}, .moving_per_block = moving, .moving_per_frame = {}});
    };
    alignas(64) float audio[512];
    const auto feed = [&](kernels::Processor& processor, FrameCount start, const Signal& input) {
        double grid[9];
        for (int point = 0; point < 9; ++point) grid[point] = 0.00101 + 2e-10 * static_cast<double>(start + 64 * point);
        std::fill_n(audio, 512, 0.0f);
        std::copy(input.begin(), input.end(), audio);
        processor.process({.start = start,
                           .frames = 512,
                           .audio = audio,
                           .key = nullptr,
                           .controls = {.grid = grid, .frames = nullptr}});
        return Signal(audio, audio + 512);
    };
    const auto rested = make(), busy = make();
    FrameCount at = 0;
    for (const auto& processor : {rested.get(), busy.get()})
        for (at = 0; at < 512000; at += 512) {
            feed(*processor, at, at == 0 ? noise(512, 1) : Signal{});
            if ((at + 512) % kSettleFrames == 0 && at > 0 && processor->settle() && processor == rested.get()) break;
        }
    EXPECT_TRUE(rested->settle());
    EXPECT_TRUE(busy->settle());
    for (at = 512000; at < 600000; at += 512) {
        const Signal input = noise(512, static_cast<std::uint64_t>(at));
        ASSERT_EQ(feed(*rested, at, input), feed(*busy, at, input)) << at;
    }
}

TEST(Delay, DeclaresATailThatItsEchoesKeepTo) {
    const auto tail_of = [](std::vector<double> values, double rate = 48000.0) {
        return kDelay.tail(strip_of(values, 1, rate));
    };
    EXPECT_EQ(tail_of(values_of(kDelay, {{"time", 0.5}, {"feedback", 0.0}})).frames, 24001);
    EXPECT_EQ(tail_of(values_of(kDelay, {{"time", 0.5}})).gap_frames, 24000);
    EXPECT_EQ(tail_of(values_of(kDelay, {{"time", 10.0}, {"feedback", 0.98}})).frames, 60 * 48000 + 1);
    for (const double feedback : {0.1, -0.5, 0.9}) {
        SCOPED_TRACE(feedback);
        const auto values = wet({{"time", 0.002}, {"feedback", feedback}});
        const kernels::Tail tail = tail_of(values);
        const Signal output =
            run_processor(kDelay, {.input = {impulse(1)}, .values = values}, {.tail_frames = tail.frames + 5000})[0];
        EXPECT_LE(peak(std::span(output).subspan(static_cast<std::size_t>(tail.frames))), 1e-7);
        EXPECT_GT(peak(std::span(output).subspan(static_cast<std::size_t>(tail.frames) - 300)),
                  1e-9);  // and no longer than it needs
    }
}

TEST(Delay, RefusesToPingPongAnythingButStereo) {
    const auto values = values_of(kDelay, {{"ping_pong", 1.0}});
    EXPECT_TRUE(kDelay.validate(strip_of(values, 2)));
    EXPECT_TRUE(kDelay.validate(strip_of(values_of(kDelay), 6)));
    EXPECT_EQ(
        kDelay.validate(strip_of(values, 1)).error().message,
        "ping-pong needs a stereo strip, this one has 1 channel: make the strip stereo or set ping_pong to false");
    EXPECT_THAT(kDelay.validate(strip_of(values, 6)).error().message, testing::HasSubstr("6 channels"));
}

}  // namespace
}  // namespace dubplate
