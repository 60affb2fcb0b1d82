#include "kernels/processors/compressor.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/compressor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kCompressor;

/// Frames after `from` until `share` of the way from the gain there to the last one is covered.
double frames_to_cover(const std::vector<double>& gain, std::size_t from, double share) {
    const double start = gain[from - 1], end = gain.back();
    for (std::size_t n = from; n < gain.size(); ++n)
        if (std::fabs(gain[n] - start) >= share * std::fabs(end - start)) return static_cast<double>(n - from + 1);
    return INFINITY;
}

class CompressorCurve : public testing::TestWithParam<CompressorSettings> {};

TEST_P(CompressorCurve, LiesWithin005DecibelsOfTheFormulaAtEveryLevel) {
    CompressorSettings settings = GetParam();
    settings.attack = settings.release = 0.001;
    for (const double rate : {44100.0, 192000.0})
        for (double level = -130.0; level <= 12.0; level += 0.5) {
            const Signal input = step_signal(8192, 0, level, level);
            const double expected = static_curve(settings, level);
            const Signal output = compress(settings, {input}, {.sample_rate = rate})[0];
            EXPECT_NEAR(decibels(std::fabs(output.back() / input.back())), expected, 0.05)
                << level << " dBFS at " << rate;
        }
}

INSTANTIATE_TEST_SUITE_P(Downward, CompressorCurve,
                         testing::Values(CompressorSettings{.knee = 0}, CompressorSettings{.ratio = 2, .knee = 12},
                                         CompressorSettings{.threshold = -40, .ratio = 100, .knee = 48},
                                         CompressorSettings{.threshold = 0, .ratio = 1.5, .knee = 6},
                                         CompressorSettings{.threshold = -60, .ratio = 20, .knee = 3, .range = 12},
                                         CompressorSettings{.ratio = 1}));
INSTANTIATE_TEST_SUITE_P(Upward, CompressorCurve,
                         testing::Values(CompressorSettings{.upward = true, .knee = 0},
                                         CompressorSettings{.upward = true, .threshold = -30, .ratio = 2, .knee = 24},
                                         CompressorSettings{.upward = true, .ratio = 100, .knee = 6, .range = 20}));

TEST(Compressor, ReadsThePeakOfASineWithin005Decibels) {
    for (const double rate : kRates) {
        const CompressorSettings settings{.threshold = -20, .ratio = 4, .knee = 0, .attack = 0.02, .release = 0.3};
        const Signal input = sine(static_cast<std::size_t>(rate), 997.0, rate, from_decibels(-8.0));
        const Signal output = compress(settings, {input}, {.sample_rate = rate})[0];
        const std::size_t half = input.size() / 2;
        const double gain = decibels(rms(std::span(output).subspan(half)) / rms(std::span(input).subspan(half)));
        EXPECT_NEAR(gain, -9.0, 0.05) << rate;
    }
}

TEST(Compressor, ReadsASine3DecibelsBelowItsPeakByRms) {
    for (const double rate : kRates) {
        const CompressorSettings settings{
            .rms = true, .threshold = -20, .ratio = 4, .knee = 0, .attack = 0.02, .release = 0.3};
        const Signal input = sine(static_cast<std::size_t>(rate), 997.0, rate, from_decibels(-8.0));
        const Signal output = compress(settings, {input}, {.sample_rate = rate})[0];
        const std::size_t half = input.size() / 2;
        const double gain = decibels(rms(std::span(output).subspan(half)) / rms(std::span(input).subspan(half)));
        EXPECT_NEAR(gain, -0.75 * (12.0 - 3.0103), 0.05) << rate;
    }
}

TEST(Compressor, CoversTwoThirdsOfAFallOfGainInTheAttackTime) {
    for (const double rate : kRates)
        for (const double attack : {0.0005, 0.005, 0.03, 0.1}) {
            const auto frames = static_cast<std::size_t>(rate * attack * 16) + 2048;
            const CompressorSettings settings{.threshold = -30, .attack = attack, .release = 0.2};
            const Signal input = step_signal(frames, 1024, -60, -6);
            const auto gain = gains(compress(settings, {input}, {.sample_rate = rate})[0], input);
            EXPECT_NEAR(frames_to_cover(gain, 1024, 1 - std::exp(-1.0)) / rate / attack, 1.0, 0.05)
                << attack << " s at " << rate;
        }
}

TEST(Compressor, CoversTwoThirdsOfARiseOfGainInTheReleaseTimeWhateverTheAttack) {
    for (const double rate : {44100.0, 96000.0})
        for (const double release : {0.01, 0.1, 0.4})
            for (const double attack : {0.0, 0.001, 0.01, 0.4 * release, 0.9 * release}) {
                if (attack > release) continue;
                const auto fall = static_cast<std::size_t>(rate * std::max(attack, 0.001) * 14) / 64 * 64 + 640;
                const auto frames = fall + static_cast<std::size_t>(rate * release * 14);
                const CompressorSettings settings{.threshold = -30, .attack = attack, .release = release};
                const Signal input = step_signal(frames, fall, -6, -60);
                const auto gain = gains(compress(settings, {input}, {.sample_rate = rate})[0], input);
                EXPECT_NEAR(frames_to_cover(gain, fall, 1 - std::exp(-1.0)) / rate / release, 1.0, 0.05)
                    << attack << " and " << release << " s at " << rate;
            }
}

TEST(Compressor, KeepsItsTimesOverTenSecondsAt192Kilohertz) {
    const CompressorSettings settings{.threshold = -30, .ratio = 2, .knee = 0, .attack = 0.0, .release = 2.0};
    const Signal input = step_signal(192000 * 3, 192000 / 10, -6, -60);
    const auto gain = gains(compress(settings, {input}, {.sample_rate = 192000.0})[0], input);
    for (const double seconds : {0.5, 1.0, 2.0, 2.5})
        EXPECT_NEAR(gain[static_cast<std::size_t>(192000.0 * (0.1 + seconds))], -12.0 * std::exp(-seconds / 2.0), 1e-3);
}

TEST(Compressor, WaitsForTheHoldBeforeItReleases) {
    for (const double rate : {44100.0, 192000.0})
        for (const double hold : {0.0, 0.001, 0.05}) {
            const CompressorSettings settings{.threshold = -30, .attack = 0, .release = 0.05, .hold = hold};
            const Signal input = step_signal(static_cast<std::size_t>(rate / 4), 1280, -6, -60);
            const auto gain = gains(compress(settings, {input}, {.sample_rate = rate})[0], input);
            const auto held = static_cast<std::size_t>(std::lround(hold * rate));
            EXPECT_NEAR(gain[1279 + held], gain[1279], 1e-5);
            EXPECT_GT(gain[1280 + held], gain[1279] + 1e-4);
        }
}

TEST(Compressor, ReleasesSlowlyOnlyAfterLongReductionWhenAutomatic) {
    const CompressorSettings settings{.auto_release = true, .threshold = -30, .attack = 0, .release = 0.05};
    const auto left_after_release = [&](std::size_t loud) {
        const Signal input = step_signal(loud + 48000, loud, -6, -60);
        const auto gain = gains(compress(settings, {input})[0], input);
        return gain[loud + 2400 - 1] / gain[loud - 1];
    };
    // 1.3 ms loud: as set. 3 s loud: the slow envelope, at ten times the release, behind the fast one.
    const double slow = (10.0 * std::exp(-0.1) - std::exp(-1.0)) / 9.0;
    EXPECT_NEAR(left_after_release(64), std::exp(-1.0), 0.01);
    EXPECT_NEAR(left_after_release(48000 * 3), slow, 0.005);
    EXPECT_GT(left_after_release(48000 / 2), 0.4);
    EXPECT_LT(left_after_release(48000 / 2), slow - 0.01);
}

TEST(Compressor, LowersItsGainAheadOfAPeakByTheLookahead) {
    for (const double rate : {44100.0, 48000.0, 96000.0})
        for (const double lookahead : {0.0, 0.0007, 0.005, 0.02}) {
            const CompressorSettings settings{.threshold = -30, .attack = 0, .lookahead = lookahead};
            const Signal input = step_signal(8192, 4096, -60, -6);
            const auto gain = gains(compress(settings, {input}, {.sample_rate = rate})[0], input);
            const auto ahead = static_cast<std::size_t>(std::lround(lookahead * rate));
            EXPECT_NEAR(gain[4096 - ahead - 1], 0.0, 1e-5);
            EXPECT_NEAR(gain[4096 - ahead], -18.0, 0.05);
        }
}

TEST(Compressor, HasTheLatencyOfItsLookaheadRoundedUpTo64Frames) {
    for (const auto& [lookahead, frames] : {std::pair{0.0, 0}, {0.001, 64}, {0.005, 256}, {0.02, 960}}) {
        const auto values = values_of(kCompressor, {{"lookahead", lookahead}});
        EXPECT_EQ(kCompressor.latency({.sample_rate = 48000.0, .channels = 1, .values = values, .greatest = values}),
                  frames);
    }
}

TEST(Compressor, LetsTheInputThroughUntouchedBelowTheKnee) {
    const CompressorSettings settings{.threshold = -10, .knee = 6, .lookahead = 0.003};
    const Planar input{noise(4096, 1, from_decibels(-13.1)), noise(4096, 2, from_decibels(-13.1))};
    EXPECT_EQ(compress(settings, input), input);
}

TEST(Compressor, MixesTheInputInAsItWas) {
    const CompressorSettings settings{.threshold = -30, .ratio = 100, .knee = 0, .attack = 0, .makeup = 6, .mix = 30};
    const Signal input = step_signal(512, 0, -10, -10);
    const double expected = 0.7 + 0.3 * from_decibels(-20.0 + 6.0);
    EXPECT_NEAR(compress(settings, {input})[0].back() / input.back(), expected, 1e-5);
}

TEST(Compressor, MovesItsMakeupAtEveryFrameAndItsThresholdInStraightLines) {
    const CompressorSettings settings{.ratio = 100, .knee = 0, .attack = 0, .release = 0.001};
    const Signal input = step_signal(4096, 0, -6, -6);
    const auto makeup = [](FrameCount n) { return 0.001 * static_cast<double>(n); };
    const auto threshold = [](FrameCount n) { return -10.0 - 20.0 * static_cast<double>(n) / 4096.0; };
    for (const double lookahead : {0.0, 0.002}) {
        CompressorSettings ahead = settings;
        ahead.lookahead = lookahead;
        const Signal output = run_processor(kCompressor, {.input = {input},
                                                          .values = values_of(ahead, kCompressor),
                                                          .moving = {{"makeup", makeup}, {"threshold", threshold}}})[0];
        const auto gain = gains(output, input);
        for (std::size_t n = 0; n < 3900; ++n) {
            const auto at = static_cast<FrameCount>(n);
            // The detector reads the threshold of the latency's frames, up to 64 - 1 earlier than the lookahead's.
            ASSERT_NEAR(gain[n], threshold(at) + 6.0 + makeup(at), lookahead > 0.0 ? 0.2 : 0.002) << n;
        }
    }
}

TEST(Compressor, DoesNotJumpWhileAnyParameterMoves) {
    const Signal input = step_signal(24576, 0, -12, -12);
    const auto sweep = [](double from, double to) {
        return [=](FrameCount n) {
            return from + (to - from) * 0.5 * (1.0 - std::cos(6.283185307 * static_cast<double>(n) / 12288.0));
        };
    };
    const std::pair<std::string_view, std::pair<double, double>> sweeps[] = {{"threshold", {-40, -6}},
                                                                             {"ratio", {1, 100}},
                                                                             {"knee", {0, 48}},
                                                                             {"range", {0, 20}},
                                                                             {"mix", {0, 100}},
                                                                             {"link", {0, 100}},
                                                                             {"attack", {0, 0.1}},
                                                                             {"release", {0.001, 0.5}},
                                                                             {"hold", {0, 0.1}},
                                                                             {"makeup", {-20, 20}},
                                                                             {"key_high_pass", {20, 400}},
                                                                             {"key_low_pass", {200, 9000}}};
    for (const auto& [name, range] : sweeps) {
        const CompressorSettings settings{.threshold = -30, .attack = 0.002, .release = 0.05};
        const Signal output = run_processor(kCompressor, {.input = {input, input},
                                                          .values = values_of(settings, kCompressor),
                                                          .moving = {{name, sweep(range.first, range.second)}}})[0];
        const auto gain = gains(output, input);
        for (std::size_t n = 1024; n < gain.size(); ++n)
            ASSERT_LT(std::fabs(gain[n] - gain[n - 1]), 0.06) << name << " at " << n;
    }
}

TEST(Compressor, NullsAgainstTheDoublePrecisionReferenceInAnySetting) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const CompressorSettings settings = random_settings(seed);
        const double rate = kRates[seed % 4];
        const Planar input{programme(16000, seed), programme(16000, 50 + seed)};
        const Planar key = seed % 3 ? Planar{} : Planar{programme(16000, 500 + seed), programme(16000, 550 + seed)};
        const Planar output =
            run_processor(kCompressor, {.input = input, .values = values_of(settings, kCompressor), .key = key},
                          {.sample_rate = rate});
        const auto reference = compress_reference(settings, rate, input, key);
        for (std::size_t c = 0; c < 2; ++c) EXPECT_LE(error_db(output[c], reference[c]), -130.0) << seed;
    }
}

TEST(Compressor, GivesTheSameBitsAtAnyWidthBesideAnyNeighbourInAnyCutOfBlocks) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        std::vector<StripRun> strips;
        const std::size_t channels = seed % 3 + 1;
        CompressorSettings common = random_settings(seed);
        for (std::uint64_t k = 0; k < 16 / channels; ++k) {
            CompressorSettings settings = random_settings(100 * seed + k);
            settings.upward = common.upward, settings.rms = common.rms, settings.lookahead = common.lookahead;
            StripRun strip{.input = {}, .values = values_of(settings, kCompressor)};
            for (std::size_t c = 0; c < channels; ++c) strip.input.push_back(programme(3000, 77 * k + c));
            if (seed % 2)
                strip.moving["threshold"] = [k](FrameCount n) {
                    return -40.0 + 0.003 * static_cast<double>(n % 7777) - static_cast<double>(k);
                };
            if (seed % 4 > 1)
                strip.moving["makeup"] = [k](FrameCount n) {
                    return 0.001 * static_cast<double>(n) + static_cast<double>(k);
                };
            strips.push_back(strip);
        }
        const auto together = run_processor(kCompressor, strips, {.width = 16});
        for (std::size_t k = 0; k < strips.size(); ++k)
            for (const int width : {1, 4, 8, 16}) {
                if (static_cast<std::size_t>(width) < channels) continue;
                EXPECT_EQ(run_processor(kCompressor, strips[k], {.width = width, .block_frames = 0, .seed = seed}),
                          together[k])
                    << "setting " << seed << ", strip " << k << ", width " << width;
            }
    }
}

TEST(Compressor, GivesTheSameBitsWithoutKneeAndMixBesideNeighboursThatHaveThem) {
    // Where no lane has any the body takes a shorter way.
    for (const bool rms : {false, true})
        for (const bool upward : {false, true}) {
            const CompressorSettings bare{.upward = upward, .rms = rms, .threshold = -30, .knee = 0, .makeup = 2};
            CompressorSettings knee = bare, mix = bare;
            knee.knee = 9, mix.mix = 40;
            const auto strip = [](const CompressorSettings& settings, std::uint64_t seed) {
                return StripRun{.input = {programme(3000, seed)}, .values = values_of(settings, kCompressor)};
            };
            const Planar alone = run_processor(kCompressor, strip(bare, 1), {.width = 4});
            for (const CompressorSettings& other : {knee, mix})
                EXPECT_EQ(run_processor(kCompressor, {strip(other, 2), strip(bare, 1)}, {.width = 4})[1], alone);
        }
}

TEST(Compressor, GivesTheSameBitsWhereAMovingParameterStaysWhereItIs) {
    const CompressorSettings settings = random_settings(3);
    const StripRun still{.input = {programme(4096, 1), programme(4096, 2)}, .values = values_of(settings, kCompressor)};
    for (const std::string_view name : {"threshold", "ratio", "knee", "attack", "release", "hold", "range", "makeup",
                                        "mix", "link", "key_high_pass", "key_low_pass"}) {
        StripRun moving = still;
        const double value = still.values[parameter_index(kCompressor.description, name)];
        moving.moving[name] = [value](FrameCount) { return value; };
        EXPECT_EQ(run_processor(kCompressor, moving), run_processor(kCompressor, still)) << name;
    }
}

TEST(Compressor, MultipliesByTheVeryGainsThatItGivesAway) {
    // process() may take a shorter way than detect() and apply(), as copies of a bus in stems do.
    const std::vector<std::vector<double>> settings = {
        values_of(kCompressor, {{"makeup", 3.0}, {"ratio", 2.5}}),
        values_of(kCompressor, {{"mode", 1.0}, {"mix", 60.0}, {"hold", 0.01}}),
        values_of(kCompressor, {{"detector", 1.0}, {"link", 30.0}, {"knee", 0.0}}),
        values_of(kCompressor, {{"key_high_pass", 300.0}, {"auto_release", 1.0}, {"attack", 0.0}}),
        values_of(kCompressor, {{"lookahead", 0.003}})};
    for (const int width : {4, 8, 16})
        for (const std::vector<double>& values : settings) {
            SCOPED_TRACE(&values - settings.data());
            const std::vector<kernels::StripValues> strips(
                static_cast<std::size_t>(width / 2),
                {.sample_rate = 48000.0, .channels = 2, .values = values, .greatest = values});
            const kernels::Setup setup{
                .width = width, .strips = strips, .moving_per_block = {}, .moving_per_frame = {}};
            const auto whole = kCompressor.create(setup), parts = kCompressor.create(setup);
            auto& gains = dynamic_cast<kernels::GainProcessor&>(*parts);
            alignas(64) float a[512 * 16], b[512 * 16], gain[512 * 16];
            for (FrameCount start = 0; start < 8192; start += 512) {
                for (int i = 0; i < 512 * width; ++i)
                    a[i] = b[i] = static_cast<float>(random_at(5, static_cast<std::uint64_t>(start * width + i)) *
                                                     (start % 2048 == 0 ? 1.0 : 0.1));
                whole->process({.start = start, .frames = 512, .audio = a, .key = nullptr, .controls = {}});
                const kernels::LaneBlock block{
                    .start = start, .frames = 512, .audio = b, .key = nullptr, .controls = {}};
                gains.detect(block, gain);
                gains.apply(block, gain);
                ASSERT_TRUE(std::equal(a, a + 512 * width, b)) << start << " at width " << width;
            }
        }
}

}  // namespace
}  // namespace dubplate
