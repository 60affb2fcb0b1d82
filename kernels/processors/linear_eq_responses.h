#pragma once

/// A linear-phase EQ's values made into responses, and which channel goes through which to where.
///
/// Threads: pure functions, of any thread. Determinism: the values alone.

#include <span>
#include <vector>

#include "kernels/cpu/partitioned_convolver.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels {

/// Types of a linear-phase EQ's bands: those of the parametric EQ but the all pass, which is phase alone, and points of
/// a free curve.
enum class LinearEqType { bell, low_shelf, high_shelf, low_pass, high_pass, band_pass, notch, tilt, point };

/// Responses of equal length and the paths through them. Bands of mid and side make left and right of both.
struct LinearEqResponses {
    std::vector<std::vector<float>> responses;
    std::vector<ConvolutionPath> paths;
};

/// `bands` are flat values as eq_parameters.h reads them; bands in series, in their order. Points of the same channels
/// make one curve, which stands where the first of them does.
LinearEqResponses linear_eq_responses(std::span<const double> bands, int channels, double sample_rate, int length);

/// How many responses there are at most while bands move and are switched on and off.
int most_linear_eq_responses(std::span<const double> bands, int channels);

/// What the type of a band and points say against each other, and what check_band() refuses.
Result<void> check_linear_eq(const StripValues& strip, std::span<const double> bands);

}  // namespace dubplate::kernels
