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
using kernels::Fft;
using kernels::real_fft;

AlignedVector<float> aligned_noise(int frames, std::uint64_t seed) {
    const Signal signal = noise(static_cast<std::size_t>(frames), seed);
    return {signal.begin(), signal.end()};
}

/// Bins [first, first + count) by the definition, [re, im] each.
std::vector<double> naive_bins(std::span<const float> time, int size, int first, int count) {
    std::vector<double> bins;
    for (int bin = first; bin < first + count; ++bin) {
        double re = 0.0, im = 0.0;
        for (std::size_t n = 0; n < time.size(); ++n) {
            const double turns = static_cast<double>((static_cast<std::int64_t>(n) * bin) % size) / size;
            re += time[n] * std::cos(2.0 * M_PI * turns);
            im -= time[n] * std::sin(2.0 * M_PI * turns);
        }
        bins.push_back(re);
        bins.push_back(im);
    }
    return bins;
}

std::vector<float> cut(const AlignedVector<float>& from, int first, int count) {
    return {from.begin() + first, from.begin() + first + count};
}

TEST(Fft, EqualsTheNaiveTransform) {
    for (const int size : {16, 32, 128, 1024}) {
        SCOPED_TRACE(size);
        const auto time = aligned_noise(size, 1);
        AlignedVector<float> spectrum(static_cast<std::size_t>(size) + 2);
        real_fft(size).forward(time.data(), spectrum.data());
        EXPECT_LE(error_db(cut(spectrum, 0, size + 2), naive_bins(time, size, 0, size / 2 + 1)), -130.0);
    }
}

TEST(Fft, EqualsTheNaiveTransformInSomeBinsOfTheSizesThatConvolutionUses) {
    for (const int size : {2048, 4096, 8192, 16384}) {
        const auto time = aligned_noise(size, 2);
        AlignedVector<float> spectrum(static_cast<std::size_t>(size) + 2);
        real_fft(size).forward(time.data(), spectrum.data());
        for (const int first : {0, size / 5, size / 4 - 8, size / 2 - 15}) {
            SCOPED_TRACE(testing::Message() << size << " from bin " << first);
            EXPECT_LE(error_db(cut(spectrum, 2 * first, 32), naive_bins(time, size, first, 16)), -130.0);
        }
    }
}

TEST(Fft, ReturnsTimesItsSize) {
    for (int size = 16; size <= 1 << 17; size *= 2) {
        SCOPED_TRACE(size);
        const auto time = aligned_noise(size, 3);
        AlignedVector<float> spectrum(static_cast<std::size_t>(size) + 2), back(time.size());
        real_fft(size).forward(time.data(), spectrum.data());
        real_fft(size).inverse(spectrum.data(), back.data());
        std::vector<double> reference;
        for (const float sample : time) reference.push_back(static_cast<double>(sample) * size);
        EXPECT_LE(error_db(cut(back, 0, size), reference), -130.0);
    }
}

TEST(Fft, LeavesItsInputAloneAndHasRealEnds) {
    const auto time = aligned_noise(4096, 4);
    const auto before = time;
    AlignedVector<float> spectrum(4098, 1.0f);
    real_fft(4096).forward(time.data(), spectrum.data());
    EXPECT_EQ(time, before);
    EXPECT_EQ(spectrum[1], 0.0f);
    EXPECT_EQ(spectrum[4097], 0.0f);
}

TEST(Fft, GivesTheSameBitsOnManyThreadsAtOnce) {
    const auto time = aligned_noise(16384, 5);
    AlignedVector<float> reference(16386);
    real_fft(16384).forward(time.data(), reference.data());
    std::vector<AlignedVector<float>> results(8, AlignedVector<float>(16386));
    {
        std::vector<std::jthread> threads;
        for (AlignedVector<float>& result : results)
            threads.emplace_back([&] {
                // Sizes not planned before, so that planning meets planning and transforming.
                for (int size = 16; size <= 16384; size *= 2) real_fft(size).forward(time.data(), result.data());
            });
    }
    for (const AlignedVector<float>& result : results) EXPECT_EQ(result, reference);
}

TEST(PreciseSpectrum, IsTheFloat64TransformRoundedOnce) {
    const int size = 2048;
    const Signal time = noise(1500, 6);  // shorter than the transform: zeros follow
    AlignedVector<float> spectrum(size + 2);
    kernels::precise_spectrum(time, size, 0.25, spectrum.data());
    std::vector<double> reference = naive_bins(time, size, 0, size / 2 + 1);
    for (double& value : reference) value *= 0.25;
    // Half a unit in the last place of 24 bits is -150 dB; sums in float32 would lie 15 dB above.
    EXPECT_LE(error_db(cut(spectrum, 0, size + 2), reference), -149.0);
}

}  // namespace
}  // namespace dubplate
