#include "engine/nodes/curve.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dubplate::nodes {
namespace {

using session::Shape;

TEST(Curve, HoldsBeforeTheFirstAndAfterTheLastBreakpoint) {
    const Curve curve({{100, -6.0, Shape::linear, 0.0}, {200, 0.0, Shape::linear, 0.0}});
    EXPECT_EQ(curve.value(-5), -6.0);
    EXPECT_EQ(curve.value(100), -6.0);
    EXPECT_EQ(curve.value(150), -3.0);
    EXPECT_EQ(curve.value(200), 0.0);
    EXPECT_EQ(curve.value(1000), 0.0);
}

TEST(Curve, StepsWhereTwoBreakpointsShareAFrame) {
    const Curve curve({{0, 1.0, Shape::linear, 0.0}, {50, 1.0, Shape::linear, 0.0}, {50, 2.0, Shape::linear, 0.0}});
    EXPECT_EQ(curve.value(49), 1.0);
    EXPECT_EQ(curve.value(50), 2.0);
}

TEST(Curve, BendsByItsClosedForm) {
    for (const double bend : {-1.0, -0.3, 0.4, 1.0}) {
        const Curve curve({{0, 2.0, Shape::curve, bend}, {1000, 5.0, Shape::hold, 0.0}});
        const double k = 8.0 * bend;
        for (const FrameCount frame : {0, 1, 250, 999, 1000}) {
            const double t = static_cast<double>(frame) / 1000.0;
            EXPECT_NEAR(curve.value(frame), 2.0 + 3.0 * std::expm1(k * t) / std::expm1(k), 1e-12)
                << bend << " " << frame;
        }
    }
}

TEST(Curve, FillsAsItAnswersFrameByFrameWhereverTheBlockBegins) {
    const Curve curve({{10, 0.0, Shape::linear, 0.0},
                       {73, 4.0, Shape::hold, 0.0},
                       {90, 1.0, Shape::curve, 0.5},
                       {200, 9.0, Shape::linear, 0.0}});
    for (const FrameCount start : {-64, 0, 64, 128, 192}) {
        double out[64];
        curve.fill(start, 64, out);
        for (int f = 0; f < 64; ++f) EXPECT_EQ(out[f], curve.value(start + f)) << start + f;
    }
}

TEST(Curve, KnowsWhereItStaysConstant) {
    const Curve curve({{100, 0.0, Shape::hold, 0.0}, {300, 1.0, Shape::linear, 0.0}, {400, 2.0, Shape::linear, 0.0}});
    for (FrameCount start = 0; start < 500; start += 20) {
        double out[20];
        curve.fill(start, 20, out);
        const bool constant = std::all_of(out, out + 20, [&](double v) { return v == out[0]; });
        if (curve.is_constant_over(start, 20)) {
            EXPECT_TRUE(constant) << start;
        }
    }
    EXPECT_TRUE(curve.is_constant_over(0, 64));
    EXPECT_TRUE(curve.is_constant_over(128, 128));
    EXPECT_FALSE(curve.is_constant_over(320, 64));
    EXPECT_TRUE(curve.is_constant_over(448, 64));
}

TEST(Curve, StepsOfASwitchBecomeRampsOfSixtyFourFrames) {
    const Curve curve =
        Curve::ramped_steps({{0, 0.0, Shape::hold, 0.0}, {1000, 1.0, Shape::hold, 0.0}, {1010, 0.0, Shape::hold, 0.0}});
    EXPECT_EQ(curve.value(1000), 0.0);
    EXPECT_EQ(curve.value(1032), 0.5);
    EXPECT_EQ(curve.value(1064), 1.0);
    EXPECT_EQ(curve.value(1128), 0.0);
    for (FrameCount frame = 1; frame < 1300; ++frame)
        EXPECT_LE(std::fabs(curve.value(frame) - curve.value(frame - 1)), 1.0 / 63.0);
}

TEST(Curve, NoteValuesFollowTheTempo) {
    const auto map = session::TempoMap::create(
        {{session::frames(0), 120.0, false}, {session::frames(48000), 60.0, false}}, {}, 48000.0);
    ASSERT_TRUE(map.has_value());
    const Curve eighth(0.5, *map);
    EXPECT_NEAR(eighth.value(0), 0.25, 1e-12);
    EXPECT_NEAR(eighth.value(48000), 0.5, 1e-12);
    EXPECT_GE(eighth.greatest(), 0.5);
    EXPECT_FALSE(eighth.is_constant());
}

}  // namespace
}  // namespace dubplate::nodes
