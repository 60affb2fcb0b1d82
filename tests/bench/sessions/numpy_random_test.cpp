#include "bench/sessions/numpy_random.h"

#include <gtest/gtest.h>

#include <array>

namespace dubplate::bench {
namespace {

// numpy 2.4.6: [int(v) for v in numpy.random.default_rng(seed).bit_generator.random_raw(3)]
TEST(NumpyRandom, GivesTheBitsOfNumpy) {
    const struct {
        std::uint64_t seed;
        std::array<std::uint64_t, 3> bits;
    } cases[] = {
        {0, {11749869230777074271u, 4976686463289251617u, 755828109848996024u}},
        {1, {9441442522235856127u, 17532960557476522086u, 2659275481604167885u}},
        {5000, {1020959379384506410u, 6557326731229594611u, 14828086270863771008u}},
        {4294967295u, {4647538520743280031u, 4041050679407036418u, 5299467714154781845u}},
        {4294967296u, {16412783775159424549u, 10277383025879800780u, 14774146505460541886u}},
        {18446744073709551615u, {12544278110101001871u, 15593249672699323225u, 136562751618339402u}},
    };
    for (const auto& expected : cases) {
        SCOPED_TRACE(expected.seed);
        NumpyRandom random(expected.seed);
        for (const std::uint64_t bits : expected.bits) EXPECT_EQ(random.bits(), bits);
    }
}

TEST(NumpyRandom, DrawsUniformNumbersAsNumpyDoes) {
    NumpyRandom random(7);
    EXPECT_EQ(random.uniform(-22, -12), -0x1.f7f82deb91a16p+3);  // numpy.random.default_rng(7).uniform(-22, -12)
}

TEST(NumpyRandom, RoundsAsPythonDoes) {
    const struct {
        double value;
        int digits;
        double rounded;
    } cases[] = {{2.675, 2, 2.67}, {0.125, 2, 0.12}, {-0.375, 2, -0.38}, {1e-9, 3, 0.0}, {999.95, 1, 1000.0}};
    for (const auto& expected : cases)
        EXPECT_EQ(round_decimals(expected.value, expected.digits), expected.rounded) << expected.value;
}

TEST(NumpyRandom, DrawsNormalNumbersOfMeanZeroAndVarianceOne) {
    NumpyRandom random(3);
    constexpr int kCount = 100000;
    double sum = 0.0, squares = 0.0, fourth = 0.0;
    for (int draw = 0; draw < kCount; ++draw) {
        const double value = random.normal();
        sum += value;
        squares += value * value;
        fourth += value * value * value * value;
    }
    EXPECT_NEAR(sum / kCount, 0.0, 0.01);
    EXPECT_NEAR(squares / kCount, 1.0, 0.02);
    EXPECT_NEAR(fourth / kCount, 3.0, 0.15);
}

TEST(NumpyRandom, IndexReachesEveryNumberBelowTheCountAndNoOther) {
    NumpyRandom random(4);
    std::array<int, 5> seen{};
    for (int draw = 0; draw < 1000; ++draw) ++seen.at(static_cast<std::size_t>(random.index(5)));
    for (const int count : seen) EXPECT_GT(count, 120);
}

}  // namespace
}  // namespace dubplate::bench
