#include "session-format/json/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/spelling.h"

namespace dubplate::session::json {
namespace {

/// "file:line:column (/pointer)"; without a file the pointer alone.
std::string where(const std::string& file, int line, int column, const std::string& pointer) {
    if (file.empty()) return pointer;
    const std::string at = fmt::format("{}:{}:{}", file, line, column);
    return pointer.empty() ? at : fmt::format("{} ({})", at, pointer);
}

/// What was written, for messages: short, on one line.
std::string shown(const Node& node) {
    if (node.kind == Kind::string) return fmt::format("\"{}\"", cut(node.text, 40));
    if (node.kind == Kind::number) return std::string(cut(node.text, 40));
    if (node.kind == Kind::boolean) return node.truth ? "true" : "false";
    return std::string(kind_name(node.kind));
}

std::optional<std::string> read_line(const Node& node, std::size_t max_bytes, Problems& problems) {
    if (!expect(node, Kind::string, problems)) return {};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (node.text.empty()) {
        problems.at(node, "the text is empty");
    } else if (node.text.size() > max_bytes) {
        problems.at(node, fmt::format("the text is longer than {} bytes", max_bytes));
    } else if (std::ranges::any_of(node.text, is_control)) {
        problems.at(node, "the text holds a line break, tab or other control character");
    } else {
        return std::string(node.text);
    }
    return {};
}

std::optional<double> finite_number(const Node& node, Problems& problems) {
    if (!expect(node, Kind::number, problems)) return {};
    double number = 0.0;
    const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), number);
    if (error != std::errc{} || !std::isfinite(number)) {
        problems.at(node, fmt::format("{} is too large or too small a number", shown(node)));
        return {};
    }
    return number + 0.0;  // -0 becomes 0
}

}  // namespace

void Problems::at(const Node& node, std::string message, ErrorCode code) {
    if (is_full()) {
        ++left_out_;
        return;
    }
    std::string place = where(file_name_, node.line, node.column, document_.pointer(node));
    found_.push_back({{code, std::move(message), std::move(place)}, node.line, node.column});
}

void Problems::at_key(const Node& node, std::string message) {
    if (is_full()) {
        ++left_out_;
        return;
    }
    std::string place = where(file_name_, node.key_line, node.key_column, document_.pointer(node));
    found_.push_back({{ErrorCode::bad_argument, std::move(message), std::move(place)}, node.key_line, node.key_column});
}

void Problems::sorted_into(std::vector<Error>& errors) const {
    std::vector<const Problem*> order;
    for (const Problem& problem : found_) order.push_back(&problem);
    std::ranges::stable_sort(order, [](const Problem* a, const Problem* b) {
        return std::pair(a->line, a->column) < std::pair(b->line, b->column);
    });
    for (const Problem* problem : order) errors.push_back(problem->error);
    if (left_out_ > 0)
        errors.push_back({ErrorCode::bad_argument, fmt::format("and {} more mistakes", left_out_), file_name_});
}

bool expect(const Node& node, Kind kind, Problems& problems) {
    if (node.kind == kind) return true;
    problems.at(node, fmt::format("expected {}, not {}", kind_name(kind), shown(node)));
    return false;
}

std::optional<bool> read_bool(const Node& node, Problems& problems) {
    if (!expect(node, Kind::boolean, problems)) return {};
    return node.truth;
}

std::optional<double> read_number(const Node& node, double minimum, double maximum, Problems& problems) {
    const auto number = finite_number(node, problems);
    if (!number) return {};
    if (*number < minimum || *number > maximum) {
        problems.at(node,
                    fmt::format("{} is out of range: it must lie between {} and {}", shown(node), minimum, maximum));
        return {};
    }
    return number;
}

std::optional<std::int64_t> read_integer(const Node& node, std::int64_t minimum, std::int64_t maximum,
                                         Problems& problems) {
    if (!expect(node, Kind::number, problems)) return {};
    std::int64_t number = 0;
    const char* last = node.text.data() + node.text.size();
    const auto [end, error] = std::from_chars(node.text.data(), last, number);
    if ((error == std::errc{} && end != last) || (error != std::errc{} && error != std::errc::result_out_of_range)) {
        problems.at(node, fmt::format("expected a whole number, not {}", shown(node)));
        return {};
    }
    if (error != std::errc{} || number < minimum || number > maximum) {
        problems.at(node,
                    fmt::format("{} is out of range: it must lie between {} and {}", shown(node), minimum, maximum));
        return {};
    }
    return number;
}

std::optional<std::string> read_text(const Node& node, Problems& problems) {
    if (!expect(node, Kind::string, problems)) return {};
    if (node.text.size() > kMaxTextBytes) {
        problems.at(node, fmt::format("the text is longer than {} bytes", kMaxTextBytes));
        return {};
    }
    return std::string(node.text);
}

std::optional<std::string> read_name(const Node& node, Problems& problems) {
    return read_line(node, kMaxNameBytes, problems);
}

std::optional<std::string> read_path(const Node& node, Problems& problems) {
    return read_line(node, kMaxPathBytes, problems);
}

std::optional<std::size_t> read_word(const Node& node, std::span<const std::string_view> words, Problems& problems) {
    if (node.kind == Kind::string) {
        const auto found = std::ranges::find(words, node.text);
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    const std::string_view closest = node.kind == Kind::string ? closest_word(node.text, words) : std::string_view();
    problems.at(node, closest.empty() ? fmt::format("expected {}, not {}", listed(words), shown(node))
                                      : fmt::format("unknown word {}, did you mean '{}'?", shown(node), closest));
    return {};
}

std::optional<Quantity> read_quantity(const Node& node, Problems& problems) {
    if (node.kind == Kind::number) {
        const auto number = finite_number(node, problems);
        if (!number) return {};
        return Quantity{Unit::none, *number};
    }
    if (node.kind != Kind::string) {
        problems.at(node, fmt::format("expected a number or text such as \"-6 dB\" or \"35 ms\", not {}", shown(node)));
        return {};
    }
    auto quantity = parse_quantity(node.text);
    if (!quantity) {
        problems.at(node, quantity.error().message);
        return {};
    }
    if (quantity->unit == Unit::none) {
        problems.at(node, fmt::format("{} has no unit: write plain numbers without quotes", shown(node)));
        return {};
    }
    return *quantity;
}

std::optional<Quantity> read_decibels(const Node& node, Problems& problems) {
    const auto level = read_quantity(node, problems);
    if (!level) return {};
    if (level->unit != Unit::decibels) {
        problems.at(node, fmt::format("{} is no level: write it in dB, such as \"-6 dB\"", shown(node)));
        return {};
    }
    if (std::isfinite(level->number) && (level->number < kMinDecibels || level->number > kMaxDecibels)) {
        problems.at(node, fmt::format("{} is out of range: levels lie between {} dB and {} dB, or are \"-inf dB\"",
                                      shown(node), kMinDecibels, kMaxDecibels));
        return {};
    }
    return level;
}

std::optional<Quantity> read_time(const Node& node, Problems& problems) {
    const auto time = read_quantity(node, problems);
    if (!time) return {};
    switch (time->unit) {
        case Unit::none:
        case Unit::milliseconds:
        case Unit::seconds:
        case Unit::notes:
        case Unit::bar_beat: return time;
        default: break;
    }
    problems.at(node,
                fmt::format("{} is no time: write frames, \"35 ms\", \"12.5 s\", a note value (\"1/8.\") or a position "
                            "(\"2|3|120\")",
                            shown(node)));
    return {};
}

Fields::Fields(const Node& node, Problems& problems)
    : node_(node), problems_(problems), object_(expect(node, Kind::object, problems)) {}

const Node* Fields::find(std::string_view key) {
    know(key);
    return object_ ? problems_.document().member(node_, key) : nullptr;
}

const Node* Fields::require(std::string_view key) {
    const Node* found = find(key);
    if (!found && object_) problems_.at(node_, fmt::format("the key '{}' is missing", key));
    return found;
}

void Fields::finish() {
    if (!object_) return;
    for (const Node& member : problems_.document().children(node_))
        if (std::ranges::find(known_, member.key) == known_.end())
            problems_.at_key(member, fmt::format("unknown key '{}'{}", cut(member.key, 80),
                                                 problems_.is_full() ? "" : did_you_mean(member.key, known_)));
}

}  // namespace dubplate::session::json
