#include "kernels/processors/linear_eq.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "kernels/processors/linear_eq_design.h"
#include "tests/support/analogue_eq.h"
#include "tests/support/direct_convolution.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::EqBand;
using kernels::EqType;
using kernels::kLinearEq;
using kernels::StripValues;

constexpr double kMid = 1.0, kSide = 2.0, kLeft = 3.0, kPoint = 8.0;

/// The response at a frequency, around the frame where the impulse was.
std::complex<double> response_at(const Signal& output, std::size_t impulse_at, double hertz, double rate) {
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n < output.size(); ++n)
        sum += static_cast<double>(output[n]) *
               std::polar(1.0, -2.0 * M_PI * hertz / rate * (static_cast<double>(n) - static_cast<double>(impulse_at)));
    return sum;
}

Signal impulse_in_the_middle(std::size_t frames) {
    Signal signal(frames, 0.0f);
    signal[frames / 2] = 1.0f;
    return signal;
}

std::vector<double> one_bell(double length, double hertz, double gain, double q) {
    return values_of(kLinearEq,
                     {{"length", length}, {"bands/0/frequency", hertz}, {"bands/0/gain", gain}, {"bands/0/q", q}}, 1);
}

class LinearEqOfLength : public testing::TestWithParam<int> {};

TEST_P(LinearEqOfLength, HasTheAnalogueGainAndNoPhase) {
    const int choice = GetParam(), length = 1024 << choice;
    for (const double rate : {44100.0, 96000.0}) {
        const double hertz = 12.0 * rate / length;
        const EqBand band{EqType::bell, 2, hertz, 9.0, 1.0};
        const Signal output = run_processor(kLinearEq,
                                            {.input = {impulse_in_the_middle(2 * static_cast<std::size_t>(length))},
                                             .values = one_bell(choice, hertz, 9.0, 1.0)},
                                            {.sample_rate = rate})[0];
        for (const double at : {0.4, 0.8, 1.0, 1.3, 2.9}) {
            const auto response = response_at(output, static_cast<std::size_t>(length), at * hertz, rate);
            EXPECT_NEAR(decibels(std::abs(response)), decibels(analogue_magnitude(band, at * hertz)), 0.1) << at;
            EXPECT_NEAR(std::arg(response), 0.0, 1e-5) << at;
        }
    }
}

TEST_P(LinearEqOfLength, IsTheConvolutionWithItsResponse) {
    const int choice = GetParam(), length = 1024 << choice;
    const EqBand band{EqType::bell, 2, 3000.0, -7.0, 2.0};
    std::vector<double> gains(kernels::linear_eq_points(length));
    kernels::band_gains(band, 48000.0, gains);
    const Signal response = kernels::linear_phase_response(gains, length);
    const Signal input = noise(static_cast<std::size_t>(length) + 3000, 5);
    const Signal output = run_processor(kLinearEq, {.input = {input}, .values = one_bell(choice, 3000.0, -7.0, 2.0)},
                                        {.block_frames = 0, .seed = 3, .tail_frames = length / 2})[0];
    const auto whole = direct_convolution(input, response, input.size() + static_cast<std::size_t>(length));
    const std::vector<double> wanted(whole.begin() + length / 2,
                                     whole.begin() + length / 2 + static_cast<std::ptrdiff_t>(output.size()));
    EXPECT_LE(error_db(output, wanted), -120.0);
}
INSTANTIATE_TEST_SUITE_P(Choices, LinearEqOfLength, testing::Values(0, 1, 2, 3, 4, 5, 6));

TEST(LinearEq, BandsInSeriesMultiply) {
    const auto values = values_of(kLinearEq,
                                  {{"length", 4.0},
                                   {"bands/0/type", 1.0},
                                   {"bands/0/frequency", 300.0},
                                   {"bands/0/gain", -4.0},
                                   {"bands/1/frequency", 2500.0},
                                   {"bands/1/gain", 6.0},
                                   {"bands/1/q", 2.0},
                                   {"bands/2/type", 7.0},
                                   {"bands/2/frequency", 5000.0},
                                   {"bands/2/gain", 3.0}},
                                  3);
    const Signal output = run_processor(kLinearEq, {.input = {impulse_in_the_middle(32768)}, .values = values})[0];
    for (const double hertz : {60.0, 300.0, 1000.0, 2500.0, 4000.0, 9000.0, 19000.0}) {
        const double wanted = analogue_magnitude({EqType::low_shelf, 2, 300.0, -4.0, std::sqrt(0.5)}, hertz) *
                              analogue_magnitude({EqType::bell, 2, 2500.0, 6.0, 2.0}, hertz) *
                              analogue_magnitude({EqType::tilt, 2, 5000.0, 3.0, 1.0}, hertz);
        EXPECT_NEAR(decibels(std::abs(response_at(output, 16384, hertz, 48000.0))), decibels(wanted), 0.02) << hertz;
    }
}

TEST(LinearEq, PointsMakeACurveOfTheirChannels) {
    const auto values = values_of(kLinearEq,
                                  {{"bands/0/type", kPoint},
                                   {"bands/0/frequency", 2000.0},
                                   {"bands/0/gain", 5.0},
                                   {"bands/0/channels", kLeft},
                                   {"bands/1/gain", -3.0},
                                   {"bands/1/q", 1.0},
                                   {"bands/1/frequency", 9000.0},
                                   {"bands/2/type", kPoint},
                                   {"bands/2/frequency", 500.0},
                                   {"bands/2/gain", -2.0},
                                   {"bands/2/channels", kLeft}},
                                  3);
    const Signal in = impulse_in_the_middle(16384);
    const Planar output = run_processor(kLinearEq, {.input = {in, in}, .values = values});
    const EqBand bell{EqType::bell, 2, 9000.0, -3.0, 1.0};
    for (const auto& [hertz, point] : {std::pair{500.0, -2.0}, std::pair{2000.0, 5.0}, std::pair{12000.0, 5.0}}) {
        const double both = decibels(analogue_magnitude(bell, hertz));
        EXPECT_NEAR(decibels(std::abs(response_at(output[0], 8192, hertz, 48000.0))), both + point, 0.1) << hertz;
        EXPECT_NEAR(decibels(std::abs(response_at(output[1], 8192, hertz, 48000.0))), both, 0.1) << hertz;
    }
}

TEST(LinearEq, MidAndSideAreHalfTheSumAndHalfTheDifference) {
    for (const double part : {kMid, kSide}) {
        const auto values = values_of(
            kLinearEq, {{"bands/0/frequency", 2000.0}, {"bands/0/gain", -12.0}, {"bands/0/channels", part}}, 1);
        const Planar in{noise(9000, 1), noise(9000, 2)};
        const Planar output = run_processor(kLinearEq, {.input = in, .values = values});
        // The same on the mid or side alone, by a mono strip, and the other part as it was.
        Signal selected(9000), other(9000);
        const float sign = part == kMid ? 1.0f : -1.0f;
        for (std::size_t n = 0; n < 9000; ++n) {
            selected[n] = 0.5f * (in[0][n] + sign * in[1][n]);
            other[n] = 0.5f * (in[0][n] - sign * in[1][n]);
        }
        const Signal filtered =
            run_processor(kLinearEq, {.input = {selected}, .values = one_bell(2.0, 2000.0, -12.0, std::sqrt(0.5))})[0];
        std::vector<double> left(9000), right(9000);
        for (std::size_t n = 0; n < 9000; ++n) {
            left[n] = static_cast<double>(filtered[n]) + static_cast<double>(other[n]);
            right[n] = static_cast<double>(sign) * (static_cast<double>(filtered[n]) - static_cast<double>(other[n]));
        }
        EXPECT_LE(error_db(output[0], left), -120.0);
        EXPECT_LE(error_db(output[1], right), -120.0);
    }
}

TEST(LinearEq, AutomatedToStandStillIsAsIfItWereNotAutomated) {
    for (const double length : {0.0, 2.0, 5.0}) {
        const auto values = one_bell(length, 1500.0, 8.0, 1.5);
        const Signal input = noise(70000, 9);
        const Signal fixed = run_processor(kLinearEq, {.input = {input}, .values = values})[0];
        const Signal moving = run_processor(
            kLinearEq,
            {.input = {input}, .values = values, .moving = {{"bands/0/gain", [](FrameCount) { return 8.0; }}}},
            {.block_frames = 0, .seed = 8})[0];
        EXPECT_LE(error_db(moving, std::vector<double>(fixed.begin(), fixed.end())), -120.0);
    }
}

TEST(LinearEq, AutomationStandsAtTheTimeOfWhatIsHeard) {
    // A bell that jumps: a tone at its centre, long before and long after, and half way at the jump.
    const auto values = one_bell(0.0, 3000.0, 0.0, 0.5);
    const std::size_t jump = 24000;
    const Signal tone = sine(48000, 3000.0, 48000.0, 0.5);
    const Signal output = run_processor(
        kLinearEq,
        {.input = {tone}, .values = values, .moving = {{"bands/0/gain", [&](FrameCount frame) {
                                                            return frame < static_cast<FrameCount>(jump) ? -12.0 : 12.0;
                                                        }}}})[0];
    const auto level = [&](std::size_t from) {
        double sum = 0.0;
        for (std::size_t n = from; n < from + 480; ++n)
            sum += static_cast<double>(output[n]) * static_cast<double>(output[n]);
        return 10.0 * std::log10(sum / 480 / 0.125);
    };
    EXPECT_NEAR(level(jump - 2000), -12.0, 0.1);
    EXPECT_NEAR(level(jump + 2000), 12.0, 0.1);
    // Within a hop either side of the jump it passes the middle of the two gains, (0.251 + 3.981) / 2.
    const auto middle = [&] {
        for (std::size_t n = jump - 1024; n < jump + 1024; n += 16)
            if (level(n) > decibels(2.116)) return n + 240;
        return std::size_t{0};
    }();
    EXPECT_NEAR(static_cast<double>(middle), static_cast<double>(jump), 512.0);
}

TEST(LinearEq, FollowsASwingOfItsGain) {
    // From block to block the gain moves by up to 0.4 dB, along sin^2, which is up to 0.105 of that off a straight line.
    const auto values = values_of(kLinearEq, {{"length", 0.0}, {"bands/0/type", kPoint}}, 1);
    const auto gain = [](FrameCount frame) {
        return 6.0 * std::sin(2.0 * M_PI * static_cast<double>(frame) / 48000.0);
    };
    const Signal tone = sine(48000, 1000.0, 48000.0, 0.5);
    const Signal output =
        run_processor(kLinearEq, {.input = {tone}, .values = values, .moving = {{"bands/0/gain", gain}}})[0];
    for (std::size_t n = 2000; n < 46000; ++n)
        ASSERT_NEAR(output[n], static_cast<double>(tone[n]) * std::pow(10.0, gain(static_cast<FrameCount>(n)) / 20.0),
                    5e-3)
            << n;
}

TEST(LinearEq, StripsSideBySideAreWhatTheyAreAlone) {
    std::vector<StripRun> strips;
    for (int k = 0; k < 8; ++k)
        strips.push_back({.input = {noise(6000, 20 + static_cast<std::uint64_t>(k)),
                                    noise(6000, 40 + static_cast<std::uint64_t>(k))},
                          .values = one_bell(1.0, 500.0 * (k + 1), 2.0 * k - 7.0, 1.0)});
    const auto together = run_processor(kLinearEq, strips, {.block_frames = 0, .seed = 4});
    for (std::size_t k = 0; k < strips.size(); ++k) EXPECT_EQ(together[k], run_processor(kLinearEq, strips[k])) << k;
    for (StripRun& strip : strips)
        strip.moving = {{"bands/0/gain", [](FrameCount n) { return 1e-4 * static_cast<double>(n); }}};
    const auto moving = run_processor(kLinearEq, strips, {.block_frames = 0, .seed = 4});
    for (std::size_t k = 0; k < strips.size(); ++k) EXPECT_EQ(moving[k], run_processor(kLinearEq, strips[k])) << k;
}

TEST(LinearEq, IsSilentAfterItsTailAndAtRest) {
    for (const bool moves : {false, true}) {
        StripRun strip{.input = {noise(3000, 1)}, .values = one_bell(2.0, 1000.0, 6.0, 1.0)};
        if (moves) strip.moving = {{"bands/0/gain", [](FrameCount n) { return 1e-4 * static_cast<double>(n); }}};
        const Signal output = run_processor(kLinearEq, strip, {.tail_frames = 65536, .settle = true})[0];
        // What transforms leave behind a response is rounding, and gone once their blocks are.
        for (std::size_t n = 3000 + 2048; n < output.size(); ++n) ASSERT_NEAR(output[n], 0.0f, 1e-6f) << n;
        for (std::size_t n = 3000 + 6 * 4096; n < output.size(); ++n) ASSERT_EQ(output[n], 0.0f) << n;
    }
}

TEST(LinearEq, RefusesTwoPointsAtOneFrequency) {
    const auto values = values_of(kLinearEq, {{"bands/0/type", kPoint}, {"bands/1/type", kPoint}}, 2);
    const auto valid =
        kLinearEq.validate({.sample_rate = 48000.0, .channels = 1, .values = values, .greatest = values});
    ASSERT_FALSE(valid);
    EXPECT_THAT(valid.error().message, testing::HasSubstr("bands/1/frequency: bands/0 is a point at 1000 Hz too"));
}

TEST(LinearEq, RefusesSidesOnAStripThatHasNone) {
    const auto values = values_of(kLinearEq, {{"bands/0/channels", kSide}}, 1);
    const auto valid =
        kLinearEq.validate({.sample_rate = 48000.0, .channels = 1, .values = values, .greatest = values});
    ASSERT_FALSE(valid);
    EXPECT_THAT(valid.error().message, testing::HasSubstr("bands/0/channels: 'side' needs a strip of two channels"));
}

}  // namespace
}  // namespace dubplate
