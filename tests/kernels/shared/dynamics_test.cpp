#include "kernels/shared/dynamics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace dubplate {
namespace {

using namespace kernels;

TEST(SoftExcess, IsZeroBelowTheKneeTheDistanceAboveItAndBendsBetween) {
    for (const float knee : {0.0f, 0.5f, 4.0f}) {
        const float bend = 0.5f / std::max(knee, 1e-6f);
        EXPECT_EQ(soft_excess(-0.1f, knee, bend), 0.0f);
        EXPECT_FLOAT_EQ(soft_excess(knee + 0.1f, knee, bend), 0.5f * knee + 0.1f);
        EXPECT_FLOAT_EQ(soft_excess(0.5f * knee, knee, bend), knee / 8.0f);
    }
}

TEST(StaticGain, IsContinuousAndFallsOrKeepsWithTheLevel) {
    const GainComputer<false, float> downward(GainCurve<float>{-4.0f, 0.75f, 2.0f, 1.5f});
    const GainComputer<true, float> upward(GainCurve<float>{-2.0f, 0.75f, 2.0f, 1.5f});
    const auto expect_continuous = [](const auto& gain, float lowest) {
        for (float level = lowest; level < 4.0f; level += 0.01f) {
            EXPECT_LE(gain(level + 0.01f), gain(level));
            EXPECT_LT(gain(level) - gain(level + 0.01f), 0.0076f);
        }
    };
    expect_continuous(downward, -33.0f);
    expect_continuous(upward, -10.0f);  // below, the lift fades
    EXPECT_EQ(downward(4.0f), -1.5f);
    EXPECT_EQ(upward(-10.0f), 1.5f);
    EXPECT_EQ(upward(kUpwardFloor), 0.0f);
    EXPECT_NEAR(kUpwardFloor, -120.0 / 6.0205999132796239, 1e-6);
}

TEST(StaticGain, BeginsAtItsOnsetAndIsHalfAKneeFromItAtTheThreshold) {
    const GainComputer<false, float> downward(GainCurve<float>{-4.0f, 0.75f, 2.0f, 20.0f});
    const GainComputer<true, float> upward(GainCurve<float>{-2.0f, 0.75f, 2.0f, 20.0f});
    EXPECT_EQ(downward(-4.0f), 0.0f);
    EXPECT_FLOAT_EQ(downward(-3.0f), -0.75f * 0.25f);
    EXPECT_FLOAT_EQ(downward(0.0f), -0.75f * 3.0f);
    EXPECT_EQ(upward(-2.0f), 0.0f);
    EXPECT_FLOAT_EQ(upward(-3.0f), 0.75f * 0.25f);
    EXPECT_FLOAT_EQ(upward(-6.0f), 0.75f * 3.0f);
}

TEST(StaticGain, OfAHardKneeIsThatOfAKneeOfZero) {
    const GainCurve<float> curve{-4.0f, 0.75f, 0.0f, 3.0f};
    for (float level = -30.0f; level < 4.0f; level += 0.01f) {
        EXPECT_EQ((GainComputer<false, float, true>(curve)(level)), (GainComputer<false, float>(curve)(level)));
        EXPECT_EQ((GainComputer<true, float, true>(curve)(level)), (GainComputer<true, float>(curve)(level)));
    }
}

TEST(StaticGain, OfPowersIsThatOfTheirAmplitudes) {
    const GainCurve<float> amplitudes{-4.0f, 0.75f, 2.0f, 3.0f}, powers{-8.0f, 0.375f, 4.0f, 3.0f, 0.5f};
    for (float level = -30.0f; level < 4.0f; level += 0.01f) {
        EXPECT_EQ((GainComputer<false, float>(powers)(2 * level)), (GainComputer<false, float>(amplitudes)(level)));
        EXPECT_EQ((GainComputer<true, float>(powers)(2 * level)), (GainComputer<true, float>(amplitudes)(level)));
    }
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
