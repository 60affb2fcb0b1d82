#include "kernels/cpu/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "kernels/cpu/aligned.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::AlignedVector;
using kernels::complex_fft;

constexpr int kSizes[] = {64, 1024, 2048};  // 1024 and 2048 are what convolutions use

template <class T>
AlignedVector<T> points_of_noise(int points, std::uint64_t seed) {
    const Signal signal = noise(2 * static_cast<std::size_t>(points), seed);
    return {signal.begin(), signal.end()};
}

/// Bins [first, first + count) by the definition, [re, im] each; backward where `sign` is 1.
template <class T>
std::vector<double> naive_bins(const AlignedVector<T>& from, int sign, int first, int count) {
    const auto points = static_cast<std::int64_t>(from.size() / 2);
    std::vector<double> bins;
    for (int bin = first; bin < first + count; ++bin) {
        double re = 0.0, im = 0.0;
        for (std::int64_t n = 0; n < points; ++n) {
            const double angle = 2.0 * M_PI * static_cast<double>(n * bin % points) / static_cast<double>(points);
            const double c = std::cos(angle), s = sign * std::sin(angle);
            const double x = from[static_cast<std::size_t>(2 * n)], y = from[static_cast<std::size_t>(2 * n + 1)];
            re += x * c - y * s;
            im += x * s + y * c;
        }
        bins.push_back(re);
        bins.push_back(im);
    }
    return bins;
}

template <class T>
Signal cut(const AlignedVector<T>& from, int first, int count) {
    return {from.begin() + 2 * first, from.begin() + 2 * (first + count)};
}

TEST(Fft, EqualsTheNaiveTransformBothWays) {
    for (const int points : kSizes) {
        const auto reference = points_of_noise<float>(points, 1);
        for (const int sign : {-1, 1}) {
            auto from = reference;
            AlignedVector<float> to(from.size());
            if (sign < 0)
                complex_fft(points).forward(from.data(), to.data());
            else
                complex_fft(points).backward(from.data(), to.data());
            for (const int first : {0, points / 5, points - 16}) {
                SCOPED_TRACE(testing::Message() << points << " points, sign " << sign << ", from bin " << first);
                EXPECT_LE(error_db(cut(to, first, 16), naive_bins(reference, sign, first, 16)), -130.0);
            }
        }
    }
}

TEST(Fft, GivesTheSameBitsOnManyThreadsAtOnce) {
    const auto time = points_of_noise<float>(2048, 5);
    AlignedVector<float> reference(time.size());
    complex_fft(2048).forward(AlignedVector<float>(time).data(), reference.data());
    std::vector<AlignedVector<float>> results(8, AlignedVector<float>(time.size()));
    {
        std::vector<std::jthread> threads;
        for (AlignedVector<float>& result : results)
            threads.emplace_back([&] {
                // Sizes not planned before, so that planning meets planning and transforming.
                for (int points = 16; points <= 2048; points *= 2) {
                    auto from = time;
                    complex_fft(points).forward(from.data(), result.data());
                }
            });
    }
    for (const AlignedVector<float>& result : results) EXPECT_EQ(result, reference);
}

TEST(PreciseFft, EqualsTheNaiveTransformInFloat64) {
    const int points = 1024;
    const auto reference = points_of_noise<double>(points, 6);
    auto from = reference;
    AlignedVector<double> to(from.size());
    kernels::precise_fft(points, from.data(), to.data());
    const std::vector<double> naive = naive_bins(reference, -1, 0, points);
    double largest = 0.0;
    for (std::size_t i = 0; i < naive.size(); ++i) largest = std::max(largest, std::abs(to[i] - naive[i]));
    EXPECT_LT(largest, 1e-10);
}

}  // namespace
}  // namespace dubplate
