#pragma once

/// Where bars, beats and seconds lie: resolves every musical position of a session to absolute frames, at load.
///
/// Tempo events hold a tempo or ramp linearly (in beats per minute over quarter notes) to the next event; meter events
/// begin at a bar. Times: quarter notes and seconds from the session's start, in double; frames are rounded to nearest.
/// Determinism: own log/exp from engine/base, so that a position is the same frame on every machine.
/// Threads: immutable once made.

#include <vector>

#include "engine/base/time.h"
#include "session-format/model/quantity.h"

namespace dubplate::session {

struct TempoEvent {
    Quantity at;                ///< bar|beat|tick, notes or frames/seconds; the first is at the session's start
    double bpm = 120.0;         ///< quarter notes per minute, 1..1000
    bool ramp_to_next = false;  ///< linear in quarter notes to the next event's tempo

    friend bool operator==(const TempoEvent&, const TempoEvent&) = default;
};

struct MeterEvent {
    int bar = 1;  ///< from 1
    int beats = 4;
    int beat_unit = 4;  ///< 1, 2, 4, 8, 16, 32

    friend bool operator==(const MeterEvent&, const MeterEvent&) = default;
};

class TempoMap {
public:
    /// No tempos: 120 bpm; no meters, or a first one beyond bar 1: 4/4 from there. Errors: bad_argument where events are
    /// unordered, out of range or cannot be resolved; `where` is "/tempo/2" or "/meter/0", the event's index.
    static Result<TempoMap> create(std::vector<TempoEvent> tempos, std::vector<MeterEvent> meters, double sample_rate);

    /// Absolute frame of a position. Errors: bad_argument for units that are no time (dB, Hz, %), for bars below 1,
    /// beats beyond the meter, and for results beyond 2^53 frames.
    Result<FrameCount> frame_of(const Quantity& position) const;
    /// Length in frames of a duration that begins at `from`: note values follow the tempo map from there on.
    /// Errors: bad_argument for bar|beat positions and for units that are no time.
    Result<FrameCount> length_of(const Quantity& length, FrameCount from) const;

    double quarters_at(FrameCount frame) const;
    double frame_at_quarter(double quarter) const;
    /// Seconds that `quarters` quarter notes take at the tempo in force at `frame`: for times in note values.
    double seconds_of_quarters(double quarters, FrameCount frame) const;
    bool is_constant() const;
    double slowest_bpm() const;
    double fastest_bpm() const;
    double sample_rate() const { return sample_rate_; }

private:
    struct Segment {
        double quarter = 0.0;  ///< where it begins, in quarter notes
        double second = 0.0;
        double bpm = 120.0;
        double slope = 0.0;  ///< bpm per quarter note
    };
    struct Meter {
        MeterEvent event;
        double quarter = 0.0;  ///< where its first bar begins
    };
    static Result<std::vector<Meter>> place_meters(std::vector<MeterEvent> meters);
    Result<double> quarter_of_bar_beat(const Quantity& position) const;
    const Segment& segment_at_quarter(double quarter) const;
    const Segment& segment_at_second(double second) const;
    static double seconds_into(const Segment& segment, double quarters);
    static double quarters_into(const Segment& segment, double seconds);

    std::vector<Segment> segments_;  // ascending, never empty
    std::vector<Meter> meters_;      // ascending, never empty, the first at bar 1
    double sample_rate_ = 48000.0;
};

}  // namespace dubplate::session
