#include "kernels/processors/linear_eq_design.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "kernels/cpu/fft.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

constexpr int kGridDensity = 8;  // points for each rate / length

double hertz_at(std::size_t point, std::size_t points, double sample_rate) {
    return 0.5 * sample_rate * static_cast<double>(point) / static_cast<double>(points - 1);
}

/// A cubic piece between two points, over log2 of frequency.
struct Piece {
    double from, width;             // octaves
    double start, end;              // decibels
    double start_slope, end_slope;  // decibels an octave

    double at(double octave) const {
        const double t = (octave - from) / width, u = 1.0 - t;
        return u * u * (start * (1.0 + 2.0 * t) + start_slope * width * t) +
               t * t * (end * (1.0 + 2.0 * u) - end_slope * width * u);
    }
};

/// Slope at a point between two pieces of these widths and mean slopes.
double slope_between(double width_before, double before, double width_after, double after) {
    if (before * after <= 0.0) return 0.0;
    const double weight_before = 2.0 * width_after + width_before, weight_after = width_after + 2.0 * width_before;
    return (weight_before + weight_after) / (weight_before / before + weight_after / after);
}

std::vector<Piece> pieces_through(std::span<const CurvePoint> points) {
    std::vector<Piece> pieces;
    for (std::size_t k = 1; k < points.size(); ++k) {
        assert(points[k].hertz > points[k - 1].hertz && points[k - 1].hertz > 0.0);
        const double from = log2(points[k - 1].hertz), to = log2(points[k].hertz);
        pieces.push_back({from, to - from, points[k - 1].decibels, points[k].decibels, 0.0, 0.0});
    }
    const auto mean_slope = [](const Piece& piece) { return (piece.end - piece.start) / piece.width; };
    for (std::size_t k = 1; k < pieces.size(); ++k) {
        Piece &before = pieces[k - 1], &after = pieces[k];
        before.end_slope = after.start_slope =
            slope_between(before.width, mean_slope(before), after.width, mean_slope(after));
    }
    return pieces;
}

/// The window, `distance` frames from the middle.
double window(int distance, int length) {
    const int straight = length / 4;
    if (distance <= straight) return 1.0;
    double sine, cosine;
    sine_cosine_of_turns(static_cast<double>(distance - straight) / (2 * straight), sine, cosine);
    return 0.5 * (1.0 + cosine);
}

}  // namespace

std::size_t linear_eq_points(int length) { return static_cast<std::size_t>(length) * (kGridDensity / 2) + 1; }

void band_gains(const EqBand& band, double sample_rate, std::span<double> gains) {
    for (std::size_t point = 0; point < gains.size(); ++point)
        gains[point] = hertz_at(point, gains.size(), sample_rate);
    eq_band_gains(band, gains);
}

void curve_gains(std::span<const CurvePoint> points, double sample_rate, std::span<double> gains) {
    assert(!points.empty());
    const std::vector<Piece> pieces = pieces_through(points);
    auto piece = pieces.begin();
    for (std::size_t point = 0; point < gains.size(); ++point) {
        const double hertz = hertz_at(point, gains.size(), sample_rate);
        double decibels = points.back().decibels;
        if (hertz <= points.front().hertz) {
            decibels = points.front().decibels;
        } else if (hertz < points.back().hertz) {
            const double octave = log2(hertz);
            while (piece + 1 != pieces.end() && octave >= (piece + 1)->from) ++piece;
            decibels = piece->at(octave);
        }
        gains[point] = gain_of_decibels(decibels);
    }
}

std::vector<float> linear_phase_response(std::span<double> gains, int length) {
    assert(length >= kShortestLinearEq && length <= kLongestLinearEq &&
           std::has_single_bit(static_cast<unsigned>(length)) && gains.size() == linear_eq_points(length));
    precise_cosine_series(gains);
    const double scale = 0.5 / static_cast<double>(gains.size() - 1);
    std::vector<float> response(static_cast<std::size_t>(length));
    const int middle = length / 2;
    for (int distance = 0; distance < middle; ++distance) {
        const auto tap =
            static_cast<float>(gains[static_cast<std::size_t>(distance)] * scale * window(distance, length));
        response[static_cast<std::size_t>(middle - distance)] = tap;
        response[static_cast<std::size_t>(middle + distance)] = tap;
    }
    return response;
}

}  // namespace dubplate::kernels
