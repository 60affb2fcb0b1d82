#include "kernels/processors/eq.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "kernels/processors/eq_design.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kEq;

constexpr double kLowShelf = 1.0, kHighShelf = 2.0, kLowPass = 3.0, kHighPass = 4.0, kBandPass = 5.0;
constexpr double kMid = 1.0, kSide = 2.0, kLeft = 3.0, kRight = 4.0;

/// A mix of sections, with and without corrections.
std::vector<double> busy_values(std::uint64_t seed = 0) {
    const auto drift = [&](std::uint64_t index) { return 1.0 + 0.2 * random_at(seed, index); };
    return values_of(kEq,
                     {{"bands/0/type", kHighPass},
                      {"bands/0/frequency", 60.0 * drift(0)},
                      {"bands/0/slope", 2.0},
                      {"bands/1/type", kLowShelf},
                      {"bands/1/frequency", 150.0 * drift(1)},
                      {"bands/1/gain", 3.0 * drift(2)},
                      {"bands/2/frequency", 4000.0 * drift(3)},
                      {"bands/2/gain", -6.0},
                      {"bands/2/q", 2.0 * drift(4)},
                      {"bands/3/type", kHighShelf},
                      {"bands/3/frequency", 9000.0 * drift(5)},
                      {"bands/3/gain", 4.0},
                      {"bands/4/type", kLowPass},
                      {"bands/4/frequency", 17000.0 * drift(6)},
                      {"bands/4/slope", 3.0}},
                     5);
}

TEST(Eq, WithoutBandsLeavesTheInputAlone) {
    const Planar input{noise(1000, 1), noise(1000, 2)};
    EXPECT_EQ(run_processor(kEq, {.input = input, .values = values_of(kEq)}), input);
    EXPECT_EQ(run_processor(kEq, {.input = input, .values = values_of(kEq, {{"bands/0/gain", 0.0}}, 1)}), input);
    EXPECT_EQ(
        run_processor(kEq, {.input = input, .values = values_of(kEq, {{"bands/0/gain", 9.0}, {"bands/0/on", 0.0}}, 1)}),
        input);
}

TEST(Eq, EqualsTheSectionsRunDirectlyInLongDouble) {
    const Signal input = noise(20000, 3);
    for (const double hertz : {12.0, 100.0, 3000.0, 15000.0})
        for (const kernels::EqBand& band : {kernels::EqBand{kernels::EqType::bell, 2, hertz, 11.0, 5.0},
                                            kernels::EqBand{kernels::EqType::high_pass, 7, hertz},
                                            kernels::EqBand{kernels::EqType::low_shelf, 2, hertz, -9.0, 0.5}}) {
            SCOPED_TRACE(std::to_string(hertz) + " type " + std::to_string(static_cast<int>(band.type)));
            std::array<kernels::EqSection, kernels::kEqMostSections> sections;
            kernels::design_eq_band(band, 48000.0, sections.data());
            std::vector<long double> reference(input.begin(), input.end());
            for (int i = 0; i < kernels::eq_section_count(band.type, band.order); ++i) {
                const kernels::Biquad<double> k = kernels::biquad_of(sections[static_cast<std::size_t>(i)]);
                long double x1 = 0.0L, x2 = 0.0L, y1 = 0.0L, y2 = 0.0L;
                for (long double& sample : reference) {  // direct form I
                    const long double y = k.b0 * sample + k.b1 * x1 + k.b2 * x2 + k.c1 * y1 + k.c2 * y2;
                    x2 = x1, x1 = sample, y2 = y1, y1 = y;
                    sample = y;
                }
            }
            const Signal output =
                run_processor(kEq, {.input = {input},
                                    .values = values_of(kEq,
                                                        {{"bands/0/type", static_cast<double>(band.type)},
                                                         {"bands/0/slope", band.order - 1.0},
                                                         {"bands/0/frequency", band.frequency_hz},
                                                         {"bands/0/gain", band.gain_db},
                                                         {"bands/0/q", band.q}},
                                                        1)})[0];
            EXPECT_LE(error_db(output, reference), -140.0);
        }
}

TEST(Eq, AddsLessThan130DecibelsBelowAFullScaleSineWhateverItsBandsAre) {
    for (std::uint64_t seed = 0; seed < 24; ++seed) {
        std::uint64_t draws = 0;
        const auto uniform = [&](double from, double to) {
            return from + (to - from) * 0.5 * (1.0 + random_at(seed, draws++));
        };
        std::vector<std::pair<std::string, double>> settings;
        std::vector<kernels::EqBand> bands;
        for (int band = 0; band < 4; ++band) {
            constexpr double kTypes[] = {0.0, 0.0, kLowShelf, kHighShelf, kHighPass};
            const double type = kTypes[static_cast<std::size_t>(uniform(0.0, 4.999))];
            const double hertz = 20.0 * std::pow(600.0, uniform(0.0, 1.0)), gain = uniform(-12.0, 12.0);
            const double q = type == 0.0 ? uniform(0.4, 6.0) : 0.7;
            const std::string at = "bands/" + std::to_string(band) + "/";
            settings.insert(settings.end(),
                            {{at + "type", type}, {at + "frequency", hertz}, {at + "gain", gain}, {at + "q", q}});
            bands.push_back({static_cast<kernels::EqType>(type), 2, hertz, gain, q});
        }
        std::vector<double> values = values_of(kEq, {}, 4);
        for (const auto& [path, value] : settings) values[parameter_index(kEq.description, path)] = value;
        for (const kernels::EqBand& band : bands) {
            const Signal input = sine(48000, band.frequency_hz, 48000.0, 0.99);
            std::vector<long double> reference(input.begin(), input.end());
            for (const kernels::EqBand& each : bands) {
                std::array<kernels::EqSection, kernels::kEqMostSections> sections;
                kernels::design_eq_band(each, 48000.0, sections.data());
                for (int i = 0; i < kernels::eq_section_count(each.type, each.order); ++i) {
                    const kernels::Biquad<double> k = kernels::biquad_of(sections[static_cast<std::size_t>(i)]);
                    long double s1 = 0.0L, s2 = 0.0L;
                    for (long double& sample : reference) {
                        const long double x = sample;
                        sample = k.b0 * x + s1;
                        s1 = k.b1 * x + k.c1 * sample + s2;
                        s2 = k.b2 * x + k.c2 * sample;
                    }
                }
            }
            const Signal output = run_processor(kEq, {.input = {input}, .values = values})[0];
            double error = 0.0, power = 0.0;
            for (std::size_t n = 0; n < output.size(); ++n) {
                error += std::pow(static_cast<double>(output[n] - reference[n]), 2.0);
                power += std::pow(static_cast<double>(reference[n]), 2.0);
            }
            // Of the sine where it is loudest.
            EXPECT_LE(10.0 * std::log10(error / std::max(power, 24000.0)), -130.0)
                << seed << ", a sine at " << band.frequency_hz << " Hz";
        }
    }
}

TEST(Eq, IsLinearSoThatAnInvertedCopyCancels) {
    const Signal input = noise(4096, 4);
    Signal turned = input;
    for (float& sample : turned) sample = -sample;
    const Signal a = run_processor(kEq, {.input = {input}, .values = busy_values()})[0];
    const Signal b = run_processor(kEq, {.input = {turned}, .values = busy_values()})[0];
    for (std::size_t n = 0; n < a.size(); ++n) ASSERT_EQ(a[n], -b[n]) << n;
}

TEST(Eq, GivesTheSameBitsAtAnyWidthBesideAnyNeighbour) {
    std::vector<StripRun> strips;
    for (std::uint64_t strip = 0; strip < 8; ++strip) {
        strips.push_back({.input = {noise(1500, strip), noise(1500, 100 + strip)}, .values = busy_values(strip)});
        strips.back().values[2 * 7] = strip % 3 == 1 ? 0.0 : 1.0;  // bands/2/on
        strips.back().input[0][700] = -0.0f;
    }
    const std::vector<Planar> together = run_processor(kEq, strips, {.width = 16});
    for (std::size_t strip = 0; strip < strips.size(); ++strip)
        for (const int width : {4, 8, 16})
            EXPECT_EQ(run_processor(kEq, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                << strip << " at width " << width;
    const StripRun mono{.input = {strips[0].input[0]}, .values = strips[0].values};
    EXPECT_EQ(run_processor(kEq, mono, {.width = 1})[0], together[0][0]);
}

TEST(Eq, GivesTheSameBitsInFloatBesideNeighboursInDouble) {
    const auto strip = [](double hertz, double gain, double q, std::uint64_t seed) {
        return StripRun{.input = {noise(1500, seed)},
                        .values = values_of(kEq,
                                            {{"bands/0/frequency", hertz},
                                             {"bands/0/gain", gain},
                                             {"bands/0/q", q},
                                             {"bands/1/frequency", 5000.0},
                                             {"bands/1/gain", 4.0}},
                                            2)};
    };
    std::vector<StripRun> strips;
    for (std::uint64_t k = 0; k < 16; ++k) strips.push_back(strip(300.0 + 20.0 * static_cast<double>(k), 3.0, 1.0, k));
    const std::vector<Planar> alike = run_processor(kEq, strips, {.width = 16});
    strips[5] = strip(15.0, 11.0, 20.0, 5);  // as low and narrow as float cannot hold
    strips[9].values[parameter_index(kEq.description, "bands/0/on")] = 0.0;
    const std::vector<Planar> mixed = run_processor(kEq, strips, {.width = 16});
    for (std::size_t k = 0; k < strips.size(); ++k) {
        if (k != 5 && k != 9) {
            EXPECT_EQ(mixed[k], alike[k]) << k;
        }
        for (const int width : {1, 4, 8})
            EXPECT_EQ(run_processor(kEq, strips[k], {.width = width, .block_frames = 0}), mixed[k])
                << k << " at width " << width;
    }
}

TEST(Eq, GivesTheSameBitsAtAnyWidthWhileItMoves) {
    std::vector<StripRun> strips;
    for (std::uint64_t strip = 0; strip < 8; ++strip) {
        const auto frequency = [strip](FrameCount frame) {
            return 3000.0 + 300.0 * static_cast<double>(strip) + 0.4 * static_cast<double>(frame);
        };
        const auto gain = [strip](FrameCount frame) {
            return strip == 2 || frame < 700 ? -6.0 : 9.0 - 0.01 * static_cast<double>(frame);
        };
        const auto on = [strip](FrameCount frame) { return strip == 5 && frame > 900 ? 0.0 : 1.0; };
        strips.push_back({.input = {noise(3000, strip), noise(3000, 100 + strip)},
                          .values = busy_values(strip),
                          .moving = {{"bands/2/frequency", frequency}, {"bands/3/gain", gain}, {"bands/1/on", on}}});
    }
    const std::vector<Planar> together = run_processor(kEq, strips, {.width = 16});
    for (std::size_t strip = 0; strip < strips.size(); ++strip)
        for (const int width : {4, 8, 16})
            EXPECT_EQ(run_processor(kEq, strips[strip], {.width = width, .block_frames = 0}), together[strip])
                << strip << " at width " << width;
    StripRun mono{.input = {strips[3].input[0]}, .values = strips[3].values, .moving = strips[3].moving};
    EXPECT_EQ(run_processor(kEq, mono, {.width = 1})[0], together[3][0]);
}

TEST(Eq, TreatsAllChannelsOfWiderStripsAlike) {
    Planar input;
    for (std::uint64_t channel = 0; channel < 12; ++channel) input.push_back(noise(1000, channel));
    const Planar output = run_processor(kEq, {.input = input, .values = busy_values()});
    for (std::size_t channel = 0; channel < 12; ++channel)
        EXPECT_EQ(output[channel], run_processor(kEq, {.input = {input[channel]}, .values = busy_values()})[0]);
}

TEST(Eq, MovingWithoutMovingEqualsStandingStill) {
    const Signal input = noise(8192, 5);
    for (const double type : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0})
        for (const double hertz : {80.0, 5000.0, 14000.0}) {
            SCOPED_TRACE(std::to_string(type) + " at " + std::to_string(hertz));
            const std::vector<double> values =
                values_of(kEq, {{"bands/0/type", type}, {"bands/0/frequency", hertz}, {"bands/0/gain", 8.0}}, 1);
            const Signal still = run_processor(kEq, {.input = {input}, .values = values})[0];
            const Signal moving =
                run_processor(kEq, {.input = {input},
                                    .values = values,
                                    .moving = {{"bands/0/frequency", [&](FrameCount) { return hertz; }}}})[0];
            EXPECT_LE(error_db(moving, still), -120.0);
        }
}

TEST(Eq, ArrivesWhereItsAutomationEnds) {
    const Signal input = noise(32768, 6);
    const std::vector<double> values = values_of(kEq, {{"bands/0/frequency", 6000.0}, {"bands/0/gain", 10.0}}, 1);
    const auto frequency = [](FrameCount frame) { return std::min(6000.0, 300.0 + static_cast<double>(frame)); };
    const Signal still = run_processor(kEq, {.input = {input}, .values = values})[0];
    const Signal moving =
        run_processor(kEq, {.input = {input}, .values = values, .moving = {{"bands/0/frequency", frequency}}})[0];
    EXPECT_LE(error_db(Signal(moving.begin() + 16384, moving.end()), Signal(still.begin() + 16384, still.end())),
              -120.0);
}

TEST(Eq, NeitherStepsNorClicksWhileItSweeps) {
    // The second difference shows clicks: a sine's own is (2 pi f / rate)^2, -75 dB. Where a value hops by 24 dB its 64
    // frames make a straight line of 3.75 and so a corner of 342 times that; a step would be 44000.
    const Signal input = sine(48000, 100.0, 48000.0);
    const double smooth = std::pow(2.0 * M_PI * 100.0 / 48000.0, 2.0);
    const auto up = [](FrameCount frame) { return 50.0 * std::pow(300.0, static_cast<double>(frame) / 48000.0); };
    const auto swing = [](FrameCount frame) {
        return 12.0 * std::sin(2.0 * M_PI * 3.0 * static_cast<double>(frame) / 48000.0);
    };
    const auto hop = [](FrameCount frame) { return frame / 4800 % 2 ? 12.0 : -12.0; };
    const auto toggle = [](FrameCount frame) { return frame / 4800 % 2 ? 1.0 : 0.0; };
    struct Case {
        double type, slope;
        std::string_view path;
        std::function<double(FrameCount)> at;
        double most;  // second difference by that of a full-scale sine
    };
    const Case cases[] = {{0.0, 1.0, "bands/0/frequency", up, 5.0}, {0.0, 1.0, "bands/0/gain", swing, 4.5},
                          {1.0, 1.0, "bands/0/frequency", up, 5.0}, {2.0, 1.0, "bands/0/frequency", up, 5.0},
                          {2.0, 1.0, "bands/0/gain", swing, 4.5},   {3.0, 7.0, "bands/0/frequency", up, 2.0},
                          {8.0, 1.0, "bands/0/frequency", up, 5.0}, {1.0, 1.0, "bands/0/gain", hop, 450.0},
                          {0.0, 1.0, "bands/0/on", toggle, 100.0}};
    for (const Case& one : cases) {
        SCOPED_TRACE(std::string(one.path) + " of type " + std::to_string(one.type));
        const std::vector<double> values = values_of(kEq,
                                                     {{"bands/0/type", one.type},
                                                      {"bands/0/slope", one.slope},
                                                      {"bands/0/frequency", 200.0},
                                                      {"bands/0/gain", 12.0},
                                                      {"bands/0/q", 1.0}},
                                                     1);
        const Signal output =
            run_processor(kEq, {.input = {input}, .values = values, .moving = {{one.path, one.at}}})[0];
        double greatest = 0.0;
        for (std::size_t n = 2400; n < output.size(); ++n)  // the sine's own beginning is a corner, too
            greatest =
                std::max(greatest, std::fabs(static_cast<double>(output[n]) - 2.0 * output[n - 1] + output[n - 2]));
        EXPECT_LE(greatest / smooth, one.most);
        EXPECT_GE(peak(output), 0.9);
    }
}

TEST(Eq, StaysBoundedOnAnyAutomation) {
    // Everything jumps anywhere every 64 frames; what rings cannot be louder than the greatest boost times a margin.
    for (const double type : {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0}) {
        SCOPED_TRACE(type);
        const auto random = [](std::uint64_t stream, FrameCount frame) {
            return 0.5 + 0.5 * random_at(stream, static_cast<std::uint64_t>(frame / 64));
        };
        const StripRun strip{
            .input = {noise(48000, 7)},
            .values = values_of(kEq, {{"bands/0/type", type}}, 1),
            .moving = {
                {"bands/0/frequency", [&](FrameCount frame) { return 10.0 * std::pow(2350.0, random(1, frame)); }},
                {"bands/0/gain", [&](FrameCount frame) { return 24.0 * random(2, frame) - 12.0; }},
                {"bands/0/q", [&](FrameCount frame) { return 0.1 * std::pow(400.0, random(3, frame)); }},
                {"bands/0/on", [&](FrameCount frame) { return random(4, frame) < 0.2 ? 0.0 : 1.0; }}}};
        const Signal output = run_processor(kEq, strip, {.tail_frames = 480000})[0];
        EXPECT_LE(peak(output), 40.0);
        EXPECT_GE(peak(output), 0.1);
    }
}

TEST(Eq, WorksOnOneSideOnly) {
    const Planar input{noise(2000, 8), noise(2000, 9)};
    const auto with = [&](double channels) {
        return run_processor(
            kEq,
            {.input = input, .values = values_of(kEq, {{"bands/0/gain", 9.0}, {"bands/0/channels", channels}}, 1)});
    };
    const Planar both = with(0.0), left = with(kLeft), right = with(kRight);
    EXPECT_EQ(left, (Planar{both[0], input[1]}));
    EXPECT_EQ(right, (Planar{input[0], both[1]}));
}

TEST(Eq, WorksOnMidAndSide) {
    const Signal a = noise(4000, 10), b = noise(4000, 11);
    for (const bool moves : {false, true})
        for (const double channels : {kMid, kSide}) {
            SCOPED_TRACE(std::to_string(channels) + (moves ? " moving" : " still"));
            const auto run = [&](const Planar& input, double on) {
                StripRun strip{.input = input,
                               .values = values_of(kEq, {{"bands/0/gain", 9.0}, {"bands/0/channels", on}}, 1)};
                if (moves)
                    strip.moving = {
                        {"bands/0/gain", [](FrameCount frame) { return 9.0 - 0.001 * static_cast<double>(frame); }}};
                return run_processor(kEq, strip, {.width = 8});
            };
            const auto sides = [](const Planar& stereo) {
                Planar result(2, Signal(stereo[0].size()));
                for (std::size_t n = 0; n < stereo[0].size(); ++n) {
                    result[0][n] = 0.5f * (stereo[0][n] + stereo[1][n]);
                    result[1][n] = 0.5f * (stereo[0][n] - stereo[1][n]);
                }
                return result;
            };
            const Planar output = sides(run({a, b}, channels)), plain = sides({a, b}), filtered = run(plain, 0.0);
            const std::size_t worked = channels == kMid ? 0 : 1;
            EXPECT_LE(error_db(output[worked], filtered[worked]), -120.0);
            EXPECT_LE(error_db(output[1 - worked], plain[1 - worked]), -120.0);
            EXPECT_GE(error_db(output[worked], plain[worked]), -40.0);
            // What has no side comes out of a side band as it went in.
            const Planar middle = run({a, a}, kSide);
            EXPECT_LE(error_db(middle[0], a), -140.0);
            EXPECT_EQ(middle[0], middle[1]);
        }
}

TEST(Eq, RunsMidSideAndStereoBandsInOneChain) {
    const Planar input{noise(3000, 12), noise(3000, 13)};
    const auto chain = values_of(kEq,
                                 {{"bands/0/gain", 6.0},
                                  {"bands/0/frequency", 300.0},
                                  {"bands/1/gain", -6.0},
                                  {"bands/1/channels", kMid},
                                  {"bands/2/gain", 4.0},
                                  {"bands/2/channels", kSide},
                                  {"bands/2/frequency", 8000.0},
                                  {"bands/3/type", kHighShelf},
                                  {"bands/3/gain", 3.0},
                                  {"bands/3/frequency", 5000.0}},
                                 4);
    const Planar whole = run_processor(kEq, {.input = input, .values = chain});
    Planar stepwise = input;
    for (std::size_t band = 0; band < 4; ++band)
        stepwise = run_processor(kEq, {.input = stepwise,
                                       .values = {chain.begin() + static_cast<std::ptrdiff_t>(band) * 7,
                                                  chain.begin() + static_cast<std::ptrdiff_t>(band + 1) * 7}});
    for (const std::size_t channel : {0u, 1u}) EXPECT_LE(error_db(whole[channel], stepwise[channel]), -130.0);
}

TEST(Eq, SettlesOnceItHasDecayed) {
    for (const bool moves : {false, true}) {
        StripRun strip{.input = {noise(4096, 14)},
                       .values = values_of(kEq, {{"bands/0/frequency", 5000.0}, {"bands/0/gain", 9.0}}, 1)};
        if (moves) strip.moving = {{"bands/0/gain", [](FrameCount) { return 9.0; }}};
        const Signal output = run_processor(kEq, strip, {.tail_frames = 40000, .settle = true})[0];
        EXPECT_EQ(peak(Signal(output.begin() + 24576, output.end())), 0.0);
    }
    // By hand: a state that lives on says so.
    const std::vector<double> values =
        values_of(kEq, {{"bands/0/frequency", 10.0}, {"bands/0/gain", 9.0}, {"bands/0/q", 20.0}}, 1);
    const kernels::StripValues strip{.channels = 1, .values = values, .greatest = values};
    const auto processor =
        kEq.create({.width = 1, .strips = {&strip, 1}, .moving_per_block = {}, .moving_per_frame = {}});
    EXPECT_TRUE(processor->settle());
    alignas(64) float audio[64] = {1.0f};
    processor->process({.frames = 64, .audio = audio, .controls = {}});
    EXPECT_FALSE(processor->settle());
}

TEST(Eq, FallsBelowAHundredAndFortyDecibelsWithinItsTail) {
    int needed = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const auto uniform = [&](std::uint64_t index) { return 0.5 + 0.5 * random_at(seed, index); };
        std::vector<double> values = values_of(kEq, {}, 3);
        for (std::size_t band = 0; band < 3; ++band) {
            double* at = &values[band * 7];
            at[1] = std::floor(uniform(10 * band) * 9.0);
            at[2] = 150.0 * std::pow(100.0, uniform(10 * band + 1));
            at[3] = 24.0 * uniform(10 * band + 2) - 12.0;
            at[4] = 0.3 * std::pow(20.0, uniform(10 * band + 3));
            const bool pass = at[1] == kLowPass || at[1] == kHighPass;
            at[5] = std::floor(uniform(10 * band + 4) * (pass ? 16.0 : 2.0));
        }
        const kernels::StripValues strip{.channels = 1, .values = values, .greatest = values};
        const auto frames = static_cast<std::size_t>(kEq.tail(strip).frames);
        ASSERT_LE(frames, 48000u);
        const Signal output = run_processor(kEq, {.input = {impulse(frames + 4096)}, .values = values})[0];
        EXPECT_LE(decibels(peak(Signal(output.begin() + static_cast<std::ptrdiff_t>(frames), output.end()))), -140.0)
            << seed;
        needed +=
            decibels(peak(Signal(output.begin() + static_cast<std::ptrdiff_t>(frames / 4), output.end()))) > -140.0;
    }
    EXPECT_GE(needed, 50);  // that is, not by being far too long
}

TEST(Eq, TakesTheLongestTailItsAutomationReaches) {
    std::vector<double> values = values_of(kEq, {{"bands/0/frequency", 1000.0}, {"bands/0/gain", 6.0}}, 1),
                        least = values;
    const auto tail = [&] { return kEq.tail({.values = values, .greatest = values, .least = least}).frames; };
    const FrameCount still = tail();
    least[2] = 50.0;
    const FrameCount moving = tail();
    values[2] = 50.0;
    EXPECT_EQ(tail(), moving);
    EXPECT_GT(moving, 15 * still);
    // A broad band's slower pole lies below its frequency: automation of Q counts with both its ends.
    values[2] = least[2] = 1000.0;
    const FrameCount narrow = tail();
    least[4] = 0.1;
    EXPECT_GT(tail(), 2 * narrow);
    least[4] = values[4];
    values[2] = least[2] = 10.0;
    values[4] = 40.0;
    values[3] = 30.0;
    EXPECT_EQ(tail(), 60 * 48000);
    values[0] = 0.0;
    EXPECT_EQ(tail(), 0);
}

TEST(Eq, RefusesWhatItCannotDo) {
    const auto refusal = [](std::initializer_list<std::pair<std::string_view, double>> changes, int channels,
                            double rate) {
        const std::vector<double> values = values_of(kEq, changes, 2);
        const Result<void> result =
            kEq.validate({.sample_rate = rate, .channels = channels, .values = values, .greatest = values});
        return result ? std::string() : result.error().message;
    };
    EXPECT_EQ(refusal({{"bands/1/frequency", 20000.0}}, 2, 44100.0), "");
    EXPECT_EQ(
        refusal({{"bands/1/frequency", 22000.0}}, 2, 44100.0),
        "bands/1/frequency: 22000 Hz is more than 0.49 of the sample rate of 44100 Hz; 21609 Hz is the highest here");
    EXPECT_EQ(refusal({{"bands/1/frequency", 22000.0}, {"bands/1/on", 0.0}}, 2, 44100.0), "");
    EXPECT_EQ(refusal({{"bands/0/channels", kMid}}, 2, 48000.0), "");
    EXPECT_EQ(refusal({{"bands/0/channels", kMid}}, 6, 48000.0),
              "bands/0/channels: 'mid' needs a strip of two channels, this one has 6; 'stereo' stands for all");
    EXPECT_EQ(refusal({{"bands/0/type", kLowShelf}, {"bands/0/slope", 3.0}}, 2, 48000.0),
              "bands/0/slope: a shelf has a slope of 6 or 12 dB/oct, not 24 dB/oct; a higher q makes it steeper");
    EXPECT_EQ(refusal({{"bands/0/type", kBandPass}, {"bands/0/slope", 3.0}}, 2, 48000.0), "");
}

}  // namespace
}  // namespace dubplate
