#include "engine/audio/clip_gain.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dubplate::audio {
namespace {

using session::FadeShape;
using session::Shape;

constexpr FadeShape kShapes[] = {FadeShape::linear,      FadeShape::equal_power, FadeShape::logarithmic,
                                 FadeShape::exponential, FadeShape::s_curve,     FadeShape::custom};

ResolvedClip clip_of(FrameCount length) {
    ResolvedClip clip;
    clip.length = length;
    return clip;
}

std::vector<double> gains_of(const ResolvedClip& clip, FrameCount from, int count) {
    std::vector<double> gains(static_cast<std::size_t>(count));
    clip_gains(clip, from, count, gains.data());
    return gains;
}

TEST(ClipGain, FadesRiseFromExactlyZeroToExactlyOne) {
    for (const FadeShape shape : kShapes) {
        for (const double bend : {-1.0, -0.3, 0.0, 1e-9, 0.7, 1.0}) {
            EXPECT_EQ(fade_gain(shape, bend, 0.0), 0.0);
            EXPECT_EQ(fade_gain(shape, bend, 1.0), 1.0);
            double before = 0.0;
            for (int k = 1; k < 1000; ++k) {
                const double gain = fade_gain(shape, bend, k / 1000.0);
                ASSERT_GT(gain, before) << static_cast<int>(shape) << ", bend " << bend << ", at " << k;
                before = gain;
            }
            EXPECT_LT(before, 1.0);
        }
    }
}

TEST(ClipGain, FadesFollowTheirFormulas) {
    for (int k = 1; k < 100; ++k) {
        const double t = k / 100.0;
        const auto bent = [&](double bend) { return std::expm1(8.0 * bend * t) / std::expm1(8.0 * bend); };
        EXPECT_DOUBLE_EQ(fade_gain(FadeShape::linear, 0.0, t), t);
        EXPECT_NEAR(fade_gain(FadeShape::equal_power, 0.0, t), std::sin(M_PI / 2.0 * t), 1e-15);
        EXPECT_NEAR(fade_gain(FadeShape::s_curve, 0.0, t), (1.0 - std::cos(M_PI * t)) / 2.0, 1e-15);
        EXPECT_NEAR(fade_gain(FadeShape::exponential, 0.0, t), bent(0.5), 1e-14);
        EXPECT_NEAR(fade_gain(FadeShape::logarithmic, 0.0, t), bent(-0.5), 1e-14);
        for (const double bend : {-1.0, -0.01, 0.25, 1.0})
            EXPECT_NEAR(fade_gain(FadeShape::custom, bend, t), bent(bend), 1e-14);
        EXPECT_NEAR(fade_gain(FadeShape::custom, 0.0, t), t, 1e-15);
    }
}

TEST(ClipGain, LogarithmicAndExponentialAddUpToOne) {
    for (int k = 0; k <= 100; ++k)
        EXPECT_NEAR(
            fade_gain(FadeShape::logarithmic, 0.0, k / 100.0) + fade_gain(FadeShape::exponential, 0.0, 1.0 - k / 100.0),
            1.0, 1e-14);
}

TEST(ClipGain, AClipFadesInFromItsFirstFrameAndOutToOneFrameBehindItsLast) {
    ResolvedClip clip = clip_of(100);
    clip.fade_in = {10, FadeShape::linear, 0.0};
    clip.fade_out = {20, FadeShape::linear, 0.0};
    clip.gain = -0.5;
    const auto gains = gains_of(clip, 0, 100);
    EXPECT_EQ(gains[0], 0.0);
    EXPECT_NEAR(gains[1], -0.05, 1e-16);
    EXPECT_NEAR(gains[9], -0.45, 1e-16);
    EXPECT_EQ(gains[10], -0.5);
    EXPECT_EQ(gains[80], -0.5);
    EXPECT_NEAR(gains[81], -0.475, 1e-16);
    EXPECT_NEAR(gains[99], -0.025, 1e-16);
    EXPECT_EQ(constant_gain_until(clip, 0), 0);
    EXPECT_EQ(constant_gain_until(clip, 9), 9);
    EXPECT_EQ(constant_gain_until(clip, 10), 80);
    EXPECT_EQ(constant_gain_until(clip, 90), 90);
}

TEST(ClipGain, PointsAreStraightInDecibelsAndHoldOutside) {
    ResolvedClip clip = clip_of(1000);
    clip.gain_points = {{100, -20.0, Shape::linear, 0.0},
                        {200, 0.0, Shape::hold, 0.0},
                        {300, -6.0, Shape::curve, 0.5},
                        {400, 6.0, Shape::linear, 0.0}};
    const auto gains = gains_of(clip, 0, 1000);
    const auto db = [&](std::size_t at) { return 20.0 * std::log10(gains[at]); };
    EXPECT_NEAR(db(0), -20.0, 1e-12);
    EXPECT_NEAR(db(99), -20.0, 1e-12);
    EXPECT_NEAR(db(150), -10.0, 1e-12);
    EXPECT_NEAR(db(199), -0.2, 1e-12);
    EXPECT_EQ(gains[200], 1.0);
    EXPECT_EQ(gains[299], 1.0);
    EXPECT_NEAR(db(300), -6.0, 1e-12);
    EXPECT_NEAR(db(350), -6.0 + 12.0 * std::expm1(2.0) / std::expm1(4.0), 1e-12);
    EXPECT_NEAR(db(400), 6.0, 1e-12);
    EXPECT_NEAR(db(999), 6.0, 1e-12);
}

TEST(ClipGain, TwoPointsAtOneFrameAreAStep) {
    ResolvedClip clip = clip_of(100);
    clip.gain_points = {{0, 0.0, Shape::linear, 0.0},
                        {50, -6.0, Shape::linear, 0.0},
                        {50, -20.0, Shape::linear, 0.0},
                        {90, -20.0, Shape::linear, 0.0}};
    const auto gains = gains_of(clip, 0, 100);
    EXPECT_NEAR(20.0 * std::log10(gains[49]), -5.88, 1e-9);
    EXPECT_NEAR(20.0 * std::log10(gains[50]), -20.0, 1e-9);
}

TEST(ClipGain, Minus144DecibelsIsSilence) {
    ResolvedClip clip = clip_of(100);
    clip.gain_points = {{10, -144.0, Shape::linear, 0.0}, {20, 0.0, Shape::hold, 0.0}, {30, -144.0, Shape::hold, 0.0}};
    const auto gains = gains_of(clip, 0, 100);
    EXPECT_EQ(gains[0], 0.0);
    EXPECT_EQ(gains[10], 0.0);
    EXPECT_NEAR(20.0 * std::log10(gains[11]), -129.6, 1e-9);
    EXPECT_EQ(gains[20], 1.0);
    EXPECT_EQ(gains[30], 0.0);
    EXPECT_EQ(gains[99], 0.0);
    EXPECT_EQ(clip_gain_of_decibels(-std::numeric_limits<double>::infinity()), 0.0);
}

TEST(ClipGain, IsTheSameHoweverFramesAreCut) {
    ResolvedClip clip = clip_of(5000);
    clip.gain = 0.7;
    clip.fade_in = {1500, FadeShape::s_curve, 0.0};
    clip.fade_out = {4000, FadeShape::custom, -0.4};
    clip.gain_points = {{3, -3.0, Shape::linear, 0.0},
                        {1111, 2.5, Shape::curve, -0.8},
                        {4000, -144.0, Shape::linear, 0.0},
                        {4800, 0.0, Shape::hold, 0.0}};
    const auto whole = gains_of(clip, 0, 5000);
    for (const int step : {1, 7, 8, 64, 511}) {
        std::vector<double> pieces;
        for (int at = 0; at < 5000; at += step) {
            const auto piece = gains_of(clip, at, std::min(step, 5000 - at));
            pieces.insert(pieces.end(), piece.begin(), piece.end());
        }
        EXPECT_EQ(pieces, whole) << step;
    }
}

}  // namespace
}  // namespace dubplate::audio
