#include "kernels/processors/pan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kPan;

constexpr double kBalance = 0.0, kMono = 1.0, kDual = 2.0;
constexpr const char* kLawNames[] = {"-3 dB", "-4.5 dB", "-6 dB", "linear"};

struct Sides {
    double left, right;
};

/// Gains of a constant `left` and `right` through the processor.
Sides through(double left, double right, std::initializer_list<std::pair<std::string_view, double>> changes) {
    const Planar output =
        run_processor(kPan, {.input = {constant(64, left), constant(64, right)}, .values = values_of(kPan, changes)});
    return {output[0][63], output[1][63]};
}

/// By the definition in the documentation.
double law_gain(int law, double toward) {
    const double sine = std::sin((toward + 1.0) * M_PI / 4.0);
    switch (law) {
        case 0: return sine;
        case 1: return std::pow(sine, 1.5);
        case 2: return sine * sine;
        default: return (toward + 1.0) / 2.0;
    }
}

TEST(Pan, LeavesTheInputAloneAtItsStandardValues) {
    const Planar input{noise(1000, 1), noise(1000, 2)};
    for (const double mode : {kBalance, kDual})
        for (const double law : {0.0, 1.0, 2.0, 3.0})
            EXPECT_EQ(run_processor(kPan, {.input = input, .values = values_of(kPan, {{"mode", mode}, {"law", law}})}),
                      input)
                << mode << " " << kLawNames[static_cast<int>(law)];
}

TEST(Pan, PlacesTheMonoSumByItsLaw) {
    const double middle_db[] = {-3.0103, -4.5154, -6.0206, -6.0206};
    for (int law = 0; law < 4; ++law) {
        SCOPED_TRACE(kLawNames[law]);
        for (double position = -1.0; position <= 1.0; position += 0.125) {
            const Sides sides = through(0.5, 1.5, {{"mode", kMono}, {"law", law}, {"position", position}});
            EXPECT_NEAR(sides.left, law_gain(law, -position), 2e-7) << position;
            EXPECT_NEAR(sides.right, law_gain(law, position), 2e-7) << position;
            // What each law keeps constant: power, amplitude.
            if (law == 0) {
                EXPECT_NEAR(sides.left * sides.left + sides.right * sides.right, 1.0, 1e-6) << position;
            }
            if (law >= 2) {
                EXPECT_NEAR(sides.left + sides.right, 1.0, 1e-6) << position;
            }
        }
        EXPECT_NEAR(decibels(through(1.0, 1.0, {{"mode", kMono}, {"law", law}}).left), middle_db[law], 1e-4);
        EXPECT_EQ(through(1.0, 1.0, {{"mode", kMono}, {"law", law}, {"position", -1.0}}).right, 0.0);
        EXPECT_EQ(through(1.0, 1.0, {{"mode", kMono}, {"law", law}, {"position", 1.0}}).left, 0.0);
    }
}

TEST(Pan, BalancesByTurningTheFarSideDown) {
    for (int law = 0; law < 4; ++law)
        for (double position = -1.0; position <= 1.0; position += 0.125) {
            SCOPED_TRACE(testing::Message() << kLawNames[law] << " at " << position);
            const Sides sides = through(0.25, 0.75, {{"law", law}, {"position", position}});
            EXPECT_NEAR(sides.left, 0.25 * std::min(1.0, law_gain(law, -position) / law_gain(law, 0.0)), 1e-7);
            EXPECT_NEAR(sides.right, 0.75 * std::min(1.0, law_gain(law, position) / law_gain(law, 0.0)), 1e-7);
        }
}

TEST(Pan, PlacesEachChannelByItselfInDualMode) {
    for (int law = 0; law < 4; ++law)
        for (const double left : {-1.0, -0.3, 0.0, 0.8})
            for (const double right : {-0.6, 0.0, 0.5, 1.0}) {
                const Sides sides =
                    through(0.5, 0.25, {{"mode", kDual}, {"law", law}, {"left", left}, {"right", right}});
                EXPECT_NEAR(sides.left, 0.5 * law_gain(law, -left) + 0.25 * law_gain(law, -right), 1e-7);
                EXPECT_NEAR(sides.right, 0.5 * law_gain(law, left) + 0.25 * law_gain(law, right), 1e-7);
            }
    // Crossed over: left and right change places.
    const Sides crossed = through(0.5, 0.25, {{"mode", kDual}, {"left", 1.0}, {"right", -1.0}});
    EXPECT_EQ(crossed.left, 0.25);
    EXPECT_EQ(crossed.right, 0.5);
}

TEST(Pan, WidensByScalingTheSides) {
    for (const double mode : {kBalance, kDual})
        for (const double percent : {0.0, 50.0, 100.0, 150.0, 200.0}) {
            const Sides sides = through(0.75, 0.25, {{"mode", mode}, {"width", percent}});
            EXPECT_NEAR(sides.left, 0.5 + 0.25 * percent / 100.0, 1e-7);
            EXPECT_NEAR(sides.right, 0.5 - 0.25 * percent / 100.0, 1e-7);
        }
}

TEST(Pan, FollowsMovingValuesAtEveryFrame) {
    const Planar input{noise(2000, 3), noise(2000, 4)};
    const auto wave = [](double period) {
        return [period](FrameCount frame) { return std::sin(static_cast<double>(frame) / period); };
    };
    const auto width = [](FrameCount frame) { return 100.0 + 100.0 * std::sin(static_cast<double>(frame) / 70.0); };
    for (const double mode : {kBalance, kDual}) {
        const Planar output = run_processor(
            kPan,
            {.input = input,
             .values = values_of(kPan, {{"mode", mode}}),
             .moving = {{"position", wave(50.0)}, {"left", wave(60.0)}, {"right", wave(90.0)}, {"width", width}}},
            {.block_frames = 0});
        std::vector<double> left, right;
        for (FrameCount n = 0; n < 2000; ++n) {
            const auto at = static_cast<std::size_t>(n);
            const double middle = 0.5 * (input[0][at] + static_cast<double>(input[1][at]));
            const double side = 0.5 * (input[0][at] - static_cast<double>(input[1][at])) * width(n) / 100.0;
            const double position = wave(50.0)(n), l = wave(60.0)(n), r = wave(90.0)(n);
            if (mode == kBalance) {
                left.push_back((middle + side) * std::min(1.0, law_gain(0, -position) / law_gain(0, 0.0)));
                right.push_back((middle - side) * std::min(1.0, law_gain(0, position) / law_gain(0, 0.0)));
            } else {
                left.push_back((middle + side) * law_gain(0, -l) + (middle - side) * law_gain(0, -r));
                right.push_back((middle + side) * law_gain(0, l) + (middle - side) * law_gain(0, r));
            }
        }
        EXPECT_LE(error_db(output[0], left), -130.0);
        EXPECT_LE(error_db(output[1], right), -130.0);
    }
}

TEST(Pan, GivesTheSameBitsAtAnyWidthBesideAnyNeighbour) {
    for (const double mode : {kBalance, kMono, kDual}) {
        std::vector<StripRun> strips;
        for (std::uint64_t strip = 0; strip < 7; ++strip) {
            const auto n = static_cast<double>(strip);
            strips.push_back({.input = {noise(700, strip), noise(700, 100 + strip)},
                              .values = values_of(kPan, {{"mode", mode},
                                                         {"law", 1.0},
                                                         {"position", -1.0 + 0.3 * n},
                                                         {"width", 30.0 * n},
                                                         {"left", 0.1 * n},
                                                         {"right", -0.14 * n}})});
        }
        strips[2].moving = {{"position", [](FrameCount frame) { return 1e-3 * static_cast<double>(frame); }}};
        const std::vector<Planar> together = run_processor(kPan, strips, {.width = 16});
        for (std::size_t strip = 0; strip < strips.size(); ++strip)
            for (const int width : {4, 8, 16})
                EXPECT_EQ(run_processor(kPan, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                    << strip << " at width " << width;
    }
}

TEST(Pan, AsksForAStereoStrip) {
    const auto complaint = [](int channels) {
        const auto values = values_of(kPan);
        const Result<void> valid = kPan.validate(
            {.sample_rate = 48000.0, .channels = channels, .values = values, .greatest = values, .impulse = nullptr});
        return valid ? std::string() : valid.error().message;
    };
    EXPECT_EQ(complaint(2), "");
    EXPECT_EQ(complaint(1),
              "pan needs a stereo strip, this one has 1 channel: use the strip's own pan, or make the strip stereo");
    EXPECT_EQ(complaint(6), "pan needs a stereo strip, this one has 6 channels: use trims, or the strip's own pan");
}

}  // namespace
}  // namespace dubplate
