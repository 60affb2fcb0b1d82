#include "engine/nodes/curve.h"

#include <algorithm>

#include "kernels/shared/math.h"

namespace dubplate::nodes {

Curve::Curve(std::vector<Point> points) : points_(std::move(points)) {
    if (points_.size() == 1) {
        constant_ = points_[0].value;
        points_.clear();
    }
}

Curve::Curve(double quarters, const session::TempoMap& map) {
    if (map.is_constant())
        constant_ = map.seconds_of_quarters(quarters, 0);
    else {
        constant_ = quarters;
        tempo_map_ = &map;
    }
}

Curve Curve::ramped_steps(std::vector<Point> points) {
    std::vector<Point> ramped;
    for (const Point& point : points) {
        if (ramped.empty()) {
            ramped.push_back({point.at, point.value, session::Shape::hold, 0.0});
            continue;
        }
        // A step inside the ramp before it starts from where that ramp would have arrived.
        ramped.push_back({std::max(point.at, ramped.back().at), ramped.back().value, session::Shape::linear, 0.0});
        ramped.push_back({ramped.back().at + kControlFrames, point.value, session::Shape::hold, 0.0});
    }
    return Curve(std::move(ramped));
}

/// Index of the last breakpoint at or before `frame`; the first if there is none.
std::size_t Curve::segment_at(FrameCount frame) const {
    const auto after = std::upper_bound(points_.begin(), points_.end(), frame,
                                        [](FrameCount f, const Point& point) { return f < point.at; });
    return after == points_.begin() ? 0 : static_cast<std::size_t>(after - points_.begin()) - 1;
}

double Curve::in_segment(std::size_t segment, FrameCount frame) const {
    const Point& a = points_[segment];
    if (frame <= a.at || segment + 1 == points_.size() || a.shape == session::Shape::hold) return a.value;
    const Point& b = points_[segment + 1];
    if (frame >= b.at) return b.value;
    const double t = static_cast<double>(frame - a.at) / static_cast<double>(b.at - a.at);
    if (a.shape == session::Shape::linear || a.bend == 0.0) return kernels::fma(b.value - a.value, t, a.value);
    const double k = 8.0 * a.bend;
    return kernels::fma(b.value - a.value, (kernels::exp(k * t) - 1.0) / (kernels::exp(k) - 1.0), a.value);
}

double Curve::value(FrameCount frame) const {
    if (tempo_map_) return tempo_map_->seconds_of_quarters(constant_, std::max<FrameCount>(frame, 0));
    return points_.empty() ? constant_ : in_segment(segment_at(frame), frame);
}

void Curve::fill(FrameCount start, int count, double* out) const {
    if (points_.empty()) {
        for (int k = 0; k < count; ++k) out[k] = value(start + k);
        return;
    }
    std::size_t segment = segment_at(start);
    for (int k = 0; k < count;) {
        while (segment + 1 < points_.size() && points_[segment + 1].at <= start + k) ++segment;
        // All frames of this block that lie in the segment.
        const bool is_last = segment + 1 == points_.size();
        const FrameCount left = is_last ? count : std::min<FrameCount>(points_[segment + 1].at - start, count);
        const int end = static_cast<int>(left);
        if (is_straight(segment) && start + k >= points_[segment].at)
            fill_straight(segment, start + k, end - k, out + k);
        else
            for (int at = k; at < end; ++at) out[at] = in_segment(segment, start + at);
        k = end;
    }
}

bool Curve::is_straight(std::size_t segment) const {
    const Point& a = points_[segment];
    return segment + 1 < points_.size() && a.shape != session::Shape::hold &&
           (a.shape == session::Shape::linear || a.bend == 0.0);
}

/// As in_segment, frame by frame, in a loop that the compiler turns into vectors.
void Curve::fill_straight(std::size_t segment, FrameCount start, int count, double* out) const {
    const Point &a = points_[segment], &b = points_[segment + 1];
    const double from = static_cast<double>(start - a.at), length = static_cast<double>(b.at - a.at);
    const double first = a.value, rise = b.value - a.value;
    for (int k = 0; k < count; ++k) out[k] = kernels::fma(rise, (from + k) / length, first);
    if (start == a.at) out[0] = first;
}

bool Curve::is_constant_over(FrameCount start, FrameCount count) const {
    if (is_constant()) return true;
    if (tempo_map_) return false;
    const std::size_t segment = segment_at(start);
    if (segment + 1 == points_.size()) return true;
    const Point& next = points_[segment + 1];
    if (start < points_[segment].at) return points_[segment].at >= start + count;
    return next.at >= start + count &&
           (points_[segment].shape == session::Shape::hold || points_[segment].value == next.value);
}

double Curve::least() const {
    if (tempo_map_) return constant_ * 60.0 / tempo_map_->fastest_bpm() * (1.0 - 1e-9);
    double value_so_far = points_.empty() ? constant_ : points_[0].value;
    for (const Point& point : points_) value_so_far = std::min(value_so_far, point.value);
    return value_so_far;
}

double Curve::greatest() const {
    // 60 / bpm seconds a quarter note, with room for rounding.
    if (tempo_map_) return constant_ * 60.0 / tempo_map_->slowest_bpm() * (1.0 + 1e-9);
    double most = points_.empty() ? constant_ : points_[0].value;
    for (const Point& point : points_) most = std::max(most, point.value);
    return most;
}

}  // namespace dubplate::nodes
