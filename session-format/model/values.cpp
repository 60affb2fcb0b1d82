#include "session-format/model/values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace dubplate::session {
namespace {

/// What a parameter of a unit is written like.
std::string_view example(ParameterUnit unit) {
    switch (unit) {
        case ParameterUnit::plain: return "a number without a unit, such as 0.7";
        case ParameterUnit::decibels: return "a level in dB, such as \"-6 dB\"";
        case ParameterUnit::hertz: return "a frequency, such as \"440 Hz\" or \"1.2 kHz\"";
        case ParameterUnit::seconds: return "a time, such as \"35 ms\", \"1.5 s\" or a number of frames";
        case ParameterUnit::beat_time: return "a time, such as \"35 ms\", \"1.5 s\", \"1/8.\" or a number of frames";
        case ParameterUnit::percent: return "a percentage, such as \"50 %\"";
        case ParameterUnit::toggle: return "true or false";
        case ParameterUnit::choice: return "a word";
        case ParameterUnit::file: return "the name of a sound file";
    }
    return "";
}

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (index > 0) text += index + 1 == words.size() ? " or " : ", ";
        text += fmt::format("'{}'", words[index]);
    }
    return text;
}

/// Inside the range, or so close to a limit that only the conversion of units can be the reason: then the limit.
std::optional<double> in_range(const ParameterDescription& parameter, double value) {
    const double slack = 1e-12 * std::max(std::fabs(parameter.minimum), std::fabs(parameter.maximum));
    if (!(value >= parameter.minimum - slack && value <= parameter.maximum + slack)) return {};
    return std::clamp(value, parameter.minimum, parameter.maximum);
}

tl::unexpected<Error> out_of_range(const ParameterDescription& parameter, const std::string& written) {
    return fail(ErrorCode::bad_argument, fmt::format("{} is out of range: '{}' lies between {} and {}", written,
                                                     parameter.name, base_to_string(parameter.minimum, parameter.unit),
                                                     base_to_string(parameter.maximum, parameter.unit)));
}

Result<BaseValue> note_value(const ParameterDescription& parameter, double quarters, const std::string& written,
                             const TempoMap& tempo_map) {
    for (const double bpm : {tempo_map.slowest_bpm(), tempo_map.fastest_bpm()}) {
        const double seconds = quarters * 60.0 / bpm;
        if (!in_range(parameter, seconds))
            return out_of_range(parameter, fmt::format("{} at {} bpm, {:.4g} s,", written, bpm, seconds));
    }
    return BaseValue{tempo_map.seconds_of_quarters(quarters, 0), quarters};
}

}  // namespace

Result<double> to_base_unit(const Quantity& quantity, ParameterUnit unit, double sample_rate) {
    const bool is_time = unit == ParameterUnit::seconds || unit == ParameterUnit::beat_time;
    switch (quantity.unit) {
        case Unit::none:
            if (unit == ParameterUnit::plain || unit == ParameterUnit::toggle || unit == ParameterUnit::choice)
                return quantity.number;
            if (is_time) return quantity.number / sample_rate;
            break;
        case Unit::decibels:
            if (unit == ParameterUnit::decibels)
                return std::isinf(quantity.number) ? kSilenceDecibels : quantity.number;
            break;
        case Unit::milliseconds:
            if (is_time) return quantity.number / 1000.0;
            break;
        case Unit::seconds:
            if (is_time) return quantity.number;
            break;
        case Unit::hertz:
            if (unit == ParameterUnit::hertz) return quantity.number;
            break;
        case Unit::kilohertz:
            if (unit == ParameterUnit::hertz) return quantity.number * 1000.0;
            break;
        case Unit::percent:
            if (unit == ParameterUnit::percent) return quantity.number;
            break;
        case Unit::notes:
        case Unit::bar_beat: break;
    }
    return fail(ErrorCode::bad_argument, fmt::format("expected {}, not '{}'", example(unit), to_string(quantity)));
}

Result<BaseValue> base_value(const ParameterDescription& parameter,
                             const std::variant<Quantity, bool, std::string>& written, const TempoMap& tempo_map) {
    if (const bool* truth = std::get_if<bool>(&written)) {
        if (parameter.unit == ParameterUnit::toggle) return BaseValue{*truth ? 1.0 : 0.0, {}};
        return fail(ErrorCode::bad_argument, fmt::format("expected {}, not true or false", example(parameter.unit)));
    }
    if (const std::string* word = std::get_if<std::string>(&written)) {
        if (parameter.unit != ParameterUnit::choice)
            return fail(ErrorCode::bad_argument, fmt::format("expected {}, not '{}'", example(parameter.unit), *word));
        const auto found = std::ranges::find(parameter.choices, *word);
        if (found == parameter.choices.end())
            return fail(ErrorCode::bad_argument,
                        fmt::format("expected {}, not '{}'", joined(parameter.choices), *word));
        return BaseValue{static_cast<double>(found - parameter.choices.begin()), {}};
    }
    const Quantity& quantity = std::get<Quantity>(written);
    if (quantity.unit == Unit::notes && parameter.unit == ParameterUnit::beat_time)
        return note_value(parameter, quantity.number, to_string(quantity), tempo_map);
    const auto converted = to_base_unit(quantity, parameter.unit, tempo_map.sample_rate());
    if (!converted) return fail(converted.error());
    if (parameter.unit == ParameterUnit::toggle || parameter.unit == ParameterUnit::choice) {
        const double last =
            parameter.unit == ParameterUnit::toggle ? 1.0 : static_cast<double>(parameter.choices.size()) - 1.0;
        if (!(*converted >= 0.0 && *converted <= last && std::floor(*converted) == *converted))
            return fail(ErrorCode::bad_argument,
                        fmt::format("expected a whole number from 0 to {}, not {}", last, to_string(quantity)));
        return BaseValue{*converted, {}};
    }
    const auto inside = in_range(parameter, *converted);
    if (!inside) return out_of_range(parameter, to_string(quantity));
    return BaseValue{*inside, {}};
}

std::size_t group_size(const Insert& insert, const ProcessorDescription& description) {
    std::size_t size = 0;
    for (const ParameterValue& parameter : insert.parameters) {
        const std::size_t index = parameter_index(description, parameter.path);
        if (index == kNoParameter || index < description.parameters.size()) continue;
        size = std::max(size, (index - description.parameters.size()) / description.group.size() + 1);
    }
    return size;
}

Result<InsertValues> insert_values(const Insert& insert, const ProcessorDescription& description,
                                   const TempoMap& tempo_map) {
    InsertValues result;
    result.group_size = group_size(insert, description);
    const std::size_t count = parameter_count(description, result.group_size);
    result.values.resize(count);
    result.quarters.resize(count);
    for (std::size_t index = 0; index < count; ++index)
        result.values[index] = parameter_at(description, index).standard;

    std::vector<bool> written(count);
    for (const ParameterValue& parameter : insert.parameters) {
        const std::size_t index = parameter_index(description, parameter.path);
        if (index == kNoParameter)
            return fail(ErrorCode::bad_argument,
                        fmt::format("'{}' has no parameter '{}'", description.name, parameter.path));
        written[index] = true;
        const ParameterDescription& described = parameter_at(description, index);
        if (described.unit == ParameterUnit::file) {
            const auto* file = std::get_if<std::string>(&parameter.value);
            if (!file || file->empty())
                return fail(ErrorCode::bad_argument,
                            fmt::format("{}: expected {}", parameter.path, example(described.unit)));
            result.file = *file;
            continue;
        }
        const auto value = base_value(described, parameter.value, tempo_map);
        if (!value) return fail(ErrorCode::bad_argument, fmt::format("{}: {}", parameter.path, value.error().message));
        result.values[index] = value->value;
        result.quarters[index] = value->quarters;
    }
    for (std::size_t index = 0; index < count; ++index)
        if (parameter_at(description, index).required && !written[index])
            return fail(ErrorCode::bad_argument,
                        fmt::format("'{}' needs '{}'", description.name, parameter_at(description, index).name));
    return result;
}

std::string base_to_string(double value, ParameterUnit unit) {
    switch (unit) {
        case ParameterUnit::decibels: return to_string(Quantity{Unit::decibels, value});
        case ParameterUnit::hertz: return to_string(Quantity{Unit::hertz, value});
        case ParameterUnit::seconds:
        case ParameterUnit::beat_time: return to_string(Quantity{Unit::seconds, value});
        case ParameterUnit::percent: return to_string(Quantity{Unit::percent, value});
        default: return to_string(Quantity{Unit::none, value});
    }
}

}  // namespace dubplate::session
