#include "kernels/processors/eq_design.h"

#include <gtest/gtest.h>

#include <array>
#include <complex>
#include <string>

#include "tests/support/analogue_eq.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using namespace kernels;
using Complex = std::complex<double>;
using Sections = std::array<EqSection, kEqMostSections>;

constexpr EqType kTypes[] = {EqType::bell,     EqType::low_shelf, EqType::high_shelf,
                             EqType::low_pass, EqType::high_pass, EqType::band_pass,
                             EqType::notch,    EqType::all_pass,  EqType::tilt};

bool is_pass(EqType type) { return type == EqType::low_pass || type == EqType::high_pass; }
bool is_shelf(EqType type) { return type == EqType::low_shelf || type == EqType::high_shelf; }
bool has_gain(EqType type) { return is_shelf(type) || type == EqType::bell || type == EqType::tilt; }

std::string name(const EqBand& band, double rate) {
    return "type " + std::to_string(static_cast<int>(band.type)) + " order " + std::to_string(band.order) + " " +
           std::to_string(band.frequency_hz) + " Hz " + std::to_string(band.gain_db) + " dB q " +
           std::to_string(band.q) + " at " + std::to_string(rate);
}

Complex response(const EqBand& band, double rate, double hertz) {
    Sections sections;
    design_eq_band(band, rate, sections.data());
    const Complex z = std::polar(1.0, -2.0 * M_PI * hertz / rate);  // z^-1
    Complex h = 1.0;
    for (int i = 0; i < eq_section_count(band.type, band.order); ++i) {
        const Biquad<double> k = biquad_of(sections[static_cast<std::size_t>(i)]);
        h *= (k.b0 + z * (k.b1 + z * k.b2)) / (1.0 - z * (k.c1 + z * k.c2));
    }
    return h;
}

/// The bands of one type that the bounds are stated for.
std::vector<EqBand> dense_bands(EqType type) {
    std::vector<EqBand> bands;
    for (const double hertz : {20.0, 90.0, 400.0, 1000.0, 1990.0, 2010.0, 3000.0, 3950.0, 4050.0, 6000.0, 8000.0,
                               10000.0, 12000.0, 14000.0, 16000.0})
        for (const double gain : {-12.0, -5.0, 5.0, 12.0})
            for (const double q : {0.1, 0.3, 0.499, 0.501, 0.70710678, 1.0, 2.0, 8.0, 40.0})
                for (const int order : {1, 2, 3, 4, 7, 12, 16}) {
                    if (!has_gain(type) && gain != 5.0) continue;
                    if (order > 2 && !is_pass(type)) continue;
                    if (order == 1 && !is_pass(type) && !is_shelf(type)) continue;
                    if (is_pass(type) && order != 2 && q != 1.0) continue;
                    if (is_shelf(type) && (q < 0.3 || q > 2.0)) continue;
                    bands.push_back({type, order, hertz, gain, q});
                }
    return bands;
}

/// Frequencies up to 20 kHz: the whole band coarsely, the neighbourhood of the centre finely.
std::vector<double> dense_frequencies(const EqBand& band) {
    std::vector<double> frequencies;
    for (double hertz = 20.0; hertz < 20000.0; hertz *= 1.09) frequencies.push_back(hertz);
    frequencies.push_back(20000.0);
    for (int i = -12; i <= 12; ++i) {
        const double hertz = band.frequency_hz * (1.0 + 0.125 * i / std::max(band.q, 1.0));
        if (hertz > 5.0 && hertz <= 20000.0) frequencies.push_back(hertz);
    }
    return frequencies;
}

class EqDesignAt : public testing::TestWithParam<double> {};

TEST_P(EqDesignAt, FollowsTheAnalogueCurves) {
    const double rate = GetParam();
    for (const EqType type : kTypes) {
        double low_error = 0.0, high_error = 0.0;
        std::string low_band, high_band;
        for (const EqBand& band : dense_bands(type)) {
            Sections sections;
            design_eq_band(band, rate, sections.data());
            for (const double hertz : dense_frequencies(band)) {
                const double wanted = decibels(analogue_magnitude(band, hertz));
                if (wanted < -40.0) continue;
                const double error = std::fabs(decibels(std::abs(response(band, rate, hertz))) - wanted);
                double& greatest = hertz <= rate / 8.0 ? low_error : high_error;
                if (error > greatest) (hertz <= rate / 8.0 ? low_band : high_band) = name(band, rate);
                greatest = std::max(greatest, error);
            }
        }
        EXPECT_LE(low_error, 0.1) << low_band;
        EXPECT_LE(high_error, 0.5) << high_band;
    }
}
INSTANTIATE_TEST_SUITE_P(Rates, EqDesignAt, testing::Values(44100.0, 48000.0, 96000.0, 192000.0));

TEST(EqDesign, IsExactAtTheBandsOwnFrequency) {
    for (const double rate : {44100.0, 48000.0, 192000.0})
        for (const EqType type : kTypes)
            for (const EqBand& band : dense_bands(type)) {
                if (type == EqType::notch) continue;  // 0 there
                const double error = decibels(std::abs(response(band, rate, band.frequency_hz))) -
                                     decibels(analogue_magnitude(band, band.frequency_hz));
                EXPECT_NEAR(error, 0.0, 1e-5) << name(band, rate);
            }
}

TEST(EqDesign, PutsNotchesOnTheUnitCircle) {
    for (const double hertz : {20.0, 50.0, 1000.0, 5000.0, 16000.0})
        for (const double q : {0.1, 1.0, 40.0})
            EXPECT_LE(decibels(std::abs(response({EqType::notch, 2, hertz, 0.0, q}, 48000.0, hertz))), -160.0)
                << hertz << " " << q;
}

TEST(EqDesign, KeepsThePhaseOfAnAllPassAndItsSlopeAtTheCentre) {
    for (const double hertz : {50.0, 1000.0, 8000.0, 16000.0})
        for (const double q : {0.3, 1.0, 10.0}) {
            SCOPED_TRACE(std::to_string(hertz) + " " + std::to_string(q));
            const EqBand band{EqType::all_pass, 2, hertz, 0.0, q};
            EXPECT_NEAR(std::abs(response(band, 48000.0, hertz) + 1.0), 0.0, 1e-9);  // half a turn
            const double step = 1e-4 * hertz;
            const double slope =
                std::arg(response(band, 48000.0, hertz + step) / response(band, 48000.0, hertz - step)) / (2.0 * step);
            EXPECT_NEAR(slope, -4.0 * q / hertz, 1e-5 * q / hertz);
            for (const double other : {10.0, 3000.0, 23000.0})
                EXPECT_NEAR(decibels(std::abs(response(band, 48000.0, other))), 0.0, 1e-9);
        }
}

/// Any settings in range, also beyond what the bounds are stated for.
EqBand random_band(std::uint64_t seed) {
    const auto uniform = [&](std::uint64_t index) { return 0.5 + 0.5 * random_at(seed, index); };
    EqBand band;
    band.type = kTypes[static_cast<std::size_t>(uniform(0) * 9.0)];
    if (is_pass(band.type)) band.order = 1 + static_cast<int>(uniform(1) * 16.0);
    if (is_shelf(band.type)) band.order = 1 + static_cast<int>(uniform(1) * 2.0);
    band.frequency_hz = uniform(5) < 0.1 ? 24000.0 : 10.0 * std::pow(2400.0, uniform(2));
    band.gain_db = 60.0 * uniform(3) - 30.0;
    band.q = uniform(6) < 0.1 ? 0.5 : 0.1 * std::pow(400.0, uniform(4));
    return band;
}

TEST(EqDesign, IsStableForAnySettings) {
    for (std::uint64_t seed = 0; seed < 100000; ++seed) {
        const EqBand band = random_band(seed);
        const double rate = std::array{8000.0, 44100.0, 48000.0, 96000.0, 192000.0}[seed % 5];
        Sections sections;
        design_eq_band(band, rate, sections.data());
        for (int i = 0; i < eq_section_count(band.type, band.order); ++i) {
            const EqSection& section = sections[static_cast<std::size_t>(i)];
            const Biquad<double> k = biquad_of(section);
            const StateVariable<double> v = state_variable_of(section);
            // Both roots inside the unit circle; the state variable form says the same as g > 0, k > 0.
            ASSERT_TRUE(-k.c2 < 1.0 && std::fabs(k.c1) < 1.0 - k.c2) << name(band, rate);
            ASSERT_TRUE(v.g > 0.0 && v.k > 0.0) << name(band, rate);
            ASSERT_TRUE(std::isfinite(k.b0 + k.b1 + k.b2) && std::isfinite(v.m0 + v.m1 + v.m2)) << name(band, rate);
        }
    }
}

TEST(EqDesign, GivesTheSameFilterInBothForms) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const EqBand band = random_band(seed);
        Sections sections;
        design_eq_band(band, 48000.0, sections.data());
        for (int i = 0; i < eq_section_count(band.type, band.order); ++i) {
            const Biquad<double> k = biquad_of(sections[static_cast<std::size_t>(i)]);
            const StateVariable<double> v = state_variable_of(sections[static_cast<std::size_t>(i)]);
            for (const double hertz : {30.0, 1000.0, 7000.0, 20000.0}) {
                const Complex z = std::polar(1.0, -2.0 * M_PI * hertz / 48000.0);
                const Complex direct = (k.b0 + z * (k.b1 + z * k.b2)) / (1.0 - z * (k.c1 + z * k.c2));
                const Complex s = (1.0 - z) / (v.g * (1.0 + z));
                const Complex variable = v.m0 + (v.m1 * s + v.m2) / (s * s + v.k * s + 1.0);
                const double size = std::abs(v.m0) + std::abs((v.m1 * s + v.m2) / (s * s + v.k * s + 1.0));
                ASSERT_LE(std::abs(direct - variable), 1e-7 * size) << name(band, 48000.0) << " section " << i;
            }
        }
    }
}

TEST(EqDesign, LeavesCorrectionsOutOnlyWhereTheyAreWires) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const EqBand band = random_band(seed);
        Sections sections;
        const bool corrected = design_eq_band(band, 48000.0, sections.data());
        for (int i = 1; i < eq_section_count(band.type, band.order); i += 2) {
            const StateVariable<double> v = state_variable_of(sections[static_cast<std::size_t>(i)]);
            const bool wire = v.m0 == 1.0 && v.m1 == 0.0 && v.m2 == 0.0;
            if (!corrected) {
                EXPECT_TRUE(wire) << name(band, 48000.0);
            }
        }
        if (band.type == EqType::low_pass) {
            EXPECT_TRUE(corrected);
        }
        if (has_gain(band.type) && band.frequency_hz < 4000.0) {
            EXPECT_FALSE(corrected) << name(band, 48000.0);
        }
        if (has_gain(band.type) && band.frequency_hz > 4000.0 && std::fabs(band.gain_db) > 9.4) {
            EXPECT_TRUE(corrected) << name(band, 48000.0);
        }
        if (has_gain(band.type) && band.frequency_hz < 12000.0 && std::fabs(band.gain_db) < 4.1) {
            EXPECT_FALSE(corrected) << name(band, 48000.0);
        }
    }
}

TEST(EqDesign, GivesTheSameFilterWithItsFeedbackTakenOut) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        const EqBand band = random_band(seed);
        Sections sections;
        design_eq_band(band, 48000.0, sections.data());
        for (int i = 0; i < eq_section_count(band.type, band.order); ++i) {
            const EqSection& section = sections[static_cast<std::size_t>(i)];
            const Biquad<double> k = biquad_of(section);
            const DirectBiquad<double> direct = direct_biquad_of(section);
            const double size = std::fabs(k.b0) + std::fabs(k.b1) + std::fabs(k.b2);
            ASSERT_EQ(direct.b0, k.b0);
            ASSERT_NEAR(direct.d1, k.b1 + k.b0 * k.c1, 1e-14 * size) << name(band, 48000.0);
            ASSERT_NEAR(direct.d2, k.b2 + k.b0 * k.c2, 1e-14 * size) << name(band, 48000.0);
            if (band.type != EqType::all_pass) {
                ASSERT_GT(direct.b0, 0.0) << name(band, 48000.0);
            }
        }
    }
    const DirectBiquad<double> wire = direct_biquad_of({});
    EXPECT_EQ(wire.b0, 1.0);
    EXPECT_EQ(wire.d1, 0.0);
    EXPECT_EQ(wire.d2, 0.0);
}

TEST(EqDesign, GivesTheSameFilterInPowersOfTheDelta) {
    for (const EqType type : kTypes)
        for (const double hertz : {20.0, 500.0, 3000.0, 15000.0}) {
            if (type == EqType::all_pass) continue;
            Sections sections;
            design_eq_band({type, 2, hertz, 7.0, 1.5}, 48000.0, sections.data());
            for (int i = 0; i < eq_section_count(type, 2); ++i) {
                const EqSection& section = sections[static_cast<std::size_t>(i)];
                const Biquad<double> k = biquad_of(section);
                const DeltaBiquad<double> delta = delta_biquad_of(section);
                for (const double turns : {0.0, 0.0003, 0.01, 0.2, 0.5}) {
                    const Complex z = std::polar(1.0, 2.0 * M_PI * turns), back = 1.0 / z, d = z - 1.0;
                    const Complex h =
                        (k.b0 + back * (k.b1 + back * k.b2)) / (k.b0 * (1.0 - back * (k.c1 + back * k.c2)));
                    const Complex same = 1.0 + (delta.r1 * d + delta.r2) / (d * d - delta.f1 * d - delta.f2);
                    EXPECT_LE(std::abs(h - same), 1e-7 * std::abs(1.0 + h))
                        << static_cast<int>(type) << " at " << hertz << ", " << turns;
                }
            }
        }
}

/// Runs a section over its b0 on a sine, in T.
template <class T>
std::vector<double> run_delta(const EqSection& section, double turns, std::size_t frames) {
    const DeltaBiquad<double> k = delta_biquad_of(section);
    // What coefficients lose is another filter, not noise.
    const auto rounded = [](double value) { return static_cast<T>(static_cast<float>(value)); };
    const DeltaBiquad<T> coefficients{rounded(k.r1), rounded(k.r2), rounded(k.f1), rounded(k.f2)};
    T s1{}, s2{};
    std::vector<double> out(frames);
    for (std::size_t n = 0; n < frames; ++n) {
        const auto x = static_cast<float>(std::sin(2.0 * M_PI * turns * static_cast<double>(n) + 0.3));
        out[n] = static_cast<double>(step_biquad(coefficients, static_cast<T>(x), s1, s2));
    }
    return out;
}

TEST(EqDesign, SaysHowMuchNoiseASectionAddsInFloat) {
    for (const EqBand& band : {EqBand{EqType::bell, 2, 40.0, 3.0, 0.7}, EqBand{EqType::bell, 2, 250.0, -9.0, 3.0},
                               EqBand{EqType::bell, 2, 1000.0, 12.0, 1.0}, EqBand{EqType::bell, 2, 9000.0, 5.0, 2.0},
                               EqBand{EqType::low_shelf, 2, 80.0, 6.0}, EqBand{EqType::high_shelf, 2, 8000.0, -6.0},
                               EqBand{EqType::high_pass, 2, 80.0}, EqBand{EqType::low_pass, 2, 9000.0},
                               EqBand{EqType::tilt, 1, 700.0, 4.0}}) {
        Sections sections;
        design_eq_band(band, 48000.0, sections.data());
        const double gain = biquad_of(sections[0]).b0, stated = delta_noise(sections[0]) * kFloatRounding;
        double most = 0.0;
        for (const double hertz :
             {10.0, 0.5 * band.frequency_hz, band.frequency_hz, 1.4 * band.frequency_hz, 19000.0}) {
            const std::size_t frames = 96000;
            const auto rounded = run_delta<float>(sections[0], hertz / 48000.0, frames);
            const auto exact = run_delta<double>(sections[0], hertz / 48000.0, frames);
            double noise = 0.0, power = 0.0;
            for (std::size_t n = frames / 2; n < frames; ++n) {
                noise += std::pow(gain * (rounded[n] - exact[n]), 2.0);
                power += std::pow(gain * exact[n], 2.0);
            }
            most = std::max(most, noise / std::max(power, 0.25 * static_cast<double>(frames)));
        }
        // Beside its states a section rounds sums on the way.
        EXPECT_LE(most, stated + 4.0 * kFloatRounding) << name(band, 48000.0);
        EXPECT_GE(most, 0.03 * stated) << name(band, 48000.0);
    }
}

TEST(EqDesign, SaysHowLongASectionRings) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const EqBand band = random_band(seed);
        Sections sections;
        design_eq_band(band, 48000.0, sections.data());
        const Biquad<double> k = biquad_of(sections[0]);
        const Complex root = std::sqrt(Complex(k.c1 * k.c1 + 4.0 * k.c2));
        const double radius = std::max(std::abs(k.c1 + root), std::abs(k.c1 - root)) / 2.0;
        const double frames = decay_frames(sections[0], 100.0);
        if (radius < 2e-3) continue;
        EXPECT_NEAR(frames * decibels(radius), -100.0, 0.01) << name(band, 48000.0);
    }
}

}  // namespace
}  // namespace dubplate
