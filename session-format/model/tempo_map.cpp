#include "session-format/model/tempo_map.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/base/portable_math.h"

namespace dubplate::session {
namespace {

constexpr double kMaxFrames = 9007199254740992.0;  // 2^53: beyond it a double skips frames
constexpr double kMinBpm = 1.0, kMaxBpm = 1000.0;
constexpr int kMaxBeats = 64;
constexpr double kMinDistance = 1e-6;  // between tempo events, in quarters or seconds

/// Frames or seconds, in seconds; nothing for other units.
std::optional<double> seconds_of(const Quantity& time, double sample_rate) {
    switch (time.unit) {
        case Unit::none: return time.number / sample_rate;
        case Unit::milliseconds: return time.number / 1000.0;
        case Unit::seconds: return time.number;
        default: return {};
    }
}

tl::unexpected<Error> not_a_time(const Quantity& quantity) {
    return fail(ErrorCode::bad_argument,
                fmt::format("'{}' is no time: write frames, '35 ms', '12.5 s', a note value ('1/8.') or a position "
                            "('2|3|120')",
                            to_string(quantity)));
}

Result<FrameCount> to_frames(double frames, const Quantity& written) {
    if (!(std::fabs(frames) <= kMaxFrames))
        return fail(ErrorCode::bad_argument, fmt::format("'{}' is too far away", to_string(written)));
    return static_cast<FrameCount>(std::floor(frames + 0.5));
}

bool is_beat_unit(int unit) { return unit >= 1 && unit <= 32 && (unit & (unit - 1)) == 0; }

tl::unexpected<Error> event_error(const char* kind, std::size_t index, std::string message) {
    return fail(ErrorCode::bad_argument, std::move(message), fmt::format("/{}/{}", kind, index));
}

}  // namespace

Result<std::vector<TempoMap::Meter>> TempoMap::place_meters(std::vector<MeterEvent> meters) {
    std::vector<Meter> placed;
    if (meters.empty() || meters.front().bar > 1) placed.push_back({MeterEvent{}, 0.0});
    for (std::size_t index = 0; index < meters.size(); ++index) {
        const MeterEvent& meter = meters[index];
        if (meter.bar < 1) return event_error("meter", index, "bars count from 1");
        if (meter.beats < 1 || meter.beats > kMaxBeats)
            return event_error("meter", index, fmt::format("a bar has 1 to {} beats, not {}", kMaxBeats, meter.beats));
        if (!is_beat_unit(meter.beat_unit))
            return event_error(
                "meter", index,
                fmt::format("a beat is a 1/1, 1/2, 1/4, 1/8, 1/16 or 1/32, not a 1/{}", meter.beat_unit));
        double quarter = 0.0;
        if (!placed.empty()) {
            const Meter& before = placed.back();
            if (meter.bar <= before.event.bar)
                return event_error("meter", index,
                                   fmt::format("bar {} does not come after bar {}", meter.bar, before.event.bar));
            quarter = before.quarter + (static_cast<double>(meter.bar) - before.event.bar) * before.event.beats * 4.0 /
                                           before.event.beat_unit;
        }
        placed.push_back({meter, quarter});
    }
    return placed;
}

Result<TempoMap> TempoMap::create(std::vector<TempoEvent> tempos, std::vector<MeterEvent> meters, double sample_rate) {
    if (!(sample_rate > 0.0) || !std::isfinite(sample_rate))
        return fail(ErrorCode::bad_argument, "the sample rate must be above 0");
    TempoMap map;
    map.sample_rate_ = sample_rate;
    auto placed = place_meters(std::move(meters));
    if (!placed) return fail(std::move(placed.error()));
    map.meters_ = std::move(*placed);
    if (tempos.empty()) tempos.push_back({frames(0.0), 120.0, false});

    for (std::size_t index = 0; index < tempos.size(); ++index) {
        const TempoEvent& event = tempos[index];
        if (!(event.bpm >= kMinBpm && event.bpm <= kMaxBpm))
            return event_error("tempo", index,
                               fmt::format("a tempo lies between {} and {} bpm, not {}", kMinBpm, kMaxBpm, event.bpm));
        // Where the event lies: musically or in seconds, whichever it was written in; the other follows from what
        // comes before it, and with it the slope of a ramp that ends here.
        const bool ramps_here = index > 0 && tempos[index - 1].ramp_to_next;
        Segment segment{.bpm = event.bpm};
        const auto second = seconds_of(event.at, sample_rate);
        if (second) {
            segment.second = *second;
        } else if (event.at.unit == Unit::notes) {
            segment.quarter = event.at.number;
        } else if (event.at.unit == Unit::bar_beat) {
            const auto quarter = map.quarter_of_bar_beat(event.at);
            if (!quarter) return event_error("tempo", index, quarter.error().message);
            segment.quarter = *quarter;
        } else {
            return event_error("tempo", index, not_a_time(event.at).value().message);
        }
        if (index == 0) {
            if (segment.quarter != 0.0 || segment.second != 0.0)
                return event_error("tempo", 0, "the first tempo stands at the session's start: leave its place out");
        } else {
            Segment& before = map.segments_.back();
            const double given = second ? segment.second - before.second : segment.quarter - before.quarter;
            if (!(given > kMinDistance))
                return event_error("tempo", index,
                                   fmt::format("'{}' does not come after the tempo before it", to_string(event.at)));
            if (!(given < 1e12))
                return event_error("tempo", index, fmt::format("'{}' is too far away", to_string(event.at)));
            if (second) {
                // A ramp is exponential over time: bpm(t) = bpm0 e^(slope t / 60).
                const double growth = ramps_here ? portable_log(segment.bpm / before.bpm) : 0.0;
                const double quarters = before.bpm / 60.0 * given * portable_expm1_over_x(growth);
                segment.quarter = before.quarter + quarters;
                if (ramps_here) before.slope = (segment.bpm - before.bpm) / quarters;
            } else {
                if (ramps_here) before.slope = (segment.bpm - before.bpm) / given;
                segment.second = before.second + seconds_into(before, given);
            }
            // So close that doubles cannot tell them apart.
            if (!(segment.quarter > before.quarter && segment.second > before.second))
                return event_error("tempo", index,
                                   fmt::format("'{}' does not come after the tempo before it", to_string(event.at)));
        }
        map.segments_.push_back(segment);
    }
    if (tempos.back().ramp_to_next)
        return event_error("tempo", tempos.size() - 1, "the last tempo has none to ramp to");
    return map;
}

Result<double> TempoMap::quarter_of_bar_beat(const Quantity& position) const {
    if (position.bar < 1 || position.beat < 1 || position.tick < 0 || position.tick >= kTicksPerBeat)
        return fail(ErrorCode::bad_argument, fmt::format("'{}': bars and beats count from 1", to_string(position)));
    const auto after = std::ranges::upper_bound(meters_, position.bar, {}, [](const Meter& m) { return m.event.bar; });
    const Meter& meter = *std::prev(after);
    if (position.beat > meter.event.beats)
        return fail(ErrorCode::bad_argument,
                    fmt::format("'{}': bar {} has {} beats", to_string(position), position.bar, meter.event.beats));
    const double beats = (static_cast<double>(position.bar) - meter.event.bar) * meter.event.beats +
                         (position.beat - 1) + static_cast<double>(position.tick) / kTicksPerBeat;
    return meter.quarter + beats * 4.0 / meter.event.beat_unit;
}

const TempoMap::Segment& TempoMap::segment_at_quarter(double quarter) const {
    const auto after = std::ranges::upper_bound(segments_, quarter, {}, &Segment::quarter);
    return after == segments_.begin() ? segments_.front() : *std::prev(after);
}

const TempoMap::Segment& TempoMap::segment_at_second(double second) const {
    const auto after = std::ranges::upper_bound(segments_, second, {}, &Segment::second);
    return after == segments_.begin() ? segments_.front() : *std::prev(after);
}

// With bpm(q) = bpm0 + slope q: seconds = integral of 60 / bpm(q) dq = 60 / slope * ln(1 + slope q / bpm0). Before the
// session's start (a run may begin there) the first tempo holds.
double TempoMap::seconds_into(const Segment& segment, double quarters) {
    const double plain = quarters * 60.0 / segment.bpm;
    if (segment.slope == 0.0 || quarters <= 0.0) return plain;
    return plain * portable_log1p_over_x(segment.slope * quarters / segment.bpm);
}

double TempoMap::quarters_into(const Segment& segment, double seconds) {
    const double plain = seconds * segment.bpm / 60.0;
    if (segment.slope == 0.0 || seconds <= 0.0) return plain;
    return plain * portable_expm1_over_x(segment.slope * seconds / 60.0);
}

double TempoMap::quarters_at(FrameCount frame) const {
    const double second = static_cast<double>(frame) / sample_rate_;
    const Segment& segment = segment_at_second(second);
    return segment.quarter + quarters_into(segment, second - segment.second);
}

double TempoMap::frame_at_quarter(double quarter) const {
    const Segment& segment = segment_at_quarter(quarter);
    return (segment.second + seconds_into(segment, quarter - segment.quarter)) * sample_rate_;
}

double TempoMap::seconds_of_quarters(double quarters, FrameCount frame) const {
    const double second = static_cast<double>(frame) / sample_rate_;
    const Segment& segment = segment_at_second(second);
    double bpm = segment.bpm;
    if (segment.slope != 0.0 && second > segment.second)
        bpm *= portable_exp(segment.slope * (second - segment.second) / 60.0);
    return quarters * 60.0 / bpm;
}

Result<FrameCount> TempoMap::frame_of(const Quantity& position) const {
    if (position.unit == Unit::none) return to_frames(position.number, position);
    if (const auto second = seconds_of(position, sample_rate_)) return to_frames(*second * sample_rate_, position);
    if (position.unit == Unit::notes) return to_frames(frame_at_quarter(position.number), position);
    if (position.unit != Unit::bar_beat) return not_a_time(position);
    const auto quarter = quarter_of_bar_beat(position);
    if (!quarter) return fail(quarter.error());
    return to_frames(frame_at_quarter(*quarter), position);
}

Result<FrameCount> TempoMap::length_of(const Quantity& length, FrameCount from) const {
    if (length.unit == Unit::none) return to_frames(length.number, length);
    if (const auto second = seconds_of(length, sample_rate_)) return to_frames(*second * sample_rate_, length);
    if (length.unit == Unit::bar_beat)
        return fail(ErrorCode::bad_argument,
                    fmt::format("'{}' is a position, not a length: write '35 ms', '12.5 s', '1/8.' or frames",
                                to_string(length)));
    if (length.unit != Unit::notes) return not_a_time(length);
    const double end = frame_at_quarter(quarters_at(from) + length.number);
    return to_frames(end - static_cast<double>(from), length);
}

bool TempoMap::is_constant() const { return slowest_bpm() == fastest_bpm(); }

double TempoMap::slowest_bpm() const { return std::ranges::min(segments_, {}, &Segment::bpm).bpm; }

double TempoMap::fastest_bpm() const { return std::ranges::max(segments_, {}, &Segment::bpm).bpm; }

}  // namespace dubplate::session
