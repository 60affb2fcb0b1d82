#include "session-format/json/write.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "session-format/json/words.h"
#include "session-format/json/write_parts.h"

namespace dubplate::session {
namespace json {
namespace {

Item tempo_item(const std::vector<TempoEvent>& tempos) {
    const Quantity start = frames(0.0);
    if (tempos.size() == 1 && tempos[0].at == start && !tempos[0].ramp_to_next) return Item::setting(tempos[0].bpm);
    Item list = Item::array(true);
    for (const TempoEvent& tempo : tempos) {
        Item entry = Item::object();
        if (tempo.at != start) entry.add("at", quantity_item(tempo.at));
        entry.add("bpm", Item::setting(tempo.bpm));
        if (tempo.ramp_to_next) entry.add_flag("ramp");
        list.add(std::move(entry));
    }
    return list;
}

Item meter_item(const std::vector<MeterEvent>& meters) {
    const auto word = [](const MeterEvent& meter) {
        return Item::setting(fmt::format("{}/{}", meter.beats, meter.beat_unit));
    };
    if (meters.size() == 1 && meters[0].bar == 1) return word(meters[0]);
    Item list = Item::array(true);
    for (const MeterEvent& meter : meters) {
        Item entry = Item::object();
        if (meter.bar != 1) entry.add("bar", Item::integer(meter.bar));
        entry.add("meter", word(meter));
        list.add(std::move(entry));
    }
    return list;
}

void add_timeline(Item& root, const Session& session) {
    if (!session.tempos.empty()) root.add("tempo", tempo_item(session.tempos));
    if (!session.meters.empty()) root.add("meter", meter_item(session.meters));
    if (!session.markers.empty()) {
        Item list = Item::array(true);
        for (const Marker& marker : session.markers)
            list.add(
                std::move(Item::object().add("name", Item::text(marker.name)).add("at", quantity_item(marker.at))));
        root.add("markers", std::move(list));
    }
    if (!session.ranges.empty()) {
        Item list = Item::array(true);
        for (const Range& range : session.ranges) {
            Item entry = Item::object();
            entry.add("name", Item::text(range.name));
            entry.add("from", quantity_item(range.from)).add("to", quantity_item(range.to));
            list.add(std::move(entry));
        }
        root.add("ranges", std::move(list));
    }
    if (session.end) root.add("end", quantity_item(*session.end));
}

void add_strips(Item& root, std::string_view key, StripKind kind, const Session& session) {
    Item list = Item::array(true);
    for (const Strip& strip : session.strips)
        if (strip.kind == kind) list.add(strip_item(strip));
    if (!list.is_empty()) root.add(key, std::move(list));
}

void add_stems(Item& root, const Session& session) {
    if (session.stems.empty()) {
        if (session.stem_rule == StemRule::each_track) root.add("stems", Item::setting("each track"));
        if (session.stem_rule == StemRule::listed) root.add("stems", Item::array());
        return;
    }
    Item list = Item::array(true);
    for (const Stem& stem : session.stems) {
        Item entry = Item::object();
        Item strips = Item::array();
        for (const std::string& strip : stem.strips) strips.add(Item::text(strip));
        entry.add("name", Item::text(stem.name)).add("strips", std::move(strips));
        if (stem.returns != StemReturns::own) entry.add("returns", Item::setting(word_of(kStemReturns, stem.returns)));
        list.add(std::move(entry));
    }
    root.add("stems", std::move(list));
}

}  // namespace
}  // namespace json

std::string write_session(const Session& session) {
    using json::Item;
    const Session standard;
    Item root = Item::object(true);
    root.add("dubplate", Item::integer(1));
    if (!session.name.empty()) root.add("name", Item::text(session.name));
    root.add("sample_rate", Item::integer(session.sample_rate));
    if (session.seed != standard.seed) root.add("seed", Item::scalar(std::to_string(session.seed)));
    if (session.pan_law != standard.pan_law)
        root.add("pan_law", Item::setting(json::word_of(json::kPanLaws, session.pan_law)));
    json::add_timeline(root, session);
    if (!session.metadata.empty()) {
        Item metadata = Item::object(true);
        for (const auto& [key, text] : session.metadata) metadata.add(key, Item::text(text));
        root.add("metadata", std::move(metadata));
    }
    json::add_strips(root, "tracks", StripKind::track, session);
    json::add_strips(root, "buses", StripKind::bus, session);
    json::add_strips(root, "returns", StripKind::return_bus, session);
    const auto master = std::ranges::find(session.strips, StripKind::master, &Strip::kind);
    if (master != session.strips.end() && !(*master == Strip{.name = "Master", .kind = StripKind::master}))
        root.add("master", json::strip_item(*master));
    json::add_stems(root, session);
    std::string text;
    root.print(text, 0, 0);
    text += '\n';
    return text;
}

Result<void> write_session_file(const Session& session, const std::string& path) {
    const std::string text = write_session(session);
    const std::string beside = fmt::format("{}.{}.part", path, ::getpid());
    const auto failed = [&](const char* what) {
        const int reason = errno;
        std::remove(beside.c_str());
        return fail(ErrorCode::io, fmt::format("cannot {} the session: {}", what, std::strerror(reason)), path);
    };
    std::FILE* file = std::fopen(beside.c_str(), "wb");
    if (!file) return failed("create");
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const bool closed = std::fclose(file) == 0;
    if (!written || !closed) return failed("write");
    if (std::rename(beside.c_str(), path.c_str()) != 0) return failed("rename");
    return {};
}

}  // namespace dubplate::session
