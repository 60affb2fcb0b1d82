#include "engine/nodes/mixing_gains.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/nodes/pan_sides.h"

namespace dubplate::nodes {
namespace {

using session::PanLaw;

double db(double gain) { return 20.0 * std::log10(gain); }

Layout layout(const char* text) { return parse_layout(text).value(); }

TEST(PanGains, TheMiddleIsWhatTheLawSaysAndTheSidesAreUnity) {
    EXPECT_NEAR(db(pan_gains(PanLaw::minus_3_db, 0.0).left), -3.0103, 1e-4);
    EXPECT_NEAR(db(pan_gains(PanLaw::minus_4_5_db, 0.0).left), -4.5154, 1e-4);
    EXPECT_NEAR(db(pan_gains(PanLaw::minus_6_db, 0.0).left), -6.0206, 1e-4);
    EXPECT_NEAR(db(pan_gains(PanLaw::linear, 0.0).left), -6.0206, 1e-4);
    for (const PanLaw law : {PanLaw::minus_3_db, PanLaw::minus_4_5_db, PanLaw::minus_6_db, PanLaw::linear}) {
        EXPECT_NEAR(pan_gains(law, -1.0).left, 1.0, 1e-15);
        EXPECT_NEAR(pan_gains(law, -1.0).right, 0.0, 1e-15);
        EXPECT_NEAR(pan_gains(law, 1.0).right, 1.0, 1e-15);
        EXPECT_NEAR(pan_gains(law, 1.0).left, 0.0, 1e-15);
    }
}

TEST(PanGains, PowerOrAmplitudeStaysAsTheLawPromises) {
    for (double p = -1.0; p <= 1.0; p += 0.125) {
        const auto power = pan_gains(PanLaw::minus_3_db, p);
        EXPECT_NEAR(power.left * power.left + power.right * power.right, 1.0, 1e-14);
        for (const PanLaw law : {PanLaw::minus_6_db, PanLaw::linear}) {
            const auto amplitude = pan_gains(law, p);
            EXPECT_NEAR(amplitude.left + amplitude.right, 1.0, 1e-14);
        }
        const auto between = pan_gains(PanLaw::minus_4_5_db, p), angle = power;
        EXPECT_NEAR(between.left, std::pow(angle.left, 1.5), 1e-14);
    }
}

TEST(BalanceGains, LeaveTheNearSideAloneAndAreUnityInTheMiddle) {
    EXPECT_EQ(balance_gains(PanLaw::minus_3_db, 0.0).left, 1.0);
    EXPECT_EQ(balance_gains(PanLaw::minus_3_db, 0.5).right, 1.0);
    EXPECT_NEAR(balance_gains(PanLaw::minus_3_db, 0.5).left, std::cos(3.0 * M_PI / 8.0) / std::cos(M_PI / 4.0), 1e-14);
    EXPECT_NEAR(balance_gains(PanLaw::minus_3_db, 1.0).left, 0.0, 1e-15);
    EXPECT_NEAR(balance_gains(PanLaw::linear, -0.5).right, 0.5, 1e-15);
}

TEST(FoldMatrix, IsTheIdentityBetweenEqualLayouts) {
    for (const char* name : {"mono", "stereo", "LCR", "quad", "5.1", "7.1", "7.1.4", "5 discrete"}) {
        const FoldMatrix matrix = fold_matrix(layout(name), layout(name));
        for (std::size_t to = 0; to < kMaxChannels; ++to)
            for (std::size_t from = 0; from < kMaxChannels; ++from)
                EXPECT_EQ(matrix[to][from], to == from && static_cast<int>(to) < layout(name).channels ? 1.0 : 0.0)
                    << name;
    }
}

TEST(FoldMatrix, FoldsFiveOneIntoStereoByTheItuCoefficients) {
    const FoldMatrix matrix = fold_matrix(layout("5.1"), layout("stereo"));
    const double minus_3 = std::sqrt(0.5);
    const double left[] = {1.0, 0.0, minus_3, 0.0, minus_3, 0.0}, right[] = {0.0, 1.0, minus_3, 0.0, 0.0, minus_3};
    for (std::size_t c = 0; c < 6; ++c) {
        EXPECT_NEAR(matrix[0][c], left[c], 1e-15);
        EXPECT_NEAR(matrix[1][c], right[c], 1e-15);
    }
}

TEST(FoldMatrix, KeepsSurroundsBesideTheListenerInSevenOne) {
    const FoldMatrix matrix = fold_matrix(layout("5.1"), layout("7.1"));
    EXPECT_EQ(matrix[6][4], 1.0);
    EXPECT_EQ(matrix[7][5], 1.0);
    EXPECT_EQ(matrix[4][4], 0.0);
}

TEST(FoldMatrix, StereoIntoMonoIsHalfOfEach) {
    const FoldMatrix matrix = fold_matrix(layout("stereo"), layout("mono"));
    EXPECT_EQ(matrix[0][0], 0.5);
    EXPECT_EQ(matrix[0][1], 0.5);
}

TEST(PanUse, FollowsFromTheLayouts) {
    EXPECT_EQ(pan_use(layout("mono"), layout("stereo")), PanUse::pan);
    EXPECT_EQ(pan_use(layout("mono"), layout("5.1")), PanUse::pan);
    EXPECT_EQ(pan_use(layout("mono"), layout("mono")), PanUse::none);
    EXPECT_EQ(pan_use(layout("stereo"), layout("stereo")), PanUse::balance);
    EXPECT_EQ(pan_use(layout("5.1"), layout("5.1")), PanUse::none);
    EXPECT_EQ(pan_use(layout("5.1"), layout("stereo")), PanUse::balance);
}

TEST(PanSides, FramesSideBySideHaveTheBitsOfEachAlone) {
    using Frames = kernels::Pack<double, 8>;
    for (const auto law : {session::PanLaw::minus_3_db, session::PanLaw::minus_4_5_db, session::PanLaw::minus_6_db,
                           session::PanLaw::linear})
        for (double first = -1.5; first < 1.5; first += 0.037) {
            double positions[8], left[8], right[8];
            for (int k = 0; k < 8; ++k) positions[k] = k == 7 ? 0.0 : first + 0.0041 * k;
            const Sides<Frames> pan = pan_sides(law, kernels::load<Frames>(positions));
            kernels::store(left, pan.left);
            kernels::store(right, pan.right);
            for (int k = 0; k < 8; ++k) {
                EXPECT_EQ(left[k], pan_gains(law, positions[k]).left) << positions[k];
                EXPECT_EQ(right[k], pan_gains(law, positions[k]).right) << positions[k];
            }
            const Sides<Frames> balance = balance_sides(law, kernels::load<Frames>(positions));
            kernels::store(left, balance.left);
            kernels::store(right, balance.right);
            for (int k = 0; k < 8; ++k) {
                EXPECT_EQ(left[k], balance_gains(law, positions[k]).left) << positions[k];
                EXPECT_EQ(right[k], balance_gains(law, positions[k]).right) << positions[k];
            }
        }
}

}  // namespace
}  // namespace dubplate::nodes
