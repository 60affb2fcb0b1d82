#pragma once

/// Linear-phase EQ: symmetric responses that have the gain of bands and curves. docs/linear-eq.md
///
/// Method. The wanted gain, real and of zero phase, is sampled in float64 at eight points for every one that the
/// length tells apart, made into a response in time by a cosine series, and cut to its length by a window that leaves the
/// inner half as it is and falls to 0 over the outer quarters in raised cosines (Tukey's, of 1/2). What has died away
/// within a quarter of the length either side of the middle is therefore exact: a band of up to 24 dB/oct whose frequency,
/// over its Q if that is above 1, is at least 8 rates / length keeps within 0.1 dB of its analogue curve from 4 rates /
/// length on. Below, and at the floor of a notch, what bends more sharply than that is rounded.
///
/// Shapes: gains [points] at equal steps from 0 to half the sample rate; responses [length] with the middle at length / 2
/// and 0 in the first frame. Determinism: float64 throughout, rounded to float32 once at the end; the cosine series is
/// FFTW's (kernels/cpu/fft.h). Threads: pure functions.

#include <span>
#include <vector>

#include "kernels/processors/eq_design.h"

namespace dubplate::kernels {

inline constexpr int kShortestLinearEq = 1024;
inline constexpr int kLongestLinearEq = 65536;

/// Gains that the response of a length is made from: 4 length + 1.
std::size_t linear_eq_points(int length);

/// Gains of a band's analogue curve, without its phase.
void band_gains(const EqBand& band, double sample_rate, std::span<double> gains);

struct CurvePoint {
    double hertz = 1000.0;
    double decibels = 0.0;
};

/// Gains of a smooth curve through points of rising frequency: cubic in decibels over octaves, never beyond the two
/// points it lies between, level before the first and after the last. Slopes after Fritsch and Butland, "A Method for
/// Constructing Local Monotone Piecewise Cubic Interpolants", SIAM J. Sci. Stat. Comput. 5 (2), 1984.
void curve_gains(std::span<const CurvePoint> points, double sample_rate, std::span<double> gains);

/// The response of `length` frames, a power of two from kShortestLinearEq to kLongestLinearEq; `gains` are used up.
std::vector<float> linear_phase_response(std::span<double> gains, int length);

}  // namespace dubplate::kernels
