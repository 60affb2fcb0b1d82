#include "engine/nodes/strip_setup.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>

#include "session-format/model/values.h"

namespace dubplate::nodes {
namespace {

using session::Lane;
using session::Session;
using session::Strip;

/// "12" -> 12; -1 where it is no plain number.
int number_of(std::string_view text) {
    int number = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

class Setter {
public:
    Setter(const Session& session, const Strip& strip, const session::TempoMap& tempo_map, const Impulses& impulses)
        : session_(session), strip_(strip), tempo_map_(tempo_map), impulses_(impulses) {}

    Result<StripSetup> run() {
        const auto fader = session::to_base_unit(strip_.fader, ParameterUnit::decibels, session_.sample_rate);
        if (!fader) return fail(fader.error().code, fader.error().message, here(strip_.place));
        setup_.fader_db = Curve(*fader);
        setup_.pan = Curve(strip_.pan);
        setup_.mute = Curve(0.0);
        for (const session::Send& send : strip_.sends) {
            const auto level = session::to_base_unit(send.level, ParameterUnit::decibels, session_.sample_rate);
            if (!level) return fail(level.error().code, level.error().message, here(send.place));
            setup_.sends.push_back({Curve(*level), Curve(send.pan), send.mute});
        }
        for (std::size_t k = 0; k < strip_.inserts.size(); ++k)
            if (auto ok = set_up_insert(k); !ok) return fail(ok.error());
        for (const Lane& lane : strip_.lanes)
            if (auto ok = set_up_lane(lane); !ok) return fail(ok.error());
        for (std::size_t k = 0; k < setup_.inserts.size(); ++k)
            if (auto ok = finish_insert(k); !ok) return fail(ok.error());
        return std::move(setup_);
    }

private:
    std::string here(const session::Place& place) const { return strip_place(session_, strip_, place); }

    Result<void> set_up_insert(std::size_t k) {
        const session::Insert& insert = strip_.inserts[k];
        InsertSetup setup;
        setup.kind = kernels::find_processor(insert.processor);
        if (!setup.kind)
            return fail(ErrorCode::not_found, fmt::format("there is no processor '{}'", insert.processor),
                        insert_place(session_, strip_, k));
        auto values = session::insert_values(insert, setup.kind->description, tempo_map_);
        if (!values) return fail(values.error().code, values.error().message, insert_place(session_, strip_, k));
        setup.bypass = insert.bypass;
        setup.group_size = values->group_size;
        setup.values = values->values;
        setup.has_key = insert.key.has_value();
        for (std::size_t p = 0; p < setup.values.size(); ++p) {
            if (!values->quarters[p]) continue;
            Curve curve(*values->quarters[p], tempo_map_);
            const auto& description = parameter_at(setup.kind->description, p);
            if (curve.is_constant() || description.motion == Motion::fixed)
                setup.values[p] = curve.value(0);
            else
                setup.moving.push_back({p, description.motion, curve});
        }
        if (!values->file.empty()) {
            const auto found = impulses_.find(values->file);
            if (found == impulses_.end())
                return fail(ErrorCode::not_found, fmt::format("the response '{}' was not loaded", values->file),
                            insert_place(session_, strip_, k));
            setup.impulse = found->second.get();
        }
        setup_.inserts.push_back(std::move(setup));
        return {};
    }

    /// What a lane may hold.
    struct Range {
        ParameterUnit unit;
        double least, most;
    };
    static constexpr Range kLevels{ParameterUnit::decibels, -144.0, 48.0}, kPans{ParameterUnit::plain, -1.0, 1.0},
        kMutes{ParameterUnit::toggle, 0.0, 1.0};

    static Range range_of(const ParameterDescription& parameter) {
        if (parameter.unit == ParameterUnit::choice)
            return {parameter.unit, 0.0, static_cast<double>(parameter.choices.size()) - 1.0};
        return {parameter.unit, parameter.minimum, parameter.maximum};
    }

    Result<std::vector<Curve::Point>> points_of(const Lane& lane, const Range& range) {
        const ParameterUnit unit = range.unit;
        // Conversion of units may miss a limit by the last bits.
        const double slack = 1e-9 * std::max(std::fabs(range.least), std::fabs(range.most));
        std::vector<Curve::Point> points;
        for (const session::Breakpoint& point : lane.points) {
            const auto frame = tempo_map_.frame_of(point.at);
            if (!frame) return fail(frame.error().code, frame.error().message, here(lane.place));
            double value = 0.0;
            if (point.value.unit == session::Unit::notes) {
                // A note value in a lane of times: its length at the tempo where it stands.
                value = tempo_map_.seconds_of_quarters(point.value.number, *frame);
            } else {
                const auto base = session::to_base_unit(point.value, unit, session_.sample_rate);
                if (!base) return fail(base.error().code, base.error().message, here(lane.place));
                value = *base;
            }
            if (unit == ParameterUnit::decibels) value = std::max(value, -144.0);
            if (!(value >= range.least - slack && value <= range.most + slack))
                return fail(
                    ErrorCode::bad_argument,
                    fmt::format("automation of '{}': '{}' is out of range", lane.target, to_string(point.value)),
                    here(lane.place));
            points.push_back({*frame, value, point.shape, point.bend});
        }
        for (std::size_t k = 1; k < points.size(); ++k)
            if (points[k].at < points[k - 1].at)
                return fail(ErrorCode::bad_argument,
                            fmt::format("breakpoint {} of '{}' lies before the one above it", k + 1, lane.target),
                            here(lane.place));
        return points;
    }

    Result<void> set_up_lane(const Lane& lane) {
        if (lane.points.empty()) return {};
        const auto unknown = [&] {
            return fail(ErrorCode::not_found,
                        fmt::format("automation of '{}': there is no such parameter", lane.target), here(lane.place));
        };
        const auto into = [&](Curve& curve, const Range& range) -> Result<void> {
            auto points = points_of(lane, range);
            if (!points) return fail(points.error());
            curve = Curve(std::move(*points));
            return {};
        };
        if (lane.target == "fader") return into(setup_.fader_db, kLevels);
        if (lane.target == "pan") return into(setup_.pan, kPans);
        if (lane.target == "mute") {
            auto points = points_of(lane, kMutes);
            if (!points) return fail(points.error());
            setup_.mute = Curve::ramped_steps(std::move(*points));
            return {};
        }
        const std::string_view target = lane.target;
        const std::size_t slash = target.find('/');
        const std::size_t second = slash == std::string_view::npos ? slash : target.find('/', slash + 1);
        if (second == std::string_view::npos) return unknown();
        const int index = number_of(target.substr(slash + 1, second - slash - 1));
        const std::string_view room = target.substr(0, slash), name = target.substr(second + 1);
        if (index < 0) return unknown();
        if (room == "sends") {
            if (static_cast<std::size_t>(index) >= setup_.sends.size()) return unknown();
            SendSetup& send = setup_.sends[static_cast<std::size_t>(index)];
            if (name == "level") return into(send.level_db, kLevels);
            if (name == "pan") return into(send.pan, kPans);
            return unknown();
        }
        if (room != "inserts" || static_cast<std::size_t>(index) >= setup_.inserts.size()) return unknown();
        InsertSetup& insert = setup_.inserts[static_cast<std::size_t>(index)];
        const std::size_t parameter = parameter_index(insert.kind->description, name);
        if (parameter == kNoParameter || parameter >= insert.values.size()) return unknown();
        const ParameterDescription& description = parameter_at(insert.kind->description, parameter);
        if (description.motion == Motion::fixed)
            return fail(ErrorCode::bad_argument,
                        fmt::format("'{}' of {} cannot be automated", name, insert.kind->description.title),
                        here(lane.place));
        std::erase_if(insert.moving, [&](const MovingParameter& moving) { return moving.index == parameter; });
        MovingParameter moving{parameter, description.motion, Curve(0.0)};
        if (auto ok = into(moving.curve, range_of(description)); !ok) return ok;
        if (moving.curve.is_constant())
            insert.values[parameter] = moving.curve.value(0);
        else
            insert.moving.push_back(std::move(moving));
        return {};
    }

    Result<void> finish_insert(std::size_t k) {
        InsertSetup& insert = setup_.inserts[k];
        std::sort(insert.moving.begin(), insert.moving.end(),
                  [](const MovingParameter& a, const MovingParameter& b) { return a.index < b.index; });
        insert.greatest = insert.least = insert.values;
        for (const MovingParameter& moving : insert.moving) {
            insert.values[moving.index] = moving.curve.value(0);
            insert.greatest[moving.index] = moving.curve.greatest();
            insert.least[moving.index] = moving.curve.least();
        }
        const auto values = insert.strip_values(session_.sample_rate, strip_.layout.channels);
        if (insert.kind->validate)
            if (auto ok = insert.kind->validate(values); !ok)
                return fail(ok.error().code, ok.error().message, insert_place(session_, strip_, k));
        if (insert.kind->latency) insert.latency_frames = insert.kind->latency(values);
        if (insert.kind->tail && !insert.bypass) insert.tail = insert.kind->tail(values);
        return {};
    }

    const Session& session_;
    const Strip& strip_;
    const session::TempoMap& tempo_map_;
    const Impulses& impulses_;
    StripSetup setup_;
};

}  // namespace

std::string InsertSetup::signature() const {
    std::string text =
        fmt::format("{}|{}|{}|{}|{}", kind->description.name, bypass, group_size, has_key, latency_frames);
    for (std::size_t p = 0; p < values.size(); ++p) {
        const ParameterUnit unit = parameter_at(kind->description, p).unit;
        if (unit == ParameterUnit::choice || unit == ParameterUnit::toggle) text += fmt::format("|{}", values[p]);
    }
    for (const MovingParameter& parameter : moving) text += fmt::format("|m{}", parameter.index);
    return text;
}

FrameCount StripSetup::latency_frames(int first, int last) const {
    FrameCount frames = 0;
    for (int k = first; k < last; ++k) frames += inserts[static_cast<std::size_t>(k)].latency_frames;
    return frames;
}

FrameCount StripSetup::tail_frames() const {
    FrameCount frames = 0;
    for (const InsertSetup& insert : inserts) frames += insert.tail.frames;
    return frames;
}

FrameCount StripSetup::gap_frames() const {
    FrameCount frames = 0;
    for (const InsertSetup& insert : inserts) frames += insert.tail.gap_frames;
    return frames;
}

Result<StripSetup> set_up_strip(const Session& session, const Strip& strip, const session::TempoMap& tempo_map,
                                const Impulses& impulses) {
    return Setter(session, strip, tempo_map, impulses).run();
}

Result<std::vector<StripSetup>> set_up_strips(const Session& session, const session::TempoMap& tempo_map,
                                              const Impulses& impulses, const std::function<bool()>& poll) {
    std::vector<StripSetup> setups;
    for (const Strip& strip : session.strips) {
        if (poll && !poll()) return fail(ErrorCode::cancelled, "cancelled");
        setups.emplace_back();
        if (strip.disabled && strip.kind != session::StripKind::master) continue;
        auto setup = set_up_strip(session, strip, tempo_map, impulses);
        if (!setup) return fail(std::move(setup.error()));
        setups.back() = std::move(*setup);
    }
    return setups;
}

void find_equal_channels(const Session& session, std::span<const std::unique_ptr<audio::ClipTrack>> tracks,
                         std::vector<StripSetup>& setups) {
    for (std::size_t s = 0; s < setups.size(); ++s) {
        const int channels = session.strips[s].layout.channels;
        if (channels == 1 || !tracks[s] || tracks[s]->channels() != 1) continue;
        const auto keeps_equal = [&](const InsertSetup& insert) {
            if (insert.bypass) return true;
            return !insert.has_key && insert.kind->keeps_channels_equal &&
                   insert.kind->keeps_channels_equal(insert.strip_values(session.sample_rate, channels));
        };
        const std::vector<InsertSetup>& inserts = setups[s].inserts;
        setups[s].equal_inserts =
            static_cast<int>(std::find_if_not(inserts.begin(), inserts.end(), keeps_equal) - inserts.begin());
    }
}

std::string insert_place(const Session& session, const Strip& strip, std::size_t insert) {
    const session::Insert& what = strip.inserts[insert];
    return strip_place(session, strip, what.place) + fmt::format(" / insert {} ({})", insert + 1, what.processor);
}

std::string strip_place(const Session& session, const Strip& strip, const session::Place& place) {
    const std::string where = session::locate(session, place);
    return fmt::format("{}{}strip '{}'", where, where.empty() ? "" : ": ", strip.name);
}

}  // namespace dubplate::nodes
