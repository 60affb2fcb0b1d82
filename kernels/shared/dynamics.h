#pragma once

/// Gain computers and time constants of the dynamics processors, on one element. docs/dynamics.md
///
/// Levels and gains are in log2 of the amplitude (1 is 6.02 dB), so that 0 is full scale and, for gains, rest. N is
/// float or a Pack of floats. After Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor Design: A Tutorial
/// and Analysis", J. Audio Eng. Soc. 60 (6), 2012: feed-forward, the smooth decoupled detector in the log domain.

#include "kernels/shared/math.h"

namespace dubplate::kernels {

/// Detectors of peaks see nothing below this amplitude (-200 dBFS): its logarithm is where levels end.
inline constexpr float kLevelFloor = 1e-10f;
/// An upward gain is never above the level's distance from here: -120 dBFS in log2. Silence is not lifted.
inline constexpr float kUpwardFloor = -19.931568569324174f;

/// One static curve. onset is where its knee begins: half a knee below the threshold where gain is lowered, above it where
/// it is raised. slope = 1 - 1 / ratio; knee is its whole width; range is the largest change of gain, positive. Levels,
/// onset and knee may be of the power instead, twice as large; slope is then half as large and `unit` 0.5.
template <class N>
struct GainCurve {
    N onset, slope, knee, range;
    N unit = N(1.0f);
};

/// A distance over a threshold, rounded by the knee: 0 below it, a^2 / 2K inside, a - K/2 above, where a is the distance
/// over the knee's lower end and `bend` is 1 / 2K.
template <class N>
DUBPLATE_HD N soft_excess(N above_knee, N knee, N bend) {
    const N above = max(above_knee, N(0.0f)), bent = min(above, knee);
    return fma(bent * bent, bend, above - bent);
}

/// A curve made ready for many levels: what follows from it alone is found once.
/// Downward: at most 0, what is above the threshold comes out 1 / ratio as far above it. Upward: at least 0, what is below
/// the threshold comes out 1 / ratio as far below it. `Hard`: the knee is 0 and not looked at, with the same bits.
template <bool Upward, class N, bool Hard = false>
struct GainComputer {
    explicit DUBPLATE_HD GainComputer(const GainCurve<N>& curve)
        : onset(curve.onset),
          slope(Upward ? curve.slope : -curve.slope),
          knee(curve.knee),
          bend(N(0.5f) / max(curve.knee, N(1e-6f))),
          range(Upward ? curve.range : -curve.range),
          unit(curve.unit) {}

    /// The gain for a level.
    DUBPLATE_HD N operator()(N level) const {
        const N above = Upward ? onset - level : level - onset;
        const N excess = Hard ? max(above, N(0.0f)) : soft_excess(above, knee, bend);
        if (!Upward) return max(slope * excess, range);
        return min(min(slope * excess, range), max(fma(level, unit, N(-kUpwardFloor)), N(0.0f)));
    }

    N onset, slope, knee, bend, range, unit;
};

/// 1 - 1 / ratio; a ratio of 100 stands for infinity.
DUBPLATE_HD double slope_of_ratio(double ratio) { return ratio >= 100.0 ? 1.0 : 1.0 - 1.0 / ratio; }

/// The step that a one-pole lowpass makes towards its input each frame, so that after `frames` frames 1 - 1/e of a jump
/// are covered. 1 (at once) for less than a thirtieth of a frame.
DUBPLATE_HD double one_pole_step(double frames) { return frames < 1.0 / 30.0 ? 1.0 : 1.0 - exp(-1.0 / frames); }

/// Time constant of the release stage such that it and the attack stage behind it together have covered 1 - 1/e of a
/// jump after `release`; 0 if the attack stage alone takes longer. Any unit, the same for all three.
DUBPLATE_HD double release_stage(double attack, double release) {
    if (attack <= 0.0) return release;
    if (attack >= release) return 0.0;
    // What is left of the jump at t = 1 after poles at time constants a and b is (h(b) - h(a)) / (b - a), h(b) = b e^(-1/b),
    // and is to be 1/e: g(b) = h(b) - h(a) - (b - a) / e is convex and has two roots, of which a is one. Newton's steps,
    // from above to the greater or from below to the lesser, never leave their side.
    constexpr double kShare = 0.36787944117144232;   // 1/e
    constexpr double kBothRoots = 0.46594127238499;  // where the two meet: g' is 0
    const double a = attack / release;
    const double at_a = a < 1e-3 ? 0.0 : a * exp(-1.0 / a);
    double b = a < kBothRoots ? 1.0 : a - at_a / kShare;
    for (int step = 0; step < 40; ++step) {
        const double decay = b < 1e-3 ? 0.0 : exp(-1.0 / b);
        const double slope = decay + decay / b - kShare;
        const double value = b * decay - at_a - (b - a) * kShare;
        if (!(abs(slope) > 1e-12)) break;  // the roots are one
        const double next = b - value / slope;
        const bool there = abs(next - b) < 1e-12;
        b = next;
        if (there) break;
    }
    return b * release;
}

/// 12 dB/octave Butterworth high-pass and low-pass in series, as trapezoidal state-variable filters (Zavalishin, "The
/// Art of VA Filter Design", section 4.4). N is double or a Pack of doubles. A frequency of 0 leaves the signal as it is.
template <class N>
struct KeyFilter {
    struct Section {
        N a1 = N(0.0), a2 = N(0.0), a3 = N(0.0);  // 0 in a section that is off, whose states then stay 0
        N of_input = N(1.0), of_band = N(0.0), of_low = N(0.0);
        N first = N(0.0), second = N(0.0);  // the integrators

        DUBPLATE_HD N process(N input) {
            const N difference = input - second;
            const N band = fma(a1, first, a2 * difference);
            const N low = second + fma(a2, first, a3 * difference);
            first = fma(N(2.0), band, -first);
            second = fma(N(2.0), low, -second);
            return fma(of_input, input, fma(of_band, band, of_low * low));
        }
    };
    Section high_pass, low_pass;

    DUBPLATE_HD N process(N input) { return low_pass.process(high_pass.process(input)); }
};

/// The six coefficients of one lane's section: a1, a2, a3, of_input, of_band, of_low.
struct KeyFilterCoefficients {
    double a1 = 0.0, a2 = 0.0, a3 = 0.0, of_input = 1.0, of_band = 0.0, of_low = 0.0;
};
DUBPLATE_HD KeyFilterCoefficients key_filter_coefficients(double hertz, double sample_rate, bool high_pass) {
    constexpr double kDamping = 1.4142135623730951;  // 1 / Q of Butterworth
    if (hertz <= 0.0) return {};
    const double g = tangent(kPi * min(hertz / sample_rate, 0.49));
    const double a1 = 1.0 / (1.0 + g * (g + kDamping));
    if (high_pass) return {a1, g * a1, g * g * a1, 1.0, -kDamping, -1.0};
    return {a1, g * a1, g * g * a1, 0.0, 0.0, 1.0};
}

}  // namespace dubplate::kernels
