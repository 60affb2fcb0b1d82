// What a compressor listens to: the channels of its strip, linked, or a key through filters.

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/compressor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kCompressor;

TEST(CompressorKey, FollowsTheLoudestChannelAsFarAsTheLinkSays) {
    for (const std::size_t channels : {2u, 3u, 4u, 6u, 8u, 12u, 16u})
        for (const double link : {0.0, 35.0, 100.0}) {
            const CompressorSettings settings{.threshold = -30, .knee = 0, .attack = 0, .link = link};
            Planar input(channels, step_signal(512, 0, -24, -24));
            input[channels - 1] = step_signal(512, 0, -6, -6);
            const Planar output = compress(settings, input);
            for (std::size_t c = 0; c < channels; ++c) {
                const double own = c == channels - 1 ? -18.0 : -4.5;
                EXPECT_NEAR(gains(output[c], input[c]).back(), link / 100 * -18.0 + (1 - link / 100) * own, 0.01)
                    << "channel " << c << " of " << channels << ", link " << link;
            }
        }
}

TEST(CompressorKey, GivesLinkedChannelsExactlyTheSameGain) {
    const CompressorSettings settings{.threshold = -30, .attack = 0.001, .release = 0.02};
    const Signal left = noise(4096, 1), quiet = constant(4096, 0.25);
    const Planar output = compress(settings, {left, quiet});
    for (std::size_t n = 0; n < 4096; ++n) ASSERT_FLOAT_EQ(output[0][n], output[1][n] * 4.0f * left[n]) << n;
}

TEST(CompressorKey, HearsTheKeyInsteadOfItsInput) {
    const CompressorSettings settings{.threshold = -30, .ratio = 100, .knee = 0, .attack = 0};
    const Signal input = noise(2048, 1, 0.1), key = step_signal(2048, 0, -10, -10);
    const Signal output =
        run_processor(kCompressor, {.input = {input}, .values = values_of(settings, kCompressor), .key = {key}})[0];
    std::vector<double> expected;
    for (const float sample : input) expected.push_back(sample * from_decibels(-20.0));
    EXPECT_LE(error_db(output, expected), -100.0);
}

TEST(CompressorKey, HearsTheKeyThroughItsFilters) {
    for (const double rate : kRates)
        for (const double hertz : {50.0, 200.0, 1000.0, 5000.0}) {
            const CompressorSettings settings{.rms = true,
                                              .threshold = -60,
                                              .ratio = 100,
                                              .knee = 0,
                                              .attack = 0.05,
                                              .release = 0.05,
                                              .key_high_pass = 200,
                                              .key_low_pass = 3000};
            const auto frames = static_cast<std::size_t>(rate / 2);
            const Signal input = constant(frames, 0.5);
            const Signal key = sine(frames, hertz, rate, 0.5);
            const Signal output =
                run_processor(kCompressor, {.input = {input}, .values = values_of(settings, kCompressor), .key = {key}},
                              {.sample_rate = rate})[0];
            // Butterworth with both frequencies warped by the bilinear transform.
            const auto warped = [&](double f) { return std::tan(3.14159265358979 * f / rate); };
            const double high = std::pow(warped(200) / warped(hertz), 4.0),
                         low = std::pow(warped(hertz) / warped(3000), 4.0);
            const double level = decibels(0.5 / std::sqrt(2.0)) - 10 * std::log10((1 + high) * (1 + low));
            EXPECT_NEAR(gains(output, input).back(), -60.0 - level, 0.1) << hertz << " Hz at " << rate;
        }
}

}  // namespace
}  // namespace dubplate
