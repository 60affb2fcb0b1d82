// Tempo, meter, markers, ranges, the end, and how positions and lengths are judged.

#include <charconv>

#include <fmt/format.h>

#include "session-format/json/read_parts.h"

namespace dubplate::session::json {
namespace {

/// "6/8". What a meter may be is for the tempo map to say.
std::optional<MeterEvent> read_meter_word(const Node& node, int bar, Problems& problems) {
    if (node.kind == Kind::string) {
        MeterEvent meter{.bar = bar};
        const char* last = node.text.data() + node.text.size();
        const auto beats = std::from_chars(node.text.data(), last, meter.beats);
        if (beats.ec == std::errc{} && beats.ptr != last && *beats.ptr == '/') {
            const auto unit = std::from_chars(beats.ptr + 1, last, meter.beat_unit);
            if (unit.ec == std::errc{} && unit.ptr == last) return meter;
        }
    }
    problems.at(node, "expected a meter such as \"4/4\" or \"6/8\"");
    return {};
}

/// False if an event could not be read.
bool read_tempos(const Node& node, Reading& reading) {
    Problems& problems = reading.problems;
    std::vector<TempoEvent>& tempos = reading.session.tempos;
    if (node.kind == Kind::number) {
        const auto bpm = read_number(node, 1.0, 1000.0, problems);
        if (bpm) tempos.push_back({frames(0.0), *bpm, false});
        return bpm.has_value();
    }
    if (node.kind != Kind::array) {
        problems.at(node, "expected beats per minute, such as 120, or a list of tempos");
        return false;
    }
    bool whole = true;
    for (const Node& entry : reading.document.children(node)) {
        TempoEvent event{frames(0.0), 120.0, false};
        Fields fields(entry, problems);
        fields.take("at", event.at, read_time);
        const Node* bpm_node = fields.require("bpm");
        const auto bpm = bpm_node ? read_number(*bpm_node, 1.0, 1000.0, problems) : std::nullopt;
        fields.take("ramp", event.ramp_to_next, read_bool);
        fields.finish();
        event.bpm = bpm.value_or(120.0);
        whole = whole && bpm;
        tempos.push_back(event);
    }
    return whole;
}

bool read_meters(const Node& node, Reading& reading) {
    Problems& problems = reading.problems;
    std::vector<MeterEvent>& meters = reading.session.meters;
    if (node.kind != Kind::array) {
        const auto meter = read_meter_word(node, 1, problems);
        if (meter) meters.push_back(*meter);
        return meter.has_value();
    }
    bool whole = true;
    for (const Node& entry : reading.document.children(node)) {
        int bar = 1;
        Fields fields(entry, problems);
        fields.take("bar", bar, read_integer, 1, 1'000'000'000);
        const Node* word = fields.require("meter");
        const auto meter = word ? read_meter_word(*word, bar, problems) : std::nullopt;
        fields.finish();
        whole = whole && meter;
        meters.push_back(meter.value_or(MeterEvent{.bar = bar}));
    }
    return whole;
}

/// The node of "/tempo/2", or the list itself where it is written as one value.
const Node& event_node(const Document& document, const Node& list, std::string_view where) {
    std::uint32_t index = 0;
    const std::size_t last = where.rfind('/');
    std::from_chars(where.data() + last + 1, where.data() + where.size(), index);
    if (list.kind == Kind::array)
        for (const Node& entry : document.children(list))
            if (entry.index == index) return entry;
    return list;
}

}  // namespace

std::optional<FrameCount> resolve_position(const Node& node, const Quantity& position, Reading& reading) {
    if (!reading.tempo_map) return {};
    const auto frame = reading.tempo_map->frame_of(position);
    if (!frame) {
        reading.problems.at(node, frame.error().message);
    } else if (*frame < 0) {
        reading.problems.at(node, fmt::format("'{}' lies before the session's start", to_string(position)));
    } else {
        return *frame;
    }
    return {};
}

std::optional<FrameCount> resolve_length(const Node& node, const Quantity& length, FrameCount from, bool positive,
                                         Reading& reading) {
    if (!reading.tempo_map) return {};
    const auto frames = reading.tempo_map->length_of(length, from);
    if (!frames) {
        reading.problems.at(node, frames.error().message);
    } else if (*frames < 0) {
        reading.problems.at(node, fmt::format("'{}' is negative", to_string(length)));
    } else if (positive && *frames == 0) {
        reading.problems.at(node, fmt::format("'{}' is shorter than a frame", to_string(length)));
    } else {
        return *frames;
    }
    return {};
}

void read_timeline(Fields& fields, Reading& reading, std::optional<TempoMap>& tempo_map) {
    const Node* tempo = fields.find("tempo");
    const Node* meter = fields.find("meter");
    const bool tempos_whole = !tempo || read_tempos(*tempo, reading);
    const bool meters_whole = !meter || read_meters(*meter, reading);
    if (!tempos_whole || !meters_whole) return;
    auto made = TempoMap::create(reading.session.tempos, reading.session.meters, reading.session.sample_rate);
    if (made) {
        tempo_map = std::move(*made);
        return;
    }
    const Node* list = made.error().where.starts_with("/tempo") ? tempo : meter;
    reading.problems.at(event_node(reading.document, *list, made.error().where), made.error().message);
}

void read_ranges(Fields& fields, Reading& reading) {
    Problems& problems = reading.problems;
    if (const Node* list = fields.find("markers"); list && expect(*list, Kind::array, problems))
        for (const Node& node : reading.document.children(*list)) {
            Marker marker{.place = reading.document.place(node)};
            Fields entry(node, problems);
            if (const Node* name = entry.require("name")) marker.name = read_name(*name, problems).value_or("");
            if (const Node* at = entry.require("at"))
                if (const auto position = read_time(*at, problems)) {
                    marker.at = *position;
                    resolve_position(*at, *position, reading);
                }
            entry.finish();
            reading.session.markers.push_back(std::move(marker));
        }
    if (const Node* list = fields.find("ranges"); list && expect(*list, Kind::array, problems))
        for (const Node& node : reading.document.children(*list)) {
            Range range{.place = reading.document.place(node)};
            Fields entry(node, problems);
            if (const Node* name = entry.require("name")) range.name = read_name(*name, problems).value_or("");
            const Node* from = entry.require("from");
            const Node* to = entry.require("to");
            entry.finish();
            const auto first = from ? read_time(*from, problems) : std::nullopt;
            const auto last = to ? read_time(*to, problems) : std::nullopt;
            range.from = first.value_or(Quantity{});
            range.to = last.value_or(Quantity{});
            const auto first_frame = first ? resolve_position(*from, *first, reading) : std::nullopt;
            const auto last_frame = last ? resolve_position(*to, *last, reading) : std::nullopt;
            if (first_frame && last_frame && *first_frame >= *last_frame)
                problems.at(*to, fmt::format("the range ends at '{}', not after its start at '{}'", to_string(range.to),
                                             to_string(range.from)));
            reading.session.ranges.push_back(std::move(range));
        }
    if (const Node* end = fields.find("end"))
        if (const auto position = read_time(*end, problems)) {
            reading.session.end = *position;
            if (resolve_position(*end, *position, reading) == FrameCount{0})
                problems.at(*end, "the session would end at its start");
        }
}

}  // namespace dubplate::session::json
