#include "kernels/processors/trim.h"

#include <gtest/gtest.h>

#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kTrim;

TEST(Trim, LeavesTheInputAloneAtItsStandardValues) {
    const Planar input{noise(1000, 1), noise(1000, 2)};
    EXPECT_EQ(run_processor(kTrim, {.input = input, .values = values_of(kTrim)}), input);
}

TEST(Trim, MultipliesByTheGainInDecibels) {
    for (const double gain : {-143.0, -60.0, -6.0, -0.1, 0.3, 12.0, 48.0}) {
        SCOPED_TRACE(gain);
        const Signal input = noise(512, 3);
        const Signal output = run_processor(kTrim, {.input = {input}, .values = values_of(kTrim, {{"gain", gain}})})[0];
        std::vector<double> reference;
        for (const float sample : input) reference.push_back(sample * from_decibels(gain));
        EXPECT_LE(error_db(output, reference), -120.0);
    }
}

TEST(Trim, IsSilentAtTheBottomOfTheRange) {
    const Signal output =
        run_processor(kTrim, {.input = {noise(512, 3)}, .values = values_of(kTrim, {{"gain", -144.0}})})[0];
    EXPECT_EQ(peak(output), 0.0);
}

TEST(Trim, CancelsItselfWhenInverted) {
    const Signal input = noise(512, 4);
    const Signal turned = run_processor(kTrim, {.input = {input}, .values = values_of(kTrim, {{"invert", 1.0}})})[0];
    for (std::size_t n = 0; n < input.size(); ++n) ASSERT_EQ(turned[n], -input[n]) << n;
}

TEST(Trim, FollowsAMovingGainAtEveryFrame) {
    const Signal input = constant(1024, 1.0);
    const auto gain_db = [](FrameCount frame) { return -0.05 * static_cast<double>(frame); };
    const Signal output = run_processor(
        kTrim, {.input = {input}, .values = values_of(kTrim), .moving = {{"gain", gain_db}}}, {.block_frames = 192})[0];
    for (std::size_t n = 0; n < output.size(); ++n)
        ASSERT_NEAR(decibels(output[n]), gain_db(static_cast<FrameCount>(n)), 2e-5) << n;
}

TEST(Trim, GivesTheSameBitsAtAnyWidthBesideAnyNeighbour) {
    std::vector<StripRun> strips;
    for (std::uint64_t strip = 0; strip < 7; ++strip)
        strips.push_back({.input = {noise(700, strip), noise(700, 100 + strip)},
                          .values = values_of(kTrim, {{"gain", -3.0 * static_cast<double>(strip)},
                                                      {"invert", strip % 2 ? 1.0 : 0.0}})});
    const std::vector<Planar> together = run_processor(kTrim, strips, {.width = 16});
    for (std::size_t strip = 0; strip < strips.size(); ++strip)
        for (const int width : {4, 8, 16})
            EXPECT_EQ(run_processor(kTrim, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                << strip << " at width " << width;
}

}  // namespace
}  // namespace dubplate
