#include "kernels/processors/linear_eq_responses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kernels/processors/eq_parameters.h"
#include "kernels/processors/linear_eq_design.h"

namespace dubplate::kernels {
namespace {

using namespace eq;

LinearEqType type_of(std::span<const double> bands, std::size_t band) {
    return static_cast<LinearEqType>(value_of(bands, band, kType));
}

bool is_point(std::span<const double> bands, std::size_t band) {
    return type_of(bands, band) == LinearEqType::point && is_on(value_of(bands, band, kOn));
}

EqBand shape_of(std::span<const double> bands, std::size_t band) {
    EqBand shape = band_of(bands, band);
    if (type_of(bands, band) == LinearEqType::tilt) shape.type = EqType::tilt;
    return shape;
}

/// The points of some channels, by frequency.
std::vector<CurvePoint> points_of(std::span<const double> bands, Channels channels) {
    std::vector<CurvePoint> points;
    for (std::size_t band = 0; band < band_count(bands); ++band)
        if (is_point(bands, band) && channels_of(bands, band) == channels)
            points.push_back({value_of(bands, band, kFrequency), value_of(bands, band, kGain)});
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.hertz < b.hertz; });
    return points;
}

/// Points may be automated past each other: of those at one frequency the curve takes the middle.
std::vector<CurvePoint> joined(const std::vector<CurvePoint>& points) {
    std::vector<CurvePoint> apart;
    for (auto at = points.begin(); at != points.end();) {
        const auto end = std::find_if(at, points.end(), [&](const CurvePoint& p) { return p.hertz > at->hertz; });
        double sum = 0.0;
        for (auto k = at; k != end; ++k) sum += k->decibels;
        apart.push_back({at->hertz, sum / static_cast<double>(end - at)});
        at = end;
    }
    return apart;
}

/// Gains from each channel to each, at every frequency: [out][in]; empty where all are 0.
class GainMatrix {
public:
    GainMatrix(int channels, std::size_t points) : rows_(channels == 2 ? 2 : 1) {
        for (std::size_t row = 0; row < rows_; ++row) gains_[row][row].assign(points, 1.0);
    }

    /// One more stage behind those there are.
    void multiply(Channels channels, std::span<const double> stage) {
        switch (channels) {
            case Channels::stereo:
                for (std::size_t row = 0; row < rows_; ++row) scale_row(row, stage);
                break;
            case Channels::left: scale_row(0, stage); break;
            case Channels::right: scale_row(1, stage); break;
            case Channels::mid: scale_half(stage, 1.0); break;
            case Channels::side: scale_half(stage, -1.0); break;
        }
    }

    std::vector<double>& at(std::size_t out, std::size_t in) { return gains_[out][in]; }
    std::size_t rows() const { return rows_; }

private:
    void scale_row(std::size_t row, std::span<const double> stage) {
        for (auto& gains : gains_[row])
            for (std::size_t k = 0; k < gains.size(); ++k) gains[k] *= stage[k];
    }
    /// Scales (left + sign right) / 2, of every input.
    void scale_half(std::span<const double> stage, double sign) {
        for (std::size_t in = 0; in < 2; ++in) {
            auto &left = gains_[0][in], &right = gains_[1][in];
            if (left.empty() && right.empty()) continue;
            left.resize(stage.size());
            right.resize(stage.size());
            for (std::size_t k = 0; k < stage.size(); ++k) {
                const double change = 0.5 * (left[k] + sign * right[k]) * (stage[k] - 1.0);
                left[k] += change;
                right[k] += sign * change;
            }
        }
    }

    std::size_t rows_;
    std::array<std::array<std::vector<double>, 2>, 2> gains_;
};

}  // namespace

LinearEqResponses linear_eq_responses(std::span<const double> bands, int channels, double sample_rate, int length) {
    const std::size_t points = linear_eq_points(length);
    GainMatrix matrix(channels, points);
    std::vector<double> stage(points);
    std::array<bool, kChannelNames.size()> drawn{};  // [Channels], whether its curve is in
    for (std::size_t band = 0; band < band_count(bands); ++band) {
        if (!is_on(value_of(bands, band, kOn))) continue;
        const Channels part = channels_of(bands, band);
        if (is_point(bands, band)) {
            if (std::exchange(drawn[static_cast<std::size_t>(part)], true)) continue;
            curve_gains(joined(points_of(bands, part)), sample_rate, stage);
        } else {
            const EqBand shape = shape_of(bands, band);
            if (has_gain(shape.type) && shape.gain_db == 0.0) continue;
            band_gains(shape, sample_rate, stage);
        }
        matrix.multiply(part, stage);
    }

    LinearEqResponses result;
    const auto add = [&](std::vector<double>& gains) {
        result.responses.push_back(linear_phase_response(gains, length));
        return static_cast<int>(result.responses.size()) - 1;
    };
    const bool crossed = matrix.rows() == 2 && !matrix.at(0, 1).empty();
    if (crossed) {
        for (std::size_t in = 0; in < 2; ++in)
            for (std::size_t out = 0; out < 2; ++out)
                result.paths.push_back({static_cast<int>(in), static_cast<int>(out), add(matrix.at(out, in))});
    } else if (matrix.rows() == 2 && matrix.at(0, 0) != matrix.at(1, 1)) {
        result.paths = {{0, 0, add(matrix.at(0, 0))}, {1, 1, add(matrix.at(1, 1))}};
    } else {
        const int response = add(matrix.at(0, 0));
        for (int channel = 0; channel < channels; ++channel) result.paths.push_back({channel, channel, response});
    }
    return result;
}

int most_linear_eq_responses(std::span<const double> bands, int channels) {
    int most = 1;
    for (std::size_t band = 0; channels == 2 && band < band_count(bands); ++band) switch (channels_of(bands, band)) {
            case Channels::stereo: break;
            case Channels::left:
            case Channels::right: most = std::max(most, 2); break;
            case Channels::mid:
            case Channels::side: most = 4; break;
        }
    return most;
}

Result<void> check_linear_eq(const StripValues& strip, std::span<const double> bands) {
    for (std::size_t band = 0; band < band_count(bands); ++band)
        if (is_on(value_of(bands, band, kOn)))
            if (auto checked = check_band(bands, band, strip.channels); !checked) return checked;
    for (std::size_t band = 0; band < band_count(bands); ++band) {
        if (!is_point(bands, band)) continue;
        for (std::size_t other = 0; other < band; ++other)
            if (is_point(bands, other) && channels_of(bands, other) == channels_of(bands, band) &&
                value_of(bands, other, kFrequency) == value_of(bands, band, kFrequency))
                return fail(
                    band_error(band, "frequency",
                               fmt::format("bands/{} is a point at {} Hz too: a curve has one gain at a frequency",
                                           other, value_of(bands, band, kFrequency))));
    }
    return {};
}

}  // namespace dubplate::kernels
