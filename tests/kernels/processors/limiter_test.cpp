#include "kernels/processors/limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/processor_run.h"
#include "tests/support/true_peak_reference.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kLimiter;

constexpr double kRates[] = {44100.0, 48000.0, 96000.0, 192000.0};

Planar limit(std::initializer_list<std::pair<std::string_view, double>> changes, const Planar& input,
             RunOptions options = {}) {
    return run_processor(kLimiter, {.input = input, .values = values_of(kLimiter, changes)}, options);
}

std::vector<double> gains(const Signal& output, const Signal& input) {
    std::vector<double> result(output.size());
    for (std::size_t n = 0; n < output.size(); ++n) result[n] = decibels(std::fabs(output[n] / input[n]));
    return result;
}

struct Named {
    std::string name;
    Signal signal;
};

/// Loud and quiet, steady and sudden, everything a limiter would rather not see.
std::vector<Named> hostile_signals(std::size_t frames) {
    std::vector<Named> signals;
    signals.push_back({"noise 40 dB over", noise(frames, 1, 100.0)});
    signals.push_back({"noise just over", noise(frames, 2, 1.0)});
    signals.push_back({"one impulse", impulse(frames, 777, 12.0)});
    signals.push_back({"far too loud an impulse", impulse(frames, 777, 1e30)});
    Signal signal(frames);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] = random_at(3, n) > 0.99 ? static_cast<float>(30.0 * random_at(4, n)) : 1e-3f;
    signals.push_back({"impulses", signal});
    for (std::size_t n = 0; n < frames; ++n) signal[n] = (n / 37 % 2 ? -1.0f : 1.0f) * (n / 1000 % 2 ? 4.0f : 0.01f);
    signals.push_back({"squares in bursts", signal});
    for (std::size_t n = 0; n < frames; ++n) signal[n] = n % 2 ? -1.7f : 1.7f;
    signals.push_back({"Nyquist", signal});
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] = static_cast<float>(from_decibels(0.05 * static_cast<double>(n) - 60.0) * random_at(5, n));
    signals.push_back({"noise growing out of bounds", signal});
    for (std::size_t n = 0; n < frames; ++n) signal[n] = static_cast<float>(from_decibels(80.0 * random_at(6, n)));
    signals.push_back({"every level at once", signal});
    return signals;
}

TEST(Limiter, LetsNoSampleAboveTheCeilingAlsoNotByRounding) {
    for (const auto& [name, signal] : hostile_signals(3000))
        for (const double ceiling : {-40.0, -1.0, 0.0, 6.0})
            for (const double lookahead : {0.0001, 0.0015, 0.02})
                for (const double rate : {44100.0, 192000.0}) {
                    const Signal output =
                        limit({{"ceiling", ceiling}, {"lookahead", lookahead}, {"release", 0.003}, {"drive", 3.7}},
                              {signal}, {.sample_rate = rate})[0];
                    EXPECT_LE(peak(output), from_decibels(ceiling))
                        << name << ", " << ceiling << " dB, " << lookahead << " s";
                    EXPECT_GE(decibels(peak(output)), std::min(ceiling, decibels(peak(signal)) + 3.7) - 0.001)
                        << name << ", " << ceiling << " dB, " << lookahead << " s";
                }
}

TEST(Limiter, LetsNoChannelAboveTheCeilingWhateverTheLink) {
    for (const std::size_t channels : {2u, 3u, 6u, 16u})
        for (const double link : {0.0, 30.0, 99.9, 100.0}) {
            Planar input;
            for (std::size_t c = 0; c < channels; ++c)
                input.push_back(noise(2000, c, 1.0 + 7.0 * static_cast<double>(c)));
            for (const Signal& output : limit({{"link", link}, {"release", 0.002}}, input))
                EXPECT_LE(peak(output), from_decibels(-1.0)) << channels << " channels, link " << link;
        }
}

TEST(Limiter, LeavesWhatStaysBelowTheCeilingUntouched) {
    for (const double detector : {0.0, 1.0}) {
        const double level = detector > 0.0 ? -12.0 : -1.001;
        const Planar input{noise(5000, 1, from_decibels(level)), noise(5000, 2, from_decibels(level))};
        EXPECT_EQ(limit({{"detector", detector}}, input), input);
    }
}

TEST(Limiter, LowersWhatIsSteadilyTooLoudByWhatItIsTooLoud) {
    for (const double level : {-0.9, 0.0, 6.0, 40.0}) {
        const Signal input = sine(9600, 1000.0, 48000.0, from_decibels(level), 0.0);
        const Signal output = limit({{"release", 10.0}}, {input})[0];
        EXPECT_NEAR(decibels(output[4812] / input[4812]), -1.0 - level, 0.002) << level;
    }
}

TEST(Limiter, BeginsToLowerByTheLookaheadBeforeAPeakAndHasArrivedWithIt) {
    for (const double rate : kRates)
        for (const double lookahead : {0.0001, 0.002, 0.02}) {
            Signal input = constant(8192, 0.1);
            input[5000] = 10.0f;
            const auto gain =
                gains(limit({{"ceiling", 0.0}, {"lookahead", lookahead}}, {input}, {.sample_rate = rate})[0], input);
            const auto ahead = static_cast<std::size_t>(std::max(1L, std::lround(lookahead * rate)));
            EXPECT_EQ(gain[5000 - ahead - 1], 0.0);
            EXPECT_LT(gain[5000 - ahead], -1e-6);
            EXPECT_NEAR(gain[5000], -20.0, 0.001);
            for (std::size_t n = 5000 - ahead; n <= 5000; ++n) {
                ASSERT_LE(gain[n], gain[n - 1] + 1e-4);
                // Two moving averages of half the lookahead: a triangle of slopes, the steepest 20 dB in half of it.
                ASSERT_GE(gain[n], gain[n - 1] - 20.0 / ((static_cast<double>(ahead) + 1.0) / 2.0) - 1e-4);
            }
        }
}

TEST(Limiter, GivesTwoThirdsOfAReductionBackInTheReleaseTime) {
    for (const double rate : kRates)
        for (const double release : {0.01, 0.1, 0.5}) {
            const auto frames = static_cast<std::size_t>(rate * (release * 4 + 0.02));
            Signal input = constant(frames, 0.1);
            for (std::size_t n = 0; n < 1000; ++n) input[n] = 10.0f;
            const auto gain = gains(limit({{"ceiling", 0.0}, {"release", release}, {"lookahead", 0.001}}, {input},
                                          {.sample_rate = rate})[0],
                                    input);
            // From where the averages have passed, so that what is left falls as the release alone.
            const std::size_t from = 1000 + static_cast<std::size_t>(0.001 * rate) + 2;
            std::size_t to = from;
            while (to < frames && gain[to] < gain[from] * std::exp(-1.0)) ++to;
            EXPECT_NEAR(static_cast<double>(to - from) / rate / release, 1.0, 0.02) << release << " s at " << rate;
        }
}

TEST(Limiter, ComesBackToExactlyUnityAfterLongHardWork) {
    Signal input = noise(48000 * 12, 1, 30.0);
    for (std::size_t n = 48000 * 10; n < input.size(); ++n) input[n] *= 0.01f;
    const Signal output = limit({{"release", 0.05}}, {input})[0];
    const auto end = static_cast<std::ptrdiff_t>(input.size());
    EXPECT_EQ(Signal(output.end() - 24000, output.end()), Signal(input.begin() + end - 24000, input.end()));
}

TEST(Limiter, LinksByTheStripsLargestReduction) {
    for (const double link : {0.0, 50.0, 100.0}) {
        const Planar input{constant(2000, from_decibels(20.0)), constant(2000, from_decibels(8.0)),
                           constant(2000, 0.1)};
        const Planar output = limit({{"ceiling", 0.0}, {"link", link}}, input);
        const double own[] = {-20.0, -8.0, 0.0};
        for (std::size_t c = 0; c < 3; ++c)
            EXPECT_NEAR(gains(output[c], input[c]).back(), link / 100 * -20.0 + (1 - link / 100) * own[c], 0.001)
                << link;
    }
}

TEST(Limiter, KeepsToACeilingThatMoves) {
    const auto straight = [](FrameCount n) { return -1.0 - 0.002 * static_cast<double>(n); };
    const auto jumps = [](FrameCount n) { return floor_div(n, 1024) % 2 ? -18.0 : -1.0; };
    const auto wanders = [](FrameCount n) {
        return -12.0 + 11.0 * random_at(9, static_cast<std::uint64_t>(n + 10000) / 64);
    };
    const std::function<double(FrameCount)> motions[] = {straight, jumps, wanders};
    for (const auto& motion : motions)
        for (const double lookahead : {0.0001, 0.005, 0.02})
            for (const std::string_view name : {"ceiling", "drive"}) {
                const Signal input = noise(6000, 3, 20.0);
                const auto moving = name == "ceiling" ? motion : [&motion](FrameCount n) { return -motion(n); };
                const Signal output = run_processor(
                    kLimiter,
                    {.input = {input},
                     .values = values_of(kLimiter, {{"lookahead", lookahead}, {"release", 0.005}, {"ceiling", -3.0}}),
                     .moving = {{name, moving}}})[0];
                for (std::size_t n = 0; n < output.size(); ++n) {
                    const auto at = static_cast<FrameCount>(n), row = floor_div(at, 64) * 64;
                    const double along = static_cast<double>(at - row) / 64.0;
                    const double here =
                        name == "ceiling" ? motion(row) + (motion(row + 64) - motion(row)) * along : -3.0;
                    ASSERT_LE(decibels(std::fabs(output[n])), here + 1e-5)
                        << name << " at " << n << ", lookahead " << lookahead;
                }
            }
}

TEST(Limiter, MovesItsGainWithoutJumpsWhereTheCeilingJumps) {
    const Signal input = constant(8192, 1.0);
    const auto jumps = [](FrameCount n) { return floor_div(n, 2048) % 2 ? -18.0 : -6.0; };
    const Signal output = run_processor(
        kLimiter,
        {.input = {input}, .values = values_of(kLimiter, {{"release", 0.01}}), .moving = {{"ceiling", jumps}}})[0];
    const auto gain = gains(output, input);
    for (std::size_t n = 1; n < gain.size(); ++n) ASSERT_LT(std::fabs(gain[n] - gain[n - 1]), 12.0 / 64.0 + 0.15) << n;
}

/// What a true-peak limiter is tried with. Sines start at once: their first frames reach Nyquist.
std::vector<Named> intersample_signals(std::size_t frames, double rate) {
    std::vector<Named> signals;
    for (const double share : {0.25, 1.0 / 3.0, 0.2004, 0.4167, 0.45})
        for (const double turns : {0.0, 0.125, 0.19})
            signals.push_back(
                {"sine at " + std::to_string(share) + " of the rate", sine(frames, share * rate, rate, 1.2, turns)});
    Signal burst = sine(frames, rate / 4.0, rate, 2.0, 0.125);
    for (std::size_t n = 0; n < frames; ++n) burst[n] *= n / 300 % 3 == 1 ? 1.0f : 0.05f;
    signals.push_back({"bursts at a quarter of the rate", burst});
    // White noise through a windowed sinc at 0.4 of the rate.
    const Signal white = noise(frames + 128, 5, 6.0);
    Signal band(frames, 0.0f);
    for (std::size_t n = 0; n < frames; ++n)
        for (int k = -64; k < 64; ++k) {
            const double t = k, window = 0.5 + 0.5 * std::cos(3.14159265358979 * t / 64);
            band[n] +=
                static_cast<float>(white[n + static_cast<std::size_t>(k + 64)] * window *
                                   (k == 0 ? 0.8 : std::sin(0.8 * 3.14159265358979 * t) / (3.14159265358979 * t)));
        }
    signals.push_back({"noise to 0.4 of the rate", band});
    for (float& sample : band) sample = std::min(std::max(sample, -2.0f), 2.0f);
    signals.push_back({"clipped noise", band});
    for (std::uint64_t seed = 7; seed < 10; ++seed) {
        Signal full = noise(frames, seed, 4.0);
        signals.push_back({"white noise", full});
        for (float& sample : full) sample = sample > 0.0f ? 3.0f : -2.0f;
        signals.push_back({"random telegraph", full});
    }
    return signals;
}

TEST(Limiter, LetsNoTruePeakAboveTheCeilingByAnIndependentMeasurementAt16Times) {
    for (const auto& [name, signal] : intersample_signals(3000, 48000.0))
        for (const double lookahead : {0.0001, 0.0015, 0.01}) {
            const Signal output =
                limit({{"detector", 1.0}, {"ceiling", -1.0}, {"lookahead", lookahead}, {"release", 0.01}}, {signal})[0];
            const double level = decibels(true_peak_reference(output));
            EXPECT_LE(level, -1.0) << name << ", lookahead " << lookahead;
            EXPECT_GE(level, -1.5) << name << ", lookahead " << lookahead;
        }
}

TEST(Limiter, BySamplePeakAloneWouldLetTruePeaksThrough) {
    const Signal input = sine(3000, 12000.0, 48000.0, 1.2, 0.125);
    EXPECT_GT(decibels(true_peak_reference(limit({}, {input})[0])), 0.5);
}

/// One moving average of the formula in docs/dynamics.md, by definition.
std::vector<double> averaged(const std::vector<double>& values, int length) {
    std::vector<double> result(values.size());
    for (std::size_t n = 0; n < values.size(); ++n) {
        for (int k = 0; k < length; ++k)
            result[n] += static_cast<int>(n) >= k ? values[n - static_cast<std::size_t>(k)] : 0.0;
        result[n] /= length;
    }
    return result;
}

TEST(Limiter, NullsAgainstItsDefinitionInDoublePrecision) {
    for (const double lookahead : {0.0001, 0.0031, 0.02})
        for (const double rate : {44100.0, 96000.0}) {
            const double ceiling = -3.0, drive = 4.0, release = 0.02;
            const auto ahead = static_cast<std::size_t>(std::max(1L, std::lround(lookahead * rate)));
            Signal input = noise(6000, 11, 2.0);
            for (std::size_t n = 0; n < input.size(); ++n) input[n] *= n / 700 % 2 ? 1.0f : 0.2f;
            std::vector<double> need(input.size() + ahead), reduction(need.size());
            for (std::size_t n = 0; n < input.size(); ++n)
                need[n] = std::max(0.0, decibels(std::fabs(input[n])) + drive - ceiling);
            double held = 0.0;
            for (std::size_t n = 0; n < need.size(); ++n) {
                double most = 0.0;
                for (std::size_t k = 0; k <= std::min(ahead, n); ++k) most = std::max(most, need[n - k]);
                reduction[n] = held = std::max(most, held * std::exp(-1.0 / (release * rate)));
            }
            const int first = static_cast<int>(ahead + 2) / 2;
            reduction = averaged(averaged(reduction, first), static_cast<int>(ahead) + 2 - first);
            std::vector<double> expected(input.size());
            for (std::size_t n = 0; n < input.size(); ++n)
                expected[n] = input[n] * from_decibels(drive - reduction[n + ahead]);
            const Signal output =
                limit({{"ceiling", ceiling}, {"drive", drive}, {"release", release}, {"lookahead", lookahead}}, {input},
                      {.sample_rate = rate})[0];
            EXPECT_LE(error_db(output, expected), -100.0) << lookahead << " s at " << rate;
        }
}

TEST(Limiter, HasTheLatencyOfLookaheadAndDetectorRoundedUpTo64Frames) {
    const auto latency = [](double detector, double lookahead, double rate) {
        const auto values = values_of(kLimiter, {{"detector", detector}, {"lookahead", lookahead}});
        return kLimiter.latency({.sample_rate = rate, .channels = 1, .values = values, .greatest = values});
    };
    EXPECT_EQ(latency(0, 0.0001, 48000), 64);
    EXPECT_EQ(latency(0, 0.005, 48000), 256);
    EXPECT_EQ(latency(0, 0.02, 192000), 3840);
    EXPECT_EQ(latency(1, 0.0001, 48000), 128);  // 48 + 40
    EXPECT_EQ(latency(1, 0.005, 48000), 320);   // 240 + 40
}

TEST(Limiter, GivesTheSameBitsAtAnyWidthBesideAnyNeighbourInAnyCutOfBlocks) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const auto uniform = [&](std::uint64_t index, double from, double to) {
            return from + (to - from) * 0.5 * (1.0 + random_at(seed, index));
        };
        const std::size_t channels = seed % 3 + 1;
        const double lookahead = uniform(1, 0.0001, 0.008);
        std::vector<StripRun> strips;
        for (std::uint64_t k = 0; k < 16 / channels; ++k) {
            StripRun strip{.input = {},
                           .values = values_of(kLimiter, {{"detector", seed % 2 ? 1.0 : 0.0},
                                                          {"lookahead", lookahead},
                                                          {"ceiling", uniform(10 + k, -12, 0)},
                                                          {"drive", uniform(30 + k, -6, 24)},
                                                          {"release", uniform(50 + k, 0.002, 0.1)},
                                                          {"link", k % 2 ? 100.0 : uniform(70 + k, 0, 100)}})};
            for (std::size_t c = 0; c < channels; ++c) {
                strip.input.push_back(noise(3000, 77 * k + c));
                for (std::size_t n = 0; n < 3000; ++n)
                    strip.input.back()[n] *= random_at(k, n / 400) > 0.0 ? 1.0f : 0.02f;
            }
            if (seed % 4 > 1)
                strip.moving["ceiling"] = [k](FrameCount n) {
                    return -8.0 + 6.0 * random_at(k, static_cast<std::uint64_t>(n + 6400) / 300);
                };
            strips.push_back(strip);
        }
        const auto together = run_processor(kLimiter, strips, {.width = 16});
        for (std::size_t k = 0; k < strips.size(); ++k)
            for (const int width : {1, 4, 8, 16}) {
                if (static_cast<std::size_t>(width) < channels) continue;
                EXPECT_EQ(run_processor(kLimiter, strips[k], {.width = width, .block_frames = 0, .seed = seed}),
                          together[k])
                    << "setting " << seed << ", strip " << k << ", width " << width;
            }
    }
}

TEST(Limiter, GivesTheSameBitsWhereAMovingParameterStaysWhereItIs) {
    const StripRun still{.input = {noise(4096, 1), noise(4096, 2)},
                         .values = values_of(kLimiter, {{"drive", 6.0}, {"link", 70.0}})};
    for (const std::string_view name : {"ceiling", "drive", "release", "link"}) {
        StripRun moving = still;
        const double value = still.values[parameter_index(kLimiter.description, name)];
        moving.moving[name] = [value](FrameCount) { return value; };
        EXPECT_EQ(run_processor(kLimiter, moving), run_processor(kLimiter, still)) << name;
    }
}

TEST(Limiter, ComesToRestAfterSilenceAndThenIsAsNew) {
    for (const double detector : {0.0, 1.0}) {
        const auto values = values_of(kLimiter, {{"detector", detector}, {"drive", 12.0}, {"release", 0.02}});
        const std::vector<kernels::StripValues> strips{
            {.sample_rate = 48000.0, .channels = 1, .values = values, .greatest = values}};
        const kernels::Setup setup{.width = 1, .strips = strips, .moving_per_block = {}, .moving_per_frame = {}};
        const auto used = kLimiter.create(setup), fresh = kLimiter.create(setup);
        FrameCount start = 0;
        const auto feed = [&](kernels::Processor& processor, Signal audio) {
            for (std::size_t at = 0; at + 64 <= audio.size(); at += 64)
                processor.process({.start = start += 64, .frames = 64, .audio = audio.data() + at, .controls = {}});
            return audio;
        };
        EXPECT_TRUE(fresh->settle());
        feed(*used, noise(8192, 1));
        EXPECT_FALSE(used->settle());
        int periods = 0;
        while (feed(*used, Signal(8192)), !used->settle()) ASSERT_LT(++periods, 20);
        const Signal next = noise(8192, 2);
        EXPECT_EQ(feed(*used, next), feed(*fresh, next));
    }
}

}  // namespace
}  // namespace dubplate
