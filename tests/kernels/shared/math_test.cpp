#include "kernels/shared/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace dubplate {
namespace {

constexpr long double kTurn = 6.283185307179586476925286766559L;

float float_of(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// Greatest of `error(x)` relative to what is allowed at x, over `count` values `at(0..count)`.
template <class At, class Excess>
void expect_within(long count, At at, Excess excess) {
    long double worst = 0.0L, where = 0.0L;
    for (long k = 0; k <= count; ++k) {
        const auto x = at(k);
        const long double e = excess(x);
        if (!(e <= worst)) worst = e, where = x;
    }
    EXPECT_LE(worst, 1.0L) << "of what is stated, at " << static_cast<double>(where);
}

TEST(Exp2, OfAFloatIsWithinItsStatedErrorOverItsWholeRange) {
    expect_within(
        3'000'000, [](long k) { return static_cast<float>(-126.0 + 252.0 * static_cast<double>(k) / 3e6); },
        [](float x) {
            return std::fabs(kernels::exp2_float(x) / std::exp2(static_cast<long double>(x)) - 1.0L) / 1e-7L;
        });
}

TEST(Exp2, OfADoubleIsWithinItsStatedErrorOverItsWholeRange) {
    expect_within(
        1'000'000, [](long k) { return -1000.0 + 2000.0 * static_cast<double>(k) / 1e6; },
        [](double x) {
            return std::fabs(kernels::exp2_double(x) / std::exp2(static_cast<long double>(x)) - 1.0L) / 2e-16L;
        });
}

TEST(Exp2, IsExactAtIntegers) {
    for (int n = -126; n <= 126; ++n) {
        EXPECT_EQ(kernels::exp2_float(static_cast<float>(n)), std::ldexp(1.0f, n));
        EXPECT_EQ(kernels::exp2_double(static_cast<double>(n)), std::ldexp(1.0, n));
    }
}

TEST(Log2, OfAFloatIsWithinItsStatedErrorOverAllNormalNumbers) {
    const auto excess = [](float x) {
        const long double reference = std::log2(static_cast<long double>(x));
        return std::fabs(kernels::log2_float(x) - reference) / (1.5e-7L + 6e-8L * std::fabs(reference));
    };
    expect_within(
        1'600'000, [](long k) { return float_of(0x00800000u + static_cast<std::uint32_t>(k) * 1331u); }, excess);
    // Around 1, where the result crosses 0, every eighth number there is.
    expect_within(
        0x00800000 / 8, [](long k) { return float_of(0x3f400000u + static_cast<std::uint32_t>(k) * 8u); }, excess);
}

TEST(Log2, OfADoubleIsWithinItsStatedErrorOverNormalNumbers) {
    const auto excess = [](double x) {
        const long double reference = std::log2(static_cast<long double>(x));
        return std::fabs(kernels::log2_double(x) - reference) / (3e-16L + 1.2e-16L * std::fabs(reference));
    };
    expect_within(
        500'000, [](long k) { return std::exp2(-1022.0 + 2045.9 * static_cast<double>(k) / 5e5); }, excess);
    expect_within(
        500'000, [](long k) { return 0.5 + 1.5 * static_cast<double>(k) / 5e5; }, excess);
}

TEST(Log2, IsExactAtPowersOfTwo) {
    for (int n = -126; n <= 127; ++n) {
        EXPECT_EQ(kernels::log2_float(std::ldexp(1.0f, n)), static_cast<float>(n));
        EXPECT_EQ(kernels::log2_double(std::ldexp(1.0, n)), static_cast<double>(n));
    }
}

TEST(Log2, OfNothingIsBelowThatOfAnyNormalNumber) { EXPECT_EQ(kernels::log2_float(0.0f), -127.0f); }

TEST(SineCosine, AreWithinTheirStatedErrorForAnyNumberOfTurns) {
    const auto excess = [](double turns) {
        double sine, cosine;
        kernels::sine_cosine_of_turns(turns, sine, cosine);
        const long double angle = (turns - std::round(static_cast<long double>(turns))) * kTurn;
        return std::max(std::fabs(sine - std::sin(angle)), std::fabs(cosine - std::cos(angle))) / 3e-16L;
    };
    expect_within(
        500'000, [](long k) { return -3.0 + 6.0 * static_cast<double>(k) / 5e5; }, excess);
    expect_within(
        200'000,
        [](long k) { return (k % 2 ? -1.0003 : 1.0003) * std::exp2(-40.0 + 79.99 * static_cast<double>(k) / 2e5); },
        excess);
}

TEST(SineCosine, AreExactAtQuarterTurns) {
    for (const double whole : {0.0, 1.0, -7.0, 1e9, -1e12}) {
        for (int quarter = -4; quarter <= 4; ++quarter) {
            double sine, cosine;
            kernels::sine_cosine_of_turns(whole + 0.25 * quarter, sine, cosine);
            const double sines[] = {0, 1, 0, -1};
            EXPECT_EQ(sine, sines[(quarter + 8) % 4]) << whole << " + " << quarter << "/4";
            EXPECT_EQ(cosine, sines[(quarter + 9) % 4]) << whole << " + " << quarter << "/4";
        }
    }
}

TEST(Math, OfRadiansNaturalExponentsAndDecibelsFollows) {
    for (double x = -1.5; x <= 1.5; x += 0.01) {
        EXPECT_NEAR(kernels::sine(x), std::sin(x), 5e-16);
        EXPECT_NEAR(kernels::cosine(x), std::cos(x), 5e-16);
        EXPECT_NEAR(kernels::tangent(x), std::tan(x), 2e-15 * (1.0 + std::tan(x) * std::tan(x)));
        EXPECT_NEAR(kernels::exp(100.0 * x) / std::exp(100.0 * x), 1.0, 3e-14);
        EXPECT_NEAR(kernels::log(std::exp(100.0 * x)), 100.0 * x, 1e-13);
        EXPECT_NEAR(kernels::gain_of_decibels(100.0 * x) / std::pow(10.0, 5.0 * x), 1.0, 1e-14);
        EXPECT_NEAR(kernels::decibels_of_gain(std::pow(10.0, 5.0 * x)), 100.0 * x, 1e-12);
    }
}

}  // namespace
}  // namespace dubplate
