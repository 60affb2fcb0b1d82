#include "engine/audio/output_resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/signals.h"

namespace dubplate::audio {
namespace {

using test::Signal;

/// Two channels, handed over `step` frames at a time.
std::vector<Signal> resampled(const std::vector<Signal>& in, int from_rate, int to_rate, int step = 1 << 30) {
    auto resampler = OutputResampler::create(from_rate, to_rate, static_cast<int>(in.size())).value();
    std::vector<Signal> out(in.size());
    const auto take = [&](const float* const* rows, int frames) -> Result<void> {
        for (std::size_t channel = 0; channel < out.size(); ++channel)
            out[channel].insert(out[channel].end(), rows[channel], rows[channel] + frames);
        return {};
    };
    const int frames = static_cast<int>(in[0].size());
    for (int at = 0; at < frames; at += std::min(step, frames - at)) {
        std::vector<const float*> rows;
        for (const Signal& signal : in) rows.push_back(signal.data() + at);
        EXPECT_TRUE(resampler.put(rows.data(), std::min(step, frames - at), take));
    }
    EXPECT_TRUE(resampler.end(take));
    return out;
}

TEST(OutputResampler, LengthsAreRoundedUp) {
    EXPECT_EQ(resampled_frames(0, 48000, 44100), 0);
    EXPECT_EQ(resampled_frames(1, 48000, 44100), 1);
    EXPECT_EQ(resampled_frames(480, 48000, 44100), 441);
    EXPECT_EQ(resampled_frames(481, 48000, 44100), 442);
    EXPECT_EQ(resampled_frames(FrameCount{1} << 50, 1000, 768'000), (FrameCount{1} << 50) * 768);
    for (const int from : {44100, 48000, 96000, 1000, 768'000})
        for (const int to : {44100, 48000, 88200, 1000, 768'000})
            for (const std::size_t frames : {0u, 1u, 2u, 999u, 4096u, 5000u}) {
                SCOPED_TRACE(testing::Message() << frames << " frames from " << from << " to " << to);
                const auto out = resampled({test::noise(frames, 1)}, from, to);
                EXPECT_EQ(static_cast<FrameCount>(out[0].size()),
                          resampled_frames(static_cast<FrameCount>(frames), from, to));
            }
}

TEST(OutputResampler, GivesTheSameBitsHoweverFramesAreCut) {
    const std::vector<Signal> in{test::noise(20'011, 1), test::noise(20'011, 2)};
    for (const int to : {44100, 96000, 8000}) {
        const auto whole = resampled(in, 48000, to);
        for (const int step : {1, 511, 4096, 8192})
            EXPECT_EQ(resampled(in, 48000, to, step), whole) << to << " " << step;
    }
}

/// What was written at another rate, brought back by sums of sinc functions in float64: an impulse that is whole on both
/// grids comes back where it was.
TEST(OutputResampler, AnImpulseStaysWhereItIs) {
    for (const int to : {44100, 96000, 192'000}) {
        SCOPED_TRACE(to);
        const auto out = resampled({test::impulse(48000, 24000)}, 48000, to)[0];
        const auto at = static_cast<std::size_t>(to / 2);  // the same instant
        EXPECT_EQ(std::max_element(out.begin(), out.end()) - out.begin(), static_cast<std::ptrdiff_t>(at));
        // Linear phase: the same on both sides.
        double worst = 0.0;
        for (std::size_t k = 1; k < 2000; ++k) worst = std::max(worst, std::fabs(double{out[at + k]} - out[at - k]));
        EXPECT_LE(test::decibels(worst), -120.0);
    }
}

TEST(OutputResampler, SinesInThePassbandNullAgainstThemselves) {
    for (const double hz : {20.0, 1000.0, 10'000.0, 18'000.0})
        for (const int to : {44100, 96000}) {
            SCOPED_TRACE(testing::Message() << hz << " Hz at " << to);
            const auto out = resampled({test::sine(96'000, hz, 48000, 0.5)}, 48000, to)[0];
            double worst = 0.0;
            for (std::size_t n = out.size() / 4; n < 3 * out.size() / 4; ++n)
                worst =
                    std::max(worst, std::fabs(out[n] - 0.5 * std::sin(2.0 * M_PI * hz * static_cast<double>(n) / to)));
            EXPECT_LE(test::decibels(worst), -120.0);
        }
}

TEST(OutputResampler, StopsAtTheFirstErrorOfWhoTakes) {
    auto resampler = OutputResampler::create(48000, 44100, 1).value();
    const auto refuse = [](const float* const*, int) -> Result<void> { return fail(ErrorCode::io, "full"); };
    const Signal in = test::noise(100'000, 1);
    const float* const rows[] = {in.data()};
    const auto put = resampler.put(rows, 100'000, refuse);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().message, "full");
}

}  // namespace
}  // namespace dubplate::audio
