#include "kernels/shared/dynamics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dubplate {
namespace {

using namespace kernels;

TEST(SoftExcess, IsZeroBelowTheKneeTheDistanceAboveItAndBendsBetween) {
    for (const float knee : {0.0f, 0.5f, 4.0f}) {
        EXPECT_EQ(soft_excess(-0.5f * knee - 0.1f, knee), 0.0f);
        EXPECT_FLOAT_EQ(soft_excess(0.5f * knee + 0.1f, knee), 0.5f * knee + 0.1f);
        EXPECT_FLOAT_EQ(soft_excess(0.0f, knee), knee / 8.0f);
    }
}

TEST(StaticGain, IsContinuousAndFallsOrKeepsWithTheLevel) {
    const GainCurve<float> curve{-3.0f, 0.75f, 2.0f, 1.5f};
    for (const auto gain : {downward_gain<float>, upward_gain<float>}) {
        const float lowest = gain == upward_gain<float> ? -10.0f : -33.0f;  // below, the lift fades
        for (float level = lowest; level < 4.0f; level += 0.01f) {
            EXPECT_LE(gain(curve, level + 0.01f), gain(curve, level));
            EXPECT_LT(gain(curve, level) - gain(curve, level + 0.01f), 0.0076f);
        }
    }
    EXPECT_EQ(downward_gain(curve, 4.0f), -1.5f);
    EXPECT_EQ(upward_gain(curve, -10.0f), 1.5f);
    EXPECT_EQ(upward_gain(curve, kUpwardFloor), 0.0f);
    EXPECT_NEAR(kUpwardFloor, -120.0 / 6.0205999132796239, 1e-6);
}

TEST(SlopeOfRatio, TakesAHundredForInfinity) {
    EXPECT_EQ(slope_of_ratio(1.0), 0.0);
    EXPECT_EQ(slope_of_ratio(4.0), 0.75);
    EXPECT_EQ(slope_of_ratio(100.0), 1.0);
}

TEST(OnePoleStep, CoversOneMinusOneOverEAfterItsTime) {
    for (const double frames : {1.0, 10.0, 480.0, 1920000.0})
        EXPECT_NEAR(std::pow(1.0 - one_pole_step(frames), frames), std::exp(-1.0), 1e-9) << frames;
    EXPECT_EQ(one_pole_step(0.0), 1.0);
}

TEST(ReleaseStage, LeavesOneOverEAtTheReleaseTimeBehindAnyAttack) {
    for (double attack = 0.0; attack < 0.999; attack += 0.0037) {
        const double b = release_stage(attack, 1.0);
        const double left =
            std::fabs(b - attack) < 1e-5
                ? (1 + 1 / b) * std::exp(-1 / b)
                : (b * std::exp(-1 / b) - (attack > 0 ? attack * std::exp(-1 / attack) : 0)) / (b - attack);
        EXPECT_NEAR(left, std::exp(-1.0), 1e-6) << attack;
        EXPECT_NEAR(release_stage(attack * 4410, 4410) / 4410, b, 1e-9);
    }
    EXPECT_EQ(release_stage(2.0, 1.0), 0.0);
    EXPECT_EQ(release_stage(1.0, 1.0), 0.0);
}

TEST(KeyFilter, PassesTheSignalUntouchedWhereItIsOff) {
    KeyFilter<double> filter;
    for (const double sample : {0.5, -1e30, 1e-30, 0.0}) EXPECT_EQ(filter.process(sample), sample);
}

}  // namespace
}  // namespace dubplate
