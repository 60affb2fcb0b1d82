#include "kernels/processors/compressor.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/compressor_reference.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kCompressor;

constexpr double kRates[] = {44100.0, 48000.0, 96000.0, 192000.0};

Planar compress(const CompressorSettings& settings, const Planar& input, RunOptions options = {}) {
    return run_processor(kCompressor, {.input = input, .values = values_of(settings, kCompressor)}, options);
}

/// Gains in dB, frame by frame. Nothing is where the input is 0.
std::vector<double> gains(const Signal& output, const Signal& input) {
    std::vector<double> result(output.size());
    for (std::size_t n = 0; n < output.size(); ++n) result[n] = decibels(std::fabs(output[n] / input[n]));
    return result;
}

/// A level that changes at a frame, as alternating samples: every sample is a peak.
Signal step_signal(std::size_t frames, std::size_t at, double before_db, double after_db) {
    Signal signal(frames);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] = static_cast<float>((n % 2 ? -1.0 : 1.0) * from_decibels(n < at ? before_db : after_db));
    return signal;
}

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

TEST(Compressor, FollowsTheLoudestChannelAsFarAsTheLinkSays) {
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

TEST(Compressor, GivesLinkedChannelsExactlyTheSameGain) {
    const CompressorSettings settings{.threshold = -30, .attack = 0.001, .release = 0.02};
    const Signal left = noise(4096, 1), quiet = constant(4096, 0.25);
    const Planar output = compress(settings, {left, quiet});
    for (std::size_t n = 0; n < 4096; ++n) ASSERT_FLOAT_EQ(output[0][n], output[1][n] * 4.0f * left[n]) << n;
}

TEST(Compressor, HearsTheKeyInsteadOfItsInput) {
    const CompressorSettings settings{.threshold = -30, .ratio = 100, .knee = 0, .attack = 0};
    const Signal input = noise(2048, 1, 0.1), key = step_signal(2048, 0, -10, -10);
    const Signal output =
        run_processor(kCompressor, {.input = {input}, .values = values_of(settings, kCompressor), .key = {key}})[0];
    std::vector<double> expected;
    for (const float sample : input) expected.push_back(sample * from_decibels(-20.0));
    EXPECT_LE(error_db(output, expected), -100.0);
}

TEST(Compressor, HearsTheKeyThroughItsFilters) {
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

/// Settings drawn from the whole space.
CompressorSettings random_settings(std::uint64_t seed) {
    std::uint64_t draws = 0;
    const auto uniform = [&](double from, double to) {
        return from + (to - from) * 0.5 * (1.0 + random_at(seed, draws++));
    };
    const auto sometimes = [&](double value) { return uniform(0, 1) < 0.5 ? value : 0.0; };
    CompressorSettings s{
        .upward = uniform(0, 1) < 0.3, .rms = uniform(0, 1) < 0.4, .auto_release = uniform(0, 1) < 0.4};
    s.threshold = uniform(-50, -6);
    s.ratio = uniform(1, 20);
    s.knee = sometimes(uniform(0, 30));
    s.attack = sometimes(uniform(0, 0.05));
    s.release = uniform(0.005, 0.3);
    s.hold = sometimes(uniform(0, 0.02));
    s.range = uniform(6, 60);
    s.makeup = uniform(-6, 12);
    s.mix = uniform(0, 100);
    s.link = uniform(0, 1) < 0.5 ? 100.0 : uniform(0, 100);
    s.lookahead = sometimes(uniform(0, 0.01));
    s.key_high_pass = sometimes(uniform(20, 500));
    s.key_low_pass = sometimes(uniform(800, 12000));
    return s;
}

/// Bursts of noise between passages of near silence.
Signal programme(std::size_t frames, std::uint64_t seed) {
    Signal signal = noise(frames, seed);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] *= static_cast<float>(from_decibels(-6.0 + 40.0 * std::min(0.0, random_at(seed + 1000, n / 1500))));
    return signal;
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

/// One mono strip, block after block by hand.
class LoneCompressor {
public:
    explicit LoneCompressor(const CompressorSettings& settings)
        : values_(values_of(settings, kCompressor)),
          strip_{{.sample_rate = 48000.0, .channels = 1, .values = values_, .greatest = values_}},
          processor_(
              kCompressor.create({.width = 1, .strips = strip_, .moving_per_block = {}, .moving_per_frame = {}})) {}

    Signal feed(Signal audio) {
        for (std::size_t at = 0; at + 64 <= audio.size(); at += 64)
            processor_->process({.start = start_ += 64, .frames = 64, .audio = audio.data() + at, .controls = {}});
        return audio;
    }
    bool settle() { return processor_->settle(); }

private:
    std::vector<double> values_;
    std::vector<kernels::StripValues> strip_;
    std::unique_ptr<kernels::Processor> processor_;
    FrameCount start_ = 0;
};

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

TEST(Compressor, ComesToRestAfterSilenceAndThenIsAsNew) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        SCOPED_TRACE(seed);
        const CompressorSettings settings = random_settings(seed);
        LoneCompressor used(settings), fresh(settings);
        EXPECT_TRUE(fresh.settle());
        used.feed(programme(8192, seed));
        EXPECT_FALSE(used.settle());
        int periods = 0;
        do {
            const Signal silence = used.feed(Signal(8192));
            if (periods > 0) {
                EXPECT_EQ(peak(silence), 0.0);
            }
            // Ten automatic releases of 0.3 s leave e^-27.6 after 28 * 3 s.
        } while (!used.settle() && ++periods < 600);
        EXPECT_LT(periods, 600);
        const Signal next = programme(4096, seed + 1);
        EXPECT_EQ(used.feed(next), fresh.feed(next));
    }
}

TEST(Compressor, SurvivesWhatNoAudioShouldBe) {
    for (const float odd : {INFINITY, NAN, -1e38f, 1e-42f}) {
        CompressorSettings settings = random_settings(5);
        settings.rms = false, settings.key_high_pass = settings.key_low_pass = 0;
        LoneCompressor compressor(settings);
        Signal block = programme(64, 1);
        block[7] = odd;
        compressor.feed(block);
        // What was odd comes out once the lookahead has passed; the gain is a number again behind it.
        compressor.feed(Signal(1024, 0.1f));
        for (const float sample : compressor.feed(Signal(48000, 0.1f))) ASSERT_TRUE(std::isfinite(sample)) << odd;
    }
}

}  // namespace
}  // namespace dubplate
