#include "session-format/json/schema_values.h"

#include <string>

#include <fmt/format.h>

#include "session-format/json/fields.h"
#include "session-format/model/values.h"

namespace dubplate::session::json {
namespace {

// The texts parse_quantity takes.
constexpr std::string_view kNumber = R"([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)";
constexpr std::string_view kNotes = R"(/0*[1-9][0-9]*[.t]?)";
constexpr std::string_view kBarBeat = R"(0*[1-9][0-9]*\|0*[1-9][0-9]*(\|[0-9]+)?)";

Item pattern(std::string text, std::string_view description) {
    Item item = Item::object();
    item.add("type", Item::text("string")).add("pattern", Item::text("^(" + text + ")$"));
    if (!description.empty()) item.add("description", Item::text(description));
    return item;
}

Item number_or_text(std::string text, std::string_view description) {
    Item item = Item::object();
    Item types = Item::array();
    types.add(Item::text("number")).add(Item::text("string"));
    item.add("type", std::move(types)).add("pattern", Item::text("^(" + text + ")$"));
    item.add("description", Item::text(description));
    return item;
}

/// The name of the definition a parameter of a unit refers to; empty for those made on the spot.
std::string_view definition_of(ParameterUnit unit) {
    switch (unit) {
        case ParameterUnit::decibels: return "level";
        case ParameterUnit::hertz: return "frequency";
        case ParameterUnit::seconds: return "seconds";
        case ParameterUnit::beat_time: return "beat_time";
        case ParameterUnit::percent: return "percent";
        case ParameterUnit::file: return "path";
        default: return {};
    }
}

Item standard_value(const ParameterDescription& parameter) {
    switch (parameter.unit) {
        case ParameterUnit::plain: return Item::number(parameter.standard);
        case ParameterUnit::toggle: return Item::boolean(parameter.standard != 0.0);
        case ParameterUnit::choice: return Item::text(parameter.choices[static_cast<std::size_t>(parameter.standard)]);
        default: return Item::text(base_to_string(parameter.standard, parameter.unit));
    }
}

Item limited(std::string_view type, double minimum, double maximum, std::string_view description) {
    Item item = Item::object();
    item.add("type", Item::text(type)).add("minimum", Item::number(minimum)).add("maximum", Item::number(maximum));
    if (!description.empty()) item.add("description", Item::text(description));
    return item;
}

Item typed(std::string_view type, std::string_view description) {
    Item item = Item::object();
    item.add("type", Item::text(type));
    if (!description.empty()) item.add("description", Item::text(description));
    return item;
}

}  // namespace

Item schema_ref(std::string_view name) {
    Item item = Item::object();
    item.add("$ref", Item::text(fmt::format("#/$defs/{}", name)));
    return item;
}

Item schema_described(std::string_view ref, std::string_view description) {
    Item item = schema_ref(ref);
    item.add("description", Item::text(description));
    return item;
}

Item schema_words(std::span<const std::string_view> words, std::string_view description) {
    Item list = Item::array();
    for (const std::string_view word : words) list.add(Item::text(word));
    Item item = Item::object();
    item.add("enum", std::move(list));
    if (!description.empty()) item.add("description", Item::text(description));
    return item;
}

Item schema_number(double minimum, double maximum, std::string_view description) {
    return limited("number", minimum, maximum, description);
}

Item schema_integer(double minimum, double maximum, std::string_view description) {
    return limited("integer", minimum, maximum, description);
}

Item schema_flag(std::string_view description) { return typed("boolean", description); }

Item schema_text(std::string_view description) { return typed("string", description); }

Item schema_list(Item items, std::string_view description) {
    Item item = typed("array", description);
    item.add("items", std::move(items));
    return item;
}

Item schema_object(Item properties, std::span<const std::string_view> required, std::string_view description) {
    Item item = typed("object", description);
    if (!required.empty()) {
        Item keys = Item::array();
        for (const std::string_view key : required) keys.add(Item::text(key));
        item.add("required", std::move(keys));
    }
    item.add("properties", std::move(properties)).add("additionalProperties", Item::boolean(false));
    return item;
}

Item schema_parameter(const ParameterDescription& parameter) {
    const bool has_range = parameter.unit != ParameterUnit::toggle && parameter.unit != ParameterUnit::choice &&
                           parameter.unit != ParameterUnit::file;
    std::string help(parameter.help);
    if (has_range)
        help += fmt::format(". {} to {}", base_to_string(parameter.minimum, parameter.unit),
                            base_to_string(parameter.maximum, parameter.unit));
    Item item = Item::object();
    if (parameter.unit == ParameterUnit::plain)
        item = schema_number(parameter.minimum, parameter.maximum, help);
    else if (parameter.unit == ParameterUnit::toggle)
        item = schema_flag(help);
    else if (parameter.unit == ParameterUnit::choice)
        item = schema_words(parameter.choices, help);
    else
        item = schema_described(definition_of(parameter.unit), help);
    if (parameter.unit != ParameterUnit::file) item.add("default", standard_value(parameter));
    return item;
}

void add_value_definitions(Item& definitions) {
    const std::string number(kNumber), notes = number + std::string(kNotes), times = number + " ?(ms|s)|" + notes;
    definitions.add("time",
                    number_or_text(times + "|" + std::string(kBarBeat),
                                   "Frames, \"35 ms\", \"12.5 s\", a note value (\"1/8.\", \"1/8t\") or bar|beat|tick "
                                   "(\"2|3|120\", 960 ticks to a beat)"));
    definitions.add("length",
                    number_or_text(times, "Frames, \"35 ms\", \"12.5 s\" or a note value (\"1/8.\", \"1/8t\")"));
    definitions.add("seconds", number_or_text(number + " ?(ms|s)", "\"35 ms\", \"12.5 s\" or frames"));
    definitions.add("beat_time",
                    number_or_text(times, "\"35 ms\", \"12.5 s\", frames or a note value (\"1/8.\", \"1/8t\")"));
    definitions.add("level", pattern(number + " ?dB|-inf dB", "\"-6.2 dB\" or \"-inf dB\""));
    definitions.add("frequency", pattern(number + " ?(Hz|kHz)", "\"440 Hz\" or \"1.2 kHz\""));
    definitions.add("percent", pattern(number + " ?%", "\"50 %\""));
    for (const auto& [name, longest] : {std::pair("name", kMaxNameBytes), std::pair("path", kMaxPathBytes)}) {
        Item item = typed("string", {});
        item.add("minLength", Item::integer(1)).add("maxLength", Item::integer(static_cast<std::int64_t>(longest)));
        item.add("pattern", Item::text("^[^\\u0000-\\u001f\\u007f]+$"));
        definitions.add(name, std::move(item));
    }
}

}  // namespace dubplate::session::json
