#include "cli/time_range.h"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

const session::Marker* find_marker(const session::Session& session, std::string_view name) {
    for (const session::Marker& marker : session.markers)
        if (marker.name == name) return &marker;
    return nullptr;
}

bool is_time(const session::Quantity& quantity) {
    switch (quantity.unit) {
        case session::Unit::decibels:
        case session::Unit::hertz:
        case session::Unit::kilohertz:
        case session::Unit::percent: return false;
        default: return true;
    }
}

/// One end of the range; nothing for the empty text.
Result<std::optional<session::Quantity>> parse_end(std::string_view text, const session::Session& session) {
    text = trimmed(text);
    if (text.empty()) return std::nullopt;
    if (const session::Marker* marker = find_marker(session, text)) return marker->at;
    if (const auto time = session::parse_quantity(text); time && is_time(*time)) return *time;
    const bool begins_as_time = text[0] == '-' || text[0] == '+' || (text[0] >= '0' && text[0] <= '9');
    std::vector<std::string_view> names;
    for (const session::Marker& marker : session.markers) names.push_back(marker.name);
    std::string meant = did_you_mean(text, names);
    if (const auto time = session::parse_quantity(text); meant.empty() && begins_as_time && !time)
        meant = fmt::format(": {}", time.error().message);
    return fail(ErrorCode::bad_argument,
                fmt::format("'{}' is neither a time (\"12.5 s\", \"2|3|120\", frames) nor a marker of the session{}",
                            text, meant));
}

/// What may have been meant: a range, or what begins at a marker.
std::string meant_range(std::string_view text, std::vector<std::string_view> words, const session::Session& session) {
    std::vector<std::string> from_markers;
    for (const session::Marker& marker : session.markers) from_markers.push_back(marker.name + ":");
    words.insert(words.end(), from_markers.begin(), from_markers.end());
    const std::string meant = did_you_mean(text, words);
    return meant.empty() ? "; between times or markers say A:B" : meant;
}

}  // namespace

Result<TimeRange> parse_time_range(std::string_view text, const session::Session& session) {
    std::vector<std::string_view> names;
    for (const session::Range& range : session.ranges) {
        if (range.name == text) return TimeRange{range.from, range.to};
        names.push_back(range.name);
    }
    if (text.find(':') == std::string_view::npos) {
        if (find_marker(session, text) != nullptr)
            return fail(
                ErrorCode::bad_argument,
                fmt::format("'{}' is a marker: say '{}:' to begin there, ':{}' to end there", text, text, text));
        return fail(ErrorCode::bad_argument,
                    fmt::format("the session has no range '{}'{}", text, meant_range(text, names, session)));
    }
    // A marker's name may hold a colon itself: the first cut of which both sides mean something is the one.
    std::optional<Error> first_error;
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
        const auto from = parse_end(text.substr(0, colon), session);
        const auto to = parse_end(text.substr(colon + 1), session);
        if (from && to) return TimeRange{*from, *to};
        if (!first_error) first_error = from ? to.error() : from.error();
    }
    return fail(*first_error);
}

}  // namespace dubplate::cli
