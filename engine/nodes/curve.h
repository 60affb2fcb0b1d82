#pragma once

/// One parameter over time: a constant, or breakpoints in absolute frames, evaluated in closed form at any frame.
///
/// Values are in the parameter's base unit (dB for gains). Before the first breakpoint its value holds, after the last
/// that one's; at a breakpoint the value is the breakpoint's own. Shapes as in session::Shape.
/// Determinism: value(frame) depends on the frame alone. Threads: immutable, any number of readers.

#include <memory>
#include <vector>

#include "engine/base/time.h"
#include "session-format/model/session.h"

namespace dubplate::nodes {

class Curve {
public:
    struct Point {
        FrameCount at = 0;
        double value = 0.0;
        session::Shape shape = session::Shape::hold;
        double bend = 0.0;
    };

    explicit Curve(double constant = 0.0) : constant_(constant) {}
    explicit Curve(std::vector<Point> points);
    /// A time of so many quarter notes, in seconds, that follows the tempo. `map` outlives the curve.
    Curve(double quarters, const session::TempoMap& map);
    /// Toggles (mute): steps between 0 and 1 become ramps of 64 frames that begin at the breakpoint, so none clicks.
    static Curve ramped_steps(std::vector<Point> points);

    bool is_constant() const { return points_.empty() && !tempo_map_; }
    double value(FrameCount frame) const;
    /// out[k] = value(start + k), k < count.
    void fill(FrameCount start, int count, double* out) const;
    /// True if the value stays the same over [start, start + count).
    bool is_constant_over(FrameCount start, FrameCount count) const;
    double greatest() const;
    double least() const;

private:
    std::size_t segment_at(FrameCount frame) const;
    double in_segment(std::size_t segment, FrameCount frame) const;
    /// A straight line to the next breakpoint.
    bool is_straight(std::size_t segment) const;
    void fill_straight(std::size_t segment, FrameCount start, int count, double* out) const;

    double constant_ = 0.0;  // or the quarter notes
    std::vector<Point> points_;
    const session::TempoMap* tempo_map_ = nullptr;
};

}  // namespace dubplate::nodes
