#include "engine/audio/dither.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "kernels/shared/philox.h"
#include "tests/support/signals.h"

namespace dubplate::audio {
namespace {

using test::Signal;

std::vector<std::uint32_t> words_of(const Dither& dither, FrameCount first, int count) {
    std::vector<std::uint32_t> words(static_cast<std::size_t>(count));
    dither.words(first, count, words.data());
    return words;
}

std::vector<std::int32_t> quantised(const Dither& dither, FrameCount first, const Signal& in, int bits) {
    std::vector<std::int32_t> out(in.size());
    dither.quantise(first, in.data(), static_cast<int>(in.size()), bits, out.data());
    return out;
}

TEST(Dither, WordsAreThePhiloxWordsOfTheirFrames) {
    const auto words = words_of(Dither(7, "stem/Drums", 3), 0, 4096);
    const DitherKey key = dither_key(7, "stem/Drums");
    for (const FrameCount frame : {0, 1, 2, 3, 4, 15, 16, 17, 63, 1000, 4095}) {
        const auto counter = static_cast<std::uint64_t>(frame / 4);
        const kernels::PhiloxWords expected =
            kernels::philox4x32({{static_cast<std::uint32_t>(counter), 0, 3, 0}}, key.low, key.high);
        EXPECT_EQ(words[static_cast<std::size_t>(frame)], expected.word[frame % 4]) << "frame " << frame;
    }
}

TEST(Dither, CountsFramesInSixtyFourBits) {
    const Dither dither(1, "mix", 0);
    const DitherKey key = dither_key(1, "mix");
    const FrameCount far = (FrameCount{5} << 34) + 2;
    const kernels::PhiloxWords expected = kernels::philox4x32({{0, 5, 0, 0}}, key.low, key.high);
    EXPECT_EQ(words_of(dither, far, 1)[0], expected.word[2]);
    EXPECT_NE(words_of(dither, far, 4), words_of(dither, 0, 4));
}

TEST(Dither, IsTheSameHoweverFramesAreCut) {
    const Dither dither(1, "mix", 1);
    const auto in = test::noise(5000, 3);
    const auto whole = quantised(dither, 12345, in, 24);
    for (const int step : {1, 3, 8, 511, 512, 513, 4999}) {
        SCOPED_TRACE(step);
        std::vector<std::int32_t> pieces;
        for (std::size_t at = 0; at < in.size(); at += static_cast<std::size_t>(step)) {
            const auto end = std::min(in.size(), at + static_cast<std::size_t>(step));
            const Signal part(in.begin() + static_cast<std::ptrdiff_t>(at),
                              in.begin() + static_cast<std::ptrdiff_t>(end));
            const auto out = quantised(dither, 12345 + static_cast<FrameCount>(at), part, 24);
            pieces.insert(pieces.end(), out.begin(), out.end());
        }
        EXPECT_EQ(pieces, whole);
    }
}

TEST(Dither, DiffersBetweenSeedsNamesAndChannels) {
    std::set<std::vector<std::uint32_t>> streams;
    for (const std::uint64_t seed : {0, 1})
        for (const char* const name : {"mix", "stem/Drums"})
            for (const int channel : {0, 1}) streams.insert(words_of(Dither(seed, name, channel), 0, 16));
    EXPECT_EQ(streams.size(), 8u);
}

TEST(Dither, ErrorIsTriangularWhiteAndIndependentOfTheSignal) {
    // Total error of TPDF dither and rounding: mean 0, variance 1/4 LSB^2 wherever the signal lies between two steps.
    constexpr int kFrames = 1 << 18;
    for (const double level : {0.0, 0.25, 0.5, 0.77}) {
        SCOPED_TRACE(level);
        const auto out = quantised(Dither(0, "mix", 0), 0, test::constant(kFrames, level / 32768.0), 16);
        double mean = 0.0, power = 0.0, next = 0.0, before = 0.0;
        for (const std::int32_t value : out) {
            const double error = value - level;
            mean += error;
            power += error * error;
            next += error * before;
            before = error;
        }
        EXPECT_NEAR(mean / kFrames, 0.0, 0.005);
        EXPECT_NEAR(power / kFrames, 0.25, 0.004);
        EXPECT_NEAR(next / kFrames, 0.0, 0.003);
    }
}

TEST(Dither, KeepsASineBelowOneStep) {
    // A tenth of an LSB: gone without dither; with it the sine stands at its level above the noise.
    constexpr int kFrames = 1 << 18;
    const double amplitude = 0.1 / 32768.0;
    const auto out = quantised(Dither(0, "mix", 0), 0, test::sine(kFrames, 1000, 48000, amplitude), 16);
    double correlation = 0.0;
    for (std::size_t n = 0; n < out.size(); ++n)
        correlation += out[n] * std::sin(2.0 * M_PI * 1000.0 / 48000.0 * static_cast<double>(n));
    EXPECT_NEAR(correlation * 2.0 / kFrames, 0.1, 0.006);
}

TEST(Dither, ErrorAt24BitsIsMinus144Decibels) {
    const auto in = test::noise(1 << 17, 5, 0.7);
    const auto out = quantised(Dither(0, "mix", 0), 0, in, 24);
    std::vector<double> error;
    for (std::size_t n = 0; n < in.size(); ++n) error.push_back(out[n] / 8388608.0 - static_cast<double>(in[n]));
    EXPECT_NEAR(test::decibels(test::rms(std::span<const double>(error))), -144.5, 0.05);
}

TEST(Dither, ClipsWhatIsBeyondFullScale) {
    const Signal in = {0.0f, 1.0f, -1.0f, 1.0001f, -1.5f, 3.0f, 0.99f, 0.5f, 2.0f, -0.25f};
    const auto out = quantised(Dither(0, "mix", 0), 0, in, 16);
    EXPECT_EQ(out[3], 32767);
    EXPECT_EQ(out[4], -32768);
    EXPECT_EQ(out[5], 32767);
    EXPECT_EQ(out[8], 32767);
    EXPECT_GE(out[1], 32766);
    EXPECT_LE(out[1], 32767);
}

}  // namespace
}  // namespace dubplate::audio
