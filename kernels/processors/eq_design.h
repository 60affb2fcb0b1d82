#pragma once

/// Sections of the parametric EQ: from what a band is set to, to second-order sections whose magnitude follows the
/// analogue prototype up to 20 kHz.
///
/// Method (docs/eq.md has the derivation and the measured errors). On the unit circle a digital filter's |H|^2 is a
/// rational function of phi = sin^2(w / 2); an analogue one's is rational in W = w^2. W is replaced by a rational
/// function of phi that follows w^2 = 4 asin^2(sqrt(phi)) to 0.14 % in frequency up to 0.445 of the sample rate and is
/// exact at the band's own frequency; what comes out is factored, in closed form, into minimum-phase sections. Degree 2 in phi
/// costs two sections for each analogue one; where the band lies low enough or has little gain degree 1 keeps the same
/// promise and costs one.
///
/// Determinism: + - * / sqrt and kernels/shared/math.h only. Threads: pure functions.

#include <cstddef>
#include <span>

#include "kernels/shared/second_order.h"

namespace dubplate::kernels {

/// In the order of the choices in the description.
enum class EqType { bell, low_shelf, high_shelf, low_pass, high_pass, band_pass, notch, all_pass, tilt };

struct EqBand {
    EqType type = EqType::bell;
    int order = 2;  ///< 6 dB/oct each: 1..16 for passes, 1..2 for shelves; the others have one of their own
    double frequency_hz = 1000.0;
    double gain_db = 0.0;
    double q = 0.70710678118654752;  ///< takes no part in passes but those of order 2
};

/// b0 + b1 z^-1 + b2 z^-2 as its value at zero frequency, at half the rate, and b0 - b2: the numbers in which sections
/// keep their precision at low frequencies. A stable denominator has all three above 0.
struct EqPolynomial {
    double zero_value = 1.0;
    double half_value = 1.0;
    double difference = 1.0;
};

/// The default is a wire.
struct EqSection {
    EqPolynomial numerator, denominator;
};

/// The band's frequency is clamped to 0.49 of the sample rate here; the description's validate() refuses higher ones.
inline constexpr double kEqHighestTurns = 0.49;
inline constexpr int kEqMostSections = 16;

/// Sections that design_eq_band() writes for such a band wherever it lies: two for each analogue section.
int eq_section_count(EqType type, int order);

/// Fills sections[0 .. eq_section_count()): the analogue sections in order, each as a principal section and a
/// correction. False if the corrections are all wires and may be left out.
bool design_eq_band(const EqBand& band, double sample_rate, EqSection* sections);

/// |H| of the analogue curve that the sections follow: `values` are frequencies in Hz, from 0 on, and become gains.
void eq_band_gains(const EqBand& band, std::span<double> values);

Biquad<double> biquad_of(const EqSection& section);
/// The same filter. Of a band that is no all pass b0 is above 0, and may be taken out of the section as a gain.
DirectBiquad<double> direct_biquad_of(const EqSection& section);
/// The same filter over its b0, for float.
DeltaBiquad<double> delta_biquad_of(const EqSection& section);
StateVariable<double> state_variable_of(const EqSection& section);

/// Power of what float32 adds by rounding states and coefficients of delta_biquad_of(), by the power of a sine where the section is
/// loudest for it, before or behind it; at the frequency at which that is most; in units of kFloatRounding.
double delta_noise(const EqSection& section);
/// Mean square of float32's rounding by the square of what is rounded, at most: 2^-46 / 12, -149 dB.
inline constexpr double kFloatRounding = 1.2e-15;

/// Frames until the section's slowest pole has decayed by `decibels`.
double decay_frames(const EqSection& section, double decibels);

}  // namespace dubplate::kernels
