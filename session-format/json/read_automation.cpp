#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "engine/base/spelling.h"
#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session::json {
namespace {

constexpr std::uint32_t kMaxPoints = 1'000'000;

// What a strip itself can automate, described as parameters of processors are.
constexpr ParameterDescription kLevel{.name = "level",
                                      .unit = ParameterUnit::decibels,
                                      .minimum = kMinDecibels,
                                      .maximum = kMaxDecibels,
                                      .motion = Motion::per_frame,
                                      .help = ""};
constexpr ParameterDescription kPan{
    .name = "pan", .minimum = -1.0, .maximum = 1.0, .motion = Motion::per_frame, .help = ""};
constexpr ParameterDescription kMute{
    .name = "mute", .unit = ParameterUnit::toggle, .motion = Motion::per_frame, .help = ""};

/// The index after "sends/" or "inserts/", and what follows it.
std::optional<std::size_t> take_index(std::string_view& target, std::string_view prefix) {
    if (!target.starts_with(prefix)) return {};
    const std::string_view rest = target.substr(prefix.size());
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    // One way to write an index, so that one lane has one name.
    const auto digits = static_cast<std::size_t>(end - rest.data());
    if (error != std::errc{} || digits == rest.size() || *end != '/' || (rest[0] == '0' && digits > 1)) return {};
    target = rest.substr(digits + 1);
    return index;
}

/// "2, counted from 0".
std::string counted(std::size_t count) { return count == 0 ? "none" : fmt::format("{}, counted from 0", count); }

/// Every path of an insert's parameters that can be automated.
std::vector<std::string> automatable_paths(const Insert& insert, const ProcessorDescription& processor) {
    std::vector<std::string> paths;
    for (const ParameterDescription& parameter : processor.parameters)
        if (parameter.motion != Motion::fixed) paths.emplace_back(parameter.name);
    for (std::size_t member = 0; member < group_size(insert, processor); ++member)
        for (const ParameterDescription& parameter : processor.group)
            if (parameter.motion != Motion::fixed)
                paths.push_back(fmt::format("{}/{}/{}", processor.group_name, member, parameter.name));
    return paths;
}

/// The parameter of an insert that a lane moves; nullptr after noting why there is none.
const ParameterDescription* insert_target(const Node& lane, std::string_view path, const Insert& insert,
                                          Reading& reading) {
    const ProcessorDescription* processor = reading.processor(insert.processor);
    if (!processor) return nullptr;  // noted already
    const std::size_t index = parameter_index(*processor, path);
    const std::size_t count = parameter_count(*processor, group_size(insert, *processor));
    if (index == kNoParameter || index >= count) {
        const auto paths = automatable_paths(insert, *processor);
        const std::vector<std::string_view> views(paths.begin(), paths.end());
        reading.problems.at_key(lane, fmt::format("'{}' has no parameter '{}'{}", insert.processor, cut(path, 80),
                                                  did_you_mean(path, views)));
        return nullptr;
    }
    const ParameterDescription& parameter = parameter_at(*processor, index);
    if (parameter.motion == Motion::fixed || parameter.unit == ParameterUnit::file) {
        reading.problems.at_key(lane, fmt::format("'{}' of '{}' cannot be automated", path, insert.processor));
        return nullptr;
    }
    return &parameter;
}

const ParameterDescription* find_target(const Node& lane, const Strip& strip, Reading& reading) {
    std::string_view rest = lane.key;
    if (rest == "fader") return &kLevel;
    if (rest == "pan") return &kPan;
    if (rest == "mute") return &kMute;
    if (const auto index = take_index(rest, "sends/")) {
        if (*index >= strip.sends.size()) {
            reading.problems.at_key(
                lane, fmt::format("there is no send {}: the strip has {}", *index, counted(strip.sends.size())));
            return nullptr;
        }
        if (rest == "level") return &kLevel;
        if (rest == "pan") return &kPan;
        reading.problems.at_key(lane,
                                fmt::format("of a send 'level' and 'pan' can be automated, not '{}'", cut(rest, 80)));
        return nullptr;
    }
    if (const auto index = take_index(rest, "inserts/")) {
        if (*index < strip.inserts.size()) return insert_target(lane, rest, strip.inserts[*index], reading);
        reading.problems.at_key(
            lane, fmt::format("there is no insert {}: the strip has {}", *index, counted(strip.inserts.size())));
        return nullptr;
    }
    constexpr std::string_view kTargets[] = {"fader", "pan", "mute"};
    const std::string meant = did_you_mean(lane.key, kTargets);
    reading.problems.at_key(
        lane, fmt::format("unknown target '{}'{}", cut(lane.key, 80),
                          meant.empty()
                              ? ": there are 'fader', 'pan', 'mute', 'sends/0/level', 'sends/0/pan' and an insert's "
                                "parameters such as 'inserts/0/threshold'"
                              : meant));
    return nullptr;
}

/// Where a lane stands among a strip's: fader, pan, mute, then sends and inserts as their parts are listed.
using LanePlace = std::array<std::size_t, 3>;
LanePlace place_of(std::string_view target, const Strip& strip, const Reading& reading) {
    constexpr std::string_view kOwn[] = {"fader", "pan", "mute"};
    for (std::size_t own = 0; own < std::size(kOwn); ++own)
        if (target == kOwn[own]) return {own};
    if (const auto send = take_index(target, "sends/")) return {3, *send, target == "pan" ? 1u : 0u};
    const std::size_t insert = take_index(target, "inserts/").value_or(0);
    return {4, insert, parameter_index(*reading.processor(strip.inserts[insert].processor), target)};
}

/// ["17|1", "-6 dB"], ["17|1", "-6 dB", "hold"] or ["17|1", "-6 dB", "curve", 0.5]
std::optional<Breakpoint> read_point(const Node& node, const ParameterDescription& parameter, Reading& reading) {
    Problems& problems = reading.problems;
    if (node.kind != Kind::array || node.children < 2 || node.children > 4) {
        problems.at(node,
                    "expected a breakpoint: [time, value], [time, value, shape] or [time, value, \"curve\", bend]");
        return {};
    }
    const bool steps = parameter.unit == ParameterUnit::toggle || parameter.unit == ParameterUnit::choice;
    Breakpoint point{.shape = steps ? Shape::hold : Shape::linear};
    auto part = reading.document.children(node).begin();
    const auto at = read_time(*part, problems);
    const auto value = read_lane_value(*++part, parameter, reading);
    if (node.children > 2) {
        const Node& shape_node = *++part;
        if (const auto shape = read_word(shape_node, kShapes, problems)) point.shape = static_cast<Shape>(*shape);
        if (steps && point.shape != Shape::hold)
            problems.at(shape_node, fmt::format("'{}' has steps only: its shape is \"hold\"", parameter.name));
        if (node.children > 3) {
            const Node& bend = *++part;
            if (point.shape == Shape::curve)
                point.bend = read_number(bend, -1.0, 1.0, problems).value_or(0.0);
            else
                problems.at(bend, "only the shape \"curve\" has a bend");
        }
    }
    if (!at || !value) return {};
    point.at = *at;
    point.value = *value;
    return point;
}

}  // namespace

std::vector<Breakpoint> read_points(const Node& node, const ParameterDescription& parameter, FrameCount origin,
                                    bool relative, Reading& reading) {
    std::vector<Breakpoint> points;
    if (!expect(node, Kind::array, reading.problems)) return points;
    if (node.children == 0 || node.children > kMaxPoints) {
        reading.problems.at(node, fmt::format("expected 1 to {} breakpoints", kMaxPoints));
        return points;
    }
    points.reserve(node.children);
    FrameCount before = -1;
    for (const Node& entry : reading.document.children(node)) {
        const auto point = read_point(entry, parameter, reading);
        if (!point) continue;
        const Node& time = *reading.document.children(entry).begin();
        const auto frame = relative ? resolve_length(time, point->at, origin, false, reading)
                                    : resolve_position(time, point->at, reading);
        if (frame && *frame <= before)
            reading.problems.at(time,
                                fmt::format("'{}' does not come after the breakpoint before it", to_string(point->at)));
        before = frame.value_or(before);
        points.push_back(*point);
    }
    return points;
}

void read_automation(const Node& node, Strip& strip, Reading& reading) {
    if (!expect(node, Kind::object, reading.problems)) return;
    std::vector<std::pair<LanePlace, Lane>> lanes;
    for (const Node& lane : reading.document.children(node)) {
        const ParameterDescription* parameter = find_target(lane, strip, reading);
        if (!parameter) continue;
        lanes.push_back(
            {place_of(lane.key, strip, reading),
             {std::string(lane.key), read_points(lane, *parameter, 0, false, reading), reading.document.place(lane)}});
    }
    std::ranges::stable_sort(lanes, {}, &std::pair<LanePlace, Lane>::first);
    for (auto& [place, lane] : lanes) strip.lanes.push_back(std::move(lane));
}

}  // namespace dubplate::session::json
