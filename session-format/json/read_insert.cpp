#include <charconv>

#include <fmt/format.h>

#include "engine/base/spelling.h"
#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session::json {
namespace {

/// "Kick", or {"strip": "Kick", "tap": "inserts/2"}.
std::optional<Key> read_key(const Node& node, Reading& reading) {
    Problems& problems = reading.problems;
    Key key{.place = reading.document.place(node)};
    Reference reference{Reference::Use::key, &node, "", reading.session.strips.size(), -1, nullptr};
    std::optional<std::string> name;
    if (node.kind == Kind::string) {
        name = read_name(node, problems);
    } else {
        Fields fields(node, problems);
        if (const Node* strip = fields.require("strip")) {
            reference.node = strip;
            name = read_name(*strip, problems);
        }
        constexpr Tap kTaps[] = {Tap::pre_inserts, Tap::pre_fader, Tap::post_fader};  // in the order of kKeyTaps
        if (const Node* tap = fields.find("tap")) {
            constexpr std::string_view kPrefix = "inserts/";
            const bool after_insert = tap->kind == Kind::string && tap->text.starts_with(kPrefix);
            const std::string_view number = after_insert ? tap->text.substr(kPrefix.size()) : std::string_view();
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), key.insert);
            if (after_insert && error == std::errc{} && end == number.data() + number.size() && key.insert >= 0) {
                key.tap = Tap::insert;
                reference.insert = key.insert;
                reference.tap = tap;
            } else if (after_insert) {
                problems.at(*tap, "expected the number of an insert, from 0, such as \"inserts/2\"");
                key.insert = 0;
            } else if (const auto word = read_word(*tap, kKeyTaps, problems)) {
                key.tap = kTaps[*word];
            }
        }
        fields.finish();
    }
    if (!name) return {};
    key.strip = reference.name = *name;
    reading.references.push_back(std::move(reference));
    return key;
}

void read_group(const Node& node, const ProcessorDescription& processor, Insert& insert, Reading& reading) {
    Problems& problems = reading.problems;
    if (!expect(node, Kind::array, problems)) return;
    if (node.children > processor.group_maximum) {
        problems.at(node, fmt::format("'{}' has at most {} {}, not {}", processor.name, processor.group_maximum,
                                      processor.group_name, node.children));
        return;
    }
    for (const Node& member : reading.document.children(node)) {
        Fields fields(member, problems);
        if (fields.is_object() && member.children == 0) problems.at(member, "expected at least one parameter");
        for (const ParameterDescription& parameter : processor.group) {
            const Node* value = parameter.required ? fields.require(parameter.name) : fields.find(parameter.name);
            if (value)
                read_parameter(*value, parameter,
                               fmt::format("{}/{}/{}", processor.group_name, member.index, parameter.name), insert,
                               reading);
        }
        fields.finish();
    }
}

}  // namespace

bool read_parameter(const Node& node, const ParameterDescription& parameter, std::string path, Insert& insert,
                    Reading& reading) {
    Problems& problems = reading.problems;
    ParameterValue value{.path = std::move(path), .place = reading.document.place(node)};
    if (parameter.unit == ParameterUnit::file) {
        auto file = read_path(node, problems);
        if (!file) return false;
        value.value = std::move(*file);
    } else if (parameter.unit == ParameterUnit::toggle) {
        const auto truth = read_bool(node, problems);
        if (!truth) return false;
        value.value = *truth;
    } else if (parameter.unit == ParameterUnit::choice) {
        const auto word = read_word(node, parameter.choices, problems);
        if (!word) return false;
        value.value = std::string(parameter.choices[*word]);
    } else {
        const auto quantity = read_lane_value(node, parameter, reading);
        if (!quantity) return false;
        value.value = *quantity;
    }
    insert.parameters.push_back(std::move(value));
    return true;
}

std::optional<Quantity> read_lane_value(const Node& node, const ParameterDescription& parameter, Reading& reading) {
    Problems& problems = reading.problems;
    if (parameter.unit == ParameterUnit::toggle && node.kind == Kind::boolean) return frames(node.truth ? 1.0 : 0.0);
    if (parameter.unit == ParameterUnit::choice && node.kind == Kind::string) {
        const auto word = read_word(node, parameter.choices, problems);
        if (!word) return {};
        return frames(static_cast<double>(*word));
    }
    const auto quantity = read_quantity(node, problems);
    if (!quantity) return {};
    // Without a tempo map note values cannot be judged; that file has a mistake already.
    if (!reading.tempo_map) return quantity;
    const auto value = base_value(parameter, *quantity, *reading.tempo_map);
    if (!value) {
        problems.at(node, value.error().message);
        return {};
    }
    return quantity;
}

Insert read_insert(const Node& node, Reading& reading) {
    Problems& problems = reading.problems;
    Insert insert{.place = reading.document.place(node)};
    Fields fields(node, problems);
    const Node* name = fields.require("processor");
    if (!name || !expect(*name, Kind::string, problems)) return insert;
    insert.processor = std::string(cut(name->text, kMaxNameBytes));
    const ProcessorDescription* processor = reading.processor(name->text);
    if (!processor) {
        std::vector<std::string_view> names;
        for (const ProcessorDescription* known : reading.processors) names.push_back(known->name);
        const std::string meant = did_you_mean(name->text, names);
        problems.at(*name, fmt::format("unknown processor '{}'{}", cut(name->text, 80),
                                       meant.empty() ? fmt::format(": there are {}", listed(names)) : meant));
        return insert;
    }
    fields.take("name", insert.name, read_name);
    fields.take("bypass", insert.bypass, read_bool);
    if (processor->takes_key) {
        if (const Node* key = fields.find("key")) insert.key = read_key(*key, reading);
    } else if (const Node* key = reading.document.member(node, "key")) {
        fields.know("key");
        problems.at_key(*key, fmt::format("'{}' has no side-chain input", processor->name));
    }
    for (const ParameterDescription& parameter : processor->parameters) {
        const Node* value = parameter.required ? fields.require(parameter.name) : fields.find(parameter.name);
        if (value) read_parameter(*value, parameter, std::string(parameter.name), insert, reading);
    }
    if (!processor->group_name.empty())
        if (const Node* group = fields.find(processor->group_name)) read_group(*group, *processor, insert, reading);
    fields.finish();
    return insert;
}

}  // namespace dubplate::session::json
