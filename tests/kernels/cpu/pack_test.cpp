#include "kernels/cpu/pack.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

#include "kernels/shared/math.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using kernels::Lanes;
using kernels::load;
using kernels::Pack;
using kernels::store;

/// Equal as bits; two NaNs are equal whatever they carry.
template <class T>
bool same(T a, T b) {
    return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0;
}

template <class T>
struct Triple {
    T a, b, c;
};

/// Operands between 1e-6 and 1e6 of both signs, and some at the edges of the format.
template <class T>
std::vector<Triple<T>> triples() {
    using Limits = std::numeric_limits<T>;
    std::vector<Triple<T>> result;
    for (std::uint64_t k = 0; k < 4096; ++k) {
        const auto number = [&](std::uint64_t seed) {
            const double scale = test::from_decibels(120.0 * test::random_at(seed + 10, k));
            return static_cast<T>(scale * test::random_at(seed, k));
        };
        result.push_back({number(1), number(2), number(3)});
    }
    const T edges[] = {T(0),
                       -T(0),
                       T(1),
                       -T(1),
                       Limits::min(),
                       -Limits::denorm_min(),
                       Limits::max(),
                       Limits::infinity(),
                       -Limits::infinity(),
                       Limits::quiet_NaN(),
                       T(0.5),
                       T(1.5),
                       T(-2.5)};
    for (const T a : edges)
        for (const T b : edges) result.push_back({a, b, T(0.25)}), result.push_back({T(3), a, b});
    return result;
}

/// Each lane of `function` on packs of W has the bits of `function` on plain numbers, with mixed neighbours.
template <class T, int W, class Function>
void expect_lanes_like_scalars(const std::vector<Triple<T>>& operands, Function function, const char* what) {
    for (std::size_t first = 0; first + W <= operands.size(); ++first) {
        T a[W], b[W], c[W], r[W];
        for (std::size_t lane = 0; lane < W; ++lane) {
            // Neighbours from all over the list, edges beside ordinary numbers.
            const Triple<T>& operand = operands[(first + lane * 997) % operands.size()];
            a[lane] = operand.a, b[lane] = operand.b, c[lane] = operand.c;
        }
        store(r, function(load<Pack<T, W>>(a), load<Pack<T, W>>(b), load<Pack<T, W>>(c)));
        for (int lane = 0; lane < W; ++lane)
            ASSERT_TRUE(same(r[lane], function(a[lane], b[lane], c[lane])))
                << what << "(" << a[lane] << ", " << b[lane] << ", " << c[lane] << ") is " << r[lane] << " in lane "
                << lane << " of " << W << " and " << function(a[lane], b[lane], c[lane]) << " alone";
    }
}

template <class T>
class PackOf : public testing::Test {
public:
    template <class Function>
    void expect_same(Function function, const char* what, const std::vector<Triple<T>>& operands = triples<T>()) {
        expect_lanes_like_scalars<T, 4>(operands, function, what);
        expect_lanes_like_scalars<T, 8>(operands, function, what);
        expect_lanes_like_scalars<T, 16>(operands, function, what);
    }
};

using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(PackOf, Types);

// `min` and friends are found beside their arguments for packs, and named for plain numbers.
using kernels::abs;
using kernels::fma;
using kernels::max;
using kernels::min;
using kernels::round_even;
using kernels::select_less;
using kernels::sqrt;

TYPED_TEST(PackOf, ArithmeticIsThatOfPlainNumbers) {
    this->expect_same([](auto a, auto b, auto) { return a + b; }, "a + b");
    this->expect_same([](auto a, auto b, auto) { return a - b; }, "a - b");
    this->expect_same([](auto a, auto b, auto) { return a * b; }, "a * b");
    this->expect_same([](auto a, auto b, auto) { return a / b; }, "a / b");
    this->expect_same([](auto a, auto, auto) { return -a; }, "-a");
    this->expect_same([](auto a, auto b, auto c) { return fma(a, b, c); }, "fma");
    this->expect_same([](auto a, auto, auto) { return sqrt(a); }, "sqrt");
    this->expect_same([](auto a, auto, auto) { return abs(a); }, "abs");
}

TYPED_TEST(PackOf, ComparisonsAreThoseOfPlainNumbersAlsoWithZerosAndNan) {
    this->expect_same([](auto a, auto b, auto) { return min(a, b); }, "min");
    this->expect_same([](auto a, auto b, auto) { return max(a, b); }, "max");
    this->expect_same([](auto a, auto b, auto c) { return select_less(a, b, c, a); }, "select_less");
}

TYPED_TEST(PackOf, ANumberBesideAPackStandsForAllLanes) {
    using T = TypeParam;
    this->expect_same([](auto a, auto, auto) { return T(3) * a + T(0.1); }, "3 a + 0.1");
    this->expect_same([](auto a, auto, auto) { return T(1) / a - T(7); }, "1 / a - 7");
    const T special[] = {T(0), -T(0), std::numeric_limits<T>::denorm_min()};
    for (const T value : special) {
        T lanes[4];
        store(lanes, Pack<T, 4>(value));
        for (const T lane : lanes) EXPECT_EQ(lane, value);
    }
}

TYPED_TEST(PackOf, RoundsSplitsAndScalesLikePlainNumbers) {
    using T = TypeParam;
    std::vector<Triple<T>> positive, integers;
    for (const Triple<T>& triple : triples<T>()) {
        if (std::fabs(triple.a) >= std::numeric_limits<T>::min() && std::fabs(triple.a) < T(4e6))
            positive.push_back({std::fabs(triple.a), triple.a, T(0)});
    }
    for (int n = -126; n <= 127; ++n) integers.push_back({static_cast<T>(n), T(0), T(0)});
    this->expect_same([](auto, auto b, auto) { return round_even(b); }, "round_even", positive);
    this->expect_same(
        [](auto a, auto, auto) {
            auto mantissa = a, exponent = a;
            kernels::split(a, mantissa, exponent);
            return mantissa;
        },
        "split, mantissa", positive);
    this->expect_same(
        [](auto a, auto, auto) {
            auto mantissa = a, exponent = a;
            kernels::split(a, mantissa, exponent);
            return exponent;
        },
        "split, exponent", positive);
    this->expect_same([](auto a, auto, auto) { return kernels::power_of_two(a); }, "power_of_two", integers);
}

TEST(PackPairs, AreTakenApartAndPutTogetherAsComplexNumbers) {
    const float a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8] = {0.5f, 0.25f, 8, 16, -1, -2, 1e-3f, 1e9f};
    float re[8], im[8], sums[8];
    const auto pairs = load<Pack<float, 8>>(a);
    store(re, kernels::even_twice(pairs));
    store(im, kernels::odd_twice(pairs));
    store(sums, kernels::subtract_add(pairs, load<Pack<float, 8>>(b)));
    for (int lane = 0; lane < 8; ++lane) {
        EXPECT_EQ(re[lane], a[lane - lane % 2]);
        EXPECT_EQ(im[lane], a[lane - lane % 2 + 1]);
        EXPECT_EQ(sums[lane], lane % 2 == 0 ? a[lane] - b[lane] : a[lane] + b[lane]);
    }
}

template <int W>
void expect_parts_in_turn() {
    SCOPED_TRACE(W);
    float re[W], im[W], pairs[2 * W];
    for (int i = 0; i < W; ++i) re[i] = static_cast<float>(i), im[i] = static_cast<float>(-i - 100);
    kernels::store_in_turn(pairs, load<Pack<float, W>>(re), load<Pack<float, W>>(im));
    Pack<float, W> real, imaginary;
    kernels::load_from_turn(pairs, real, imaginary);
    float back[2][W];
    store(back[0], real);
    store(back[1], imaginary);
    for (int i = 0; i < W; ++i) {
        EXPECT_EQ(pairs[2 * i], re[i]);
        EXPECT_EQ(pairs[2 * i + 1], im[i]);
        EXPECT_EQ(back[0][i], re[i]);
        EXPECT_EQ(back[1][i], im[i]);
    }
}

TEST(PackMath, PutsRealAndImaginaryPartsInTurnAndTakesThemApart) {
    expect_parts_in_turn<8>();
    expect_parts_in_turn<16>();
    expect_parts_in_turn<32>();
}

TEST(PackMath, GivesTheBitsOfPlainNumbersAtEveryWidth) {
    std::vector<Triple<float>> floats;
    std::vector<Triple<double>> doubles;
    for (std::uint64_t k = 0; k < 4096; ++k) {
        const double x = test::random_at(5, k);
        floats.push_back({static_cast<float>(126.0 * x), static_cast<float>(test::from_decibels(700.0 * x)), 0.0f});
        doubles.push_back({1000.0 * x, test::from_decibels(6000.0 * x), 1e6 * x * x * x});
    }
    const auto expect_same = [](const auto& operands, auto function, const char* what) {
        using T = std::remove_cvref_t<decltype(operands[0].a)>;
        expect_lanes_like_scalars<T, 4>(operands, function, what);
        expect_lanes_like_scalars<T, 8>(operands, function, what);
        expect_lanes_like_scalars<T, 16>(operands, function, what);
    };
    expect_same(
        floats, [](auto a, auto, auto) { return kernels::exp2_float(a); }, "exp2_float");
    expect_same(
        floats, [](auto, auto b, auto) { return kernels::log2_float(b); }, "log2_float");
    expect_same(
        doubles, [](auto a, auto, auto) { return kernels::exp2_double(a); }, "exp2_double");
    expect_same(
        doubles, [](auto, auto b, auto) { return kernels::log2_double(b); }, "log2_double");
    const auto sine = [](auto, auto, auto c) {
        auto s = c, k = c;
        kernels::sine_cosine_of_turns(c, s, k);
        return s;
    };
    const auto cosine = [](auto, auto, auto c) {
        auto s = c, k = c;
        kernels::sine_cosine_of_turns(c, s, k);
        return k;
    };
    expect_same(doubles, sine, "sine");
    expect_same(doubles, cosine, "cosine");
}

template <int W>
void expect_round_trip() {
    float from[W], back[W];
    double wide[W];
    for (int lane = 0; lane < W; ++lane)
        from[lane] = static_cast<float>(test::random_at(9, static_cast<std::uint64_t>(lane)));
    const auto widened = kernels::widen(load<Pack<float, W>>(from));
    store(wide, widened);
    store(back, kernels::narrow(widened * (1.0 + 1e-12)));
    for (int lane = 0; lane < W; ++lane) {
        EXPECT_EQ(wide[lane], static_cast<double>(from[lane]));
        EXPECT_EQ(back[lane], from[lane]);  // rounded to the nearest
    }
}

TEST(Pack, WidensAndNarrowsEveryLaneInItsPlace) {
    expect_round_trip<4>();
    expect_round_trip<8>();
    expect_round_trip<16>();
}

TEST(Pack, OfOneLaneIsAPlainNumber) {
    static_assert(std::is_same_v<Lanes<float, 1>, float> && std::is_same_v<Lanes<double, 1>, double>);
    static_assert(std::is_same_v<Lanes<float, 8>, Pack<float, 8>>);
    static_assert(sizeof(Pack<float, 4>) == 16 && sizeof(Pack<float, 16>) == 64 && sizeof(Pack<double, 16>) == 128);
    const float value = 0.3f;
    EXPECT_EQ(load<float>(&value), value);
}

TEST(Pack, ExchangesPairsAndMixesEvenWithOddLanes) {
    const std::array<double, 8> numbers{1, 2, 3, 4, 5, 6, 7, 8};
    const auto pack = load<Pack<double, 8>>(numbers.data());
    std::array<double, 8> out;
    store(out.data(), exchange_pairs(pack));
    EXPECT_EQ(out, (std::array<double, 8>{2, 1, 4, 3, 6, 5, 8, 7}));
    store(out.data(), even_odd(pack, -pack));
    EXPECT_EQ(out, (std::array<double, 8>{1, -2, 3, -4, 5, -6, 7, -8}));
}

}  // namespace
}  // namespace dubplate
