#include "kernels/cpu/section_lanes.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace kernels;
using test::random_at;

constexpr int kFrames = kStepFrames;

std::vector<double> random_audio(int width, std::uint64_t seed) {
    std::vector<double> audio(static_cast<std::size_t>(kFrames * width));
    for (std::size_t i = 0; i < audio.size(); ++i) audio[i] = random_at(seed, i);
    return audio;
}

template <int W>
std::vector<BiquadLanes<W>> random_biquads(std::size_t count) {
    std::vector<BiquadLanes<W>> sections(count);
    for (std::size_t i = 0; i < count; ++i)
        for (int lane = 0; lane < W; ++lane) {
            const auto number = [&](std::uint64_t seed) {
                return 0.4 * random_at(100 * i + seed, static_cast<std::uint64_t>(lane));
            };
            sections[i].set(lane, {number(0), number(1), number(2), number(3), number(4)});
        }
    return sections;
}

template <bool Unit, int W>
void expect_same_bits_in_passes_of_any_size() {
    for (int count = 1; count <= kSectionsPerPass; ++count) {
        auto together = random_biquads<W>(static_cast<std::size_t>(count)), alone = together;
        auto a = random_audio(W, 1), b = a;
        run_biquads<Unit, W>(together.data(), count, {}, a.data(), a.data());
        for (auto& section : alone) run_biquads<Unit, W>(&section, 1, {}, b.data(), b.data());
        EXPECT_EQ(a, b) << count << " sections on " << W << " lanes";
        for (std::size_t i = 0; i < alone.size(); ++i) {
            EXPECT_EQ(together[i].s1, alone[i].s1);
            EXPECT_EQ(together[i].s2, alone[i].s2);
        }
    }
}

TEST(SectionLanes, GiveTheSameBitsInPassesOfAnySize) {
    expect_same_bits_in_passes_of_any_size<true, 1>();
    expect_same_bits_in_passes_of_any_size<true, 4>();
    expect_same_bits_in_passes_of_any_size<true, 8>();
    expect_same_bits_in_passes_of_any_size<true, 16>();
    expect_same_bits_in_passes_of_any_size<false, 1>();
    expect_same_bits_in_passes_of_any_size<false, 4>();
    expect_same_bits_in_passes_of_any_size<false, 8>();
    expect_same_bits_in_passes_of_any_size<false, 16>();
}

TEST(SectionLanes, MultiplyWhatComesOutByTheGainOfEachLane) {
    auto plain = random_biquads<8>(3), scaled = plain;
    auto a = random_audio(8, 4), b = a;
    GainLanes<8> gains;
    for (std::size_t lane = 0; lane < 8; ++lane) gains.gain[lane] = 0.3 + static_cast<double>(lane);
    run_biquads<true, 8>(plain.data(), 3, {}, a.data(), a.data());
    run_biquads<true, 8>(scaled.data(), 3, gains, b.data(), b.data());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(b[i], a[i] * gains.gain[i % 8]);
}

TEST(SectionLanes, WithAUnitB0AreSectionsWithAB0OfOne) {
    auto unit = random_biquads<8>(5);
    for (auto& section : unit) section.b0.fill(1.0);
    auto direct = unit;
    auto a = random_audio(8, 5), b = a;
    run_biquads<true, 8>(unit.data(), 5, {}, a.data(), a.data());
    run_biquads<false, 8>(direct.data(), 5, {}, b.data(), b.data());
    EXPECT_EQ(a, b);
}

TEST(SectionLanes, ThatAreWiresReturnTheirInput) {
    const auto input = random_audio(8, 2);
    auto audio = input;
    std::vector<BiquadLanes<8>> biquads(4);
    run_biquads<true, 8>(biquads.data(), 4, {}, audio.data(), audio.data());
    EXPECT_EQ(audio, input);

    StateVariableLanes<8> section;
    run_state_variable(section, audio.data());
    EXPECT_EQ(audio, input);
    section.set(0, {0.1, 0.5, 1.0, 0.3, 0.0});  // one lane works: the others run beside it
    section.from = section.to;
    run_state_variable(section, audio.data());
    for (std::size_t i = 0; i < audio.size(); ++i) {
        if (i % 8 != 0) {
            ASSERT_EQ(audio[i], input[i]);
        }
    }
    EXPECT_NE(audio[8], input[8]);
    EXPECT_NE(section.s1[0], 0.0);
    EXPECT_EQ(section.s1[1], 0.0);

    section.set_wire(0);
    section.from = section.to;  // none works any more: what one had kept is forgotten as beside one that works
    run_state_variable(section, audio.data());
    EXPECT_EQ(section.s1[0], 0.0);
    EXPECT_EQ(section.s2[0], 0.0);
}

TEST(SectionLanes, WriteZerosWithoutSignToFloat) {
    std::vector<float> audio(kFrames * 4, -0.0f);
    convert_frames<4>(audio.data(), audio.data());
    for (const float sample : audio) ASSERT_FALSE(std::signbit(sample));
}

TEST(SectionLanes, GoToMidAndSideAndBack) {
    const auto input = random_audio(4, 3);
    auto audio = input;
    encode_mid_side<4>(audio.data());
    for (std::size_t i = 0; i < audio.size(); i += 2) {
        ASSERT_EQ(audio[i], 0.5 * (input[i] + input[i + 1]));
        ASSERT_EQ(audio[i + 1], 0.5 * (input[i] - input[i + 1]));
    }
    decode_mid_side<4>(audio.data());
    for (std::size_t i = 0; i < audio.size(); ++i) ASSERT_NEAR(audio[i], input[i], 1e-15);
}

TEST(SectionLanes, LoseEnergyWhateverTheirCoefficientsDo) {
    StateVariableLanes<1> section;
    section.s1[0] = 1.0, section.s2[0] = -0.5;
    double energy = 1.25;
    for (std::uint64_t step = 0; step < 2000; ++step) {
        const auto any = [&](std::uint64_t seed) { return std::pow(10.0, 3.0 * random_at(seed, step)); };
        section.from = section.to;
        section.set(0, {any(1), any(2), any(3), any(4), any(5)});
        std::vector<double> silence(kFrames, 0.0);
        run_state_variable(section, silence.data());
        const double now = section.s1[0] * section.s1[0] + section.s2[0] * section.s2[0];
        ASSERT_LE(now, energy * (1.0 + 1e-12)) << step;
        energy = now;
        if (energy < 1e-6) section.s1[0] = 1.0, energy = 1.0 + section.s2[0] * section.s2[0];
    }
}

TEST(SectionLanes, SettleBelowATrillionth) {
    BiquadLanes<4> section;
    EXPECT_TRUE(settle_section(section));
    section.s1[2] = 0.9e-12;
    EXPECT_TRUE(settle_section(section));
    EXPECT_EQ(section.s1[2], 0.0);
    section.s2[3] = -1.1e-12;
    EXPECT_FALSE(settle_section(section));
    EXPECT_EQ(section.s2[3], -1.1e-12);
}

}  // namespace
}  // namespace dubplate
