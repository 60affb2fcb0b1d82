#include "kernels/processors/linear_eq_design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/analogue_eq.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::CurvePoint;
using kernels::EqBand;
using kernels::EqType;

/// The gain of a symmetric response, by the sum of its definition.
double gain_at(const std::vector<float>& response, double hertz, double rate) {
    const std::size_t middle = response.size() / 2;
    double sum = response[middle];
    for (std::size_t k = 1; k < middle; ++k)
        sum += 2.0 * static_cast<double>(response[middle + k]) *
               std::cos(2.0 * M_PI * hertz / rate * static_cast<double>(k));
    return sum;
}

std::vector<float> response_of(const EqBand& band, int length, double rate) {
    std::vector<double> gains(kernels::linear_eq_points(length));
    kernels::band_gains(band, rate, gains);
    return kernels::linear_phase_response(gains, length);
}

std::vector<float> response_of(const std::vector<CurvePoint>& points, int length, double rate) {
    std::vector<double> gains(kernels::linear_eq_points(length));
    kernels::curve_gains(points, rate, gains);
    return kernels::linear_phase_response(gains, length);
}

TEST(LinearEqDesign, AResponseIsSymmetricAroundItsMiddle) {
    for (const int length : {1024, 4096, 65536}) {
        const auto response = response_of({EqType::bell, 2, 900.0, 9.0, 3.0}, length, 48000.0);
        ASSERT_EQ(response.size(), static_cast<std::size_t>(length));
        EXPECT_EQ(response[0], 0.0f);
        EXPECT_TRUE(std::equal(response.begin() + 1, response.end(), response.rbegin()));
    }
}

TEST(LinearEqDesign, OfNoGainIsTheMiddleAlone) {
    auto response = response_of({EqType::bell, 2, 900.0, 0.0, 3.0}, 1024, 48000.0);
    EXPECT_NEAR(response[512], 1.0f, 1e-7f);
    response[512] = 0.0f;
    for (const float tap : response) EXPECT_NEAR(tap, 0.0f, 1e-15f);
}

class LinearEqOfType : public testing::TestWithParam<std::pair<EqType, int>> {};

TEST_P(LinearEqOfType, KeepsWithinATenthOfADecibelAboveWhatItsLengthTellsApart) {
    const auto [type, order] = GetParam();
    for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0})
        for (const int length : {1024, 4096, 32768})
            for (const double q : {0.5, 4.0})
                for (const double hertz : {8.0 * rate / length * std::max(1.0, q), 1000.0, 12000.0}) {
                    if (hertz < 8.0 * rate / length * std::max(1.0, q) || hertz > 16000.0) continue;
                    const bool shelf = type == EqType::low_shelf || type == EqType::high_shelf;
                    const EqBand band{type, order, hertz, q < 1.0 ? 12.0 : -12.0, shelf ? 0.8 : q};
                    SCOPED_TRACE(std::to_string(hertz) + " Hz q " + std::to_string(band.q) + " at " +
                                 std::to_string(rate) + ", " + std::to_string(length));
                    const auto response = response_of(band, length, rate);
                    for (const double at : {0.11, 0.35, 0.6, 0.85, 1.0, 1.2, 1.7, 3.1, 9.0}) {
                        const double heard = at * hertz, wanted = analogue_magnitude(band, heard);
                        if (heard < 4.0 * rate / length || heard > 20000.0 || decibels(wanted) < -40.0) continue;
                        EXPECT_NEAR(decibels(gain_at(response, heard, rate)), decibels(wanted), 0.1) << heard << " Hz";
                    }
                }
}
INSTANTIATE_TEST_SUITE_P(Types, LinearEqOfType,
                         testing::Values(std::pair{EqType::bell, 2}, std::pair{EqType::low_shelf, 1},
                                         std::pair{EqType::low_shelf, 2}, std::pair{EqType::high_shelf, 1},
                                         std::pair{EqType::high_shelf, 2}, std::pair{EqType::low_pass, 1},
                                         std::pair{EqType::low_pass, 4}, std::pair{EqType::high_pass, 1},
                                         std::pair{EqType::high_pass, 4}, std::pair{EqType::band_pass, 2},
                                         std::pair{EqType::tilt, 2}));

TEST(LinearEqDesign, ACurveGoesThroughItsPoints) {
    const std::vector<CurvePoint> points{{100.0, -6.0}, {400.0, 3.0}, {1000.0, 3.0}, {5000.0, -9.0}, {9000.0, 4.0}};
    const auto response = response_of(points, 16384, 48000.0);
    for (const CurvePoint& point : points)
        EXPECT_NEAR(decibels(gain_at(response, point.hertz, 48000.0)), point.decibels, 0.1) << point.hertz;
    for (const double low : {0.0, 20.0, 60.0}) EXPECT_NEAR(decibels(gain_at(response, low, 48000.0)), -6.0, 0.1);
    for (const double high : {12000.0, 24000.0}) EXPECT_NEAR(decibels(gain_at(response, high, 48000.0)), 4.0, 0.1);
}

TEST(LinearEqDesign, ACurveStaysBetweenThePointsItLiesBetween) {
    const std::vector<CurvePoint> points{{50.0, 0.0},    {70.0, 0.1},     {80.0, 12.0},
                                         {4000.0, 12.5}, {4100.0, -20.0}, {9000.0, -20.0}};
    std::vector<double> gains(kernels::linear_eq_points(65536));
    kernels::curve_gains(points, 48000.0, gains);
    for (std::size_t k = 0; k < gains.size(); ++k) {
        const double hertz = 24000.0 * static_cast<double>(k) / static_cast<double>(gains.size() - 1);
        const auto next =
            std::find_if(points.begin(), points.end(), [&](const CurvePoint& p) { return p.hertz > hertz; });
        const CurvePoint& after = next == points.end() ? points.back() : *next;
        const CurvePoint& before = next == points.begin() ? points.front() : next[-1];
        const auto [least, most] = std::minmax(before.decibels, after.decibels);
        ASSERT_GE(decibels(gains[k]), least - 1e-9) << hertz;
        ASSERT_LE(decibels(gains[k]), most + 1e-9) << hertz;
    }
}

TEST(LinearEqDesign, OfOnePointIsOneGain) {
    const auto response = response_of(std::vector<CurvePoint>{{1000.0, -4.0}}, 1024, 48000.0);
    EXPECT_NEAR(decibels(response[512]), -4.0, 1e-5);
}

}  // namespace
}  // namespace dubplate
