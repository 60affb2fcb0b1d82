#include "session-format/model/session.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>

namespace dubplate::session {

bool operator==(const Session& a, const Session& b) {
    // The rule says what stands in for a list of stems; with a list it says nothing.
    const bool same_stems = a.stems == b.stems && (!a.stems.empty() || a.stem_rule == b.stem_rule);
    return same_stems && a.name == b.name && a.sample_rate == b.sample_rate && a.seed == b.seed &&
           a.pan_law == b.pan_law && a.tempos == b.tempos && a.meters == b.meters && a.markers == b.markers &&
           a.ranges == b.ranges && a.strips == b.strips && a.end == b.end && a.metadata == b.metadata;
}

const Strip* find_strip(const Session& session, std::string_view name) {
    const auto found = std::ranges::find(session.strips, name, &Strip::name);
    return found == session.strips.end() ? nullptr : &*found;
}

const Strip& master_of(const Session& session) {
    const auto found = std::ranges::find(session.strips, StripKind::master, &Strip::kind);
    assert(found != session.strips.end() && "every session has a master: the reader adds it where a file has none");
    return *found;
}

std::string locate(const Session& session, const Place& place) {
    if (place.line == 0) return {};
    if (session.file.empty()) return place.pointer;  // built in code and validated
    const std::string at = fmt::format("{}:{}:{}", session.file, place.line, place.column);
    return place.pointer.empty() ? at : fmt::format("{} ({})", at, place.pointer);
}

}  // namespace dubplate::session
