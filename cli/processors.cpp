// dubplate processors [NAME] [--json]: what a strip can hold, told from the descriptions.

#include <fmt/format.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/command.h"
#include "cli/suggest.h"
#include "kernels/processors/processor.h"

namespace dubplate::cli {
namespace {

using JsonWriter = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

std::string_view unit_word(ParameterUnit unit) {
    switch (unit) {
        case ParameterUnit::plain: return "";
        case ParameterUnit::decibels: return "dB";
        case ParameterUnit::hertz: return "Hz";
        case ParameterUnit::seconds: return "s";
        case ParameterUnit::beat_time: return "s or note value";
        case ParameterUnit::percent: return "%";
        case ParameterUnit::toggle: return "true/false";
        case ParameterUnit::choice: return "choice";
        case ParameterUnit::file: return "file";
    }
    return "";
}

std::string_view motion_word(Motion motion) {
    switch (motion) {
        case Motion::fixed: return "fixed";
        case Motion::per_block: return "every 64 frames";
        case Motion::per_frame: return "every frame";
    }
    return "";
}

std::string_view behaviour_word(Behaviour behaviour) {
    switch (behaviour) {
        case Behaviour::linear: return "linear";
        case Behaviour::gain: return "gain";
        case Behaviour::nonlinear: return "nonlinear";
    }
    return "";
}

bool is_number(ParameterUnit unit) {
    return unit != ParameterUnit::toggle && unit != ParameterUnit::choice && unit != ParameterUnit::file;
}

std::string_view chosen(const ParameterDescription& parameter) {
    const auto index = static_cast<std::size_t>(std::max(parameter.standard, 0.0));
    return index < parameter.choices.size() ? parameter.choices[index] : std::string_view{};
}

/// "-60..0 dB, standard -18".
std::string range_text(const ParameterDescription& parameter) {
    if (parameter.unit == ParameterUnit::choice) {
        std::string text = "one of ";
        for (std::size_t index = 0; index < parameter.choices.size(); ++index)
            text += fmt::format("{}\"{}\"", index == 0 ? "" : ", ", parameter.choices[index]);
        return text + fmt::format("; standard \"{}\"", chosen(parameter));
    }
    if (parameter.unit == ParameterUnit::toggle)
        return fmt::format("true or false; standard {}", parameter.standard > 0.5);
    if (parameter.unit == ParameterUnit::file) return parameter.required ? "a sound file; required" : "a sound file";
    const std::string_view unit = unit_word(parameter.unit);
    return fmt::format("{} to {}{}{}; standard {}", parameter.minimum, parameter.maximum, unit.empty() ? "" : " ", unit,
                       parameter.standard);
}

std::string parameters_text(std::string_view prefix, std::span<const ParameterDescription> parameters) {
    std::string text;
    for (const ParameterDescription& parameter : parameters)
        text += fmt::format("  {}{}\n      {}\n      {}; automation: {}\n", prefix, parameter.name, parameter.help,
                            range_text(parameter), motion_word(parameter.motion));
    return text;
}

std::string processor_text(const ProcessorDescription& processor) {
    std::string text = fmt::format("{}: {}\n{}. Behaviour on shared buses: {}.{}\n\nParameters:\n", processor.name,
                                   processor.title, processor.help, behaviour_word(processor.behaviour),
                                   processor.takes_key ? " Takes a key (side-chain)." : "");
    text += parameters_text("", processor.parameters);
    if (!processor.group.empty()) {
        text += fmt::format("\nUp to {} {}, each with:\n", processor.group_maximum, processor.group_name);
        text += parameters_text(fmt::format("{}/N/", processor.group_name), processor.group);
    }
    if (!processor.details.empty()) text += fmt::format("\n{}\n", processor.details);
    return text;
}

void write_text(JsonWriter& json, const char* key, std::string_view text) {
    json.Key(key);
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_parameters(JsonWriter& json, std::span<const ParameterDescription> parameters) {
    json.StartArray();
    for (const ParameterDescription& parameter : parameters) {
        json.StartObject();
        write_text(json, "name", parameter.name);
        write_text(json, "unit", unit_word(parameter.unit));
        if (is_number(parameter.unit)) {
            json.Key("minimum");
            json.Double(parameter.minimum);
            json.Key("maximum");
            json.Double(parameter.maximum);
            json.Key("standard");
            json.Double(parameter.standard);
        } else if (parameter.unit == ParameterUnit::toggle) {
            json.Key("standard");
            json.Bool(parameter.standard > 0.5);
        } else if (parameter.unit == ParameterUnit::choice) {
            write_text(json, "standard", chosen(parameter));
            json.Key("choices");
            json.StartArray();
            for (const std::string_view choice : parameter.choices)
                json.String(choice.data(), static_cast<rapidjson::SizeType>(choice.size()));
            json.EndArray();
        }
        write_text(json, "automation", motion_word(parameter.motion));
        json.Key("required");
        json.Bool(parameter.required);
        write_text(json, "help", parameter.help);
        json.EndObject();
    }
    json.EndArray();
}

void write_processor(JsonWriter& json, const ProcessorDescription& processor) {
    json.StartObject();
    write_text(json, "name", processor.name);
    write_text(json, "title", processor.title);
    write_text(json, "help", processor.help);
    write_text(json, "behaviour", behaviour_word(processor.behaviour));
    json.Key("takes_key");
    json.Bool(processor.takes_key);
    json.Key("parameters");
    write_parameters(json, processor.parameters);
    if (!processor.group.empty()) {
        json.Key("group");
        json.StartObject();
        write_text(json, "name", processor.group_name);
        json.Key("maximum");
        json.Uint64(processor.group_maximum);
        json.Key("parameters");
        write_parameters(json, processor.group);
        json.EndObject();
    }
    write_text(json, "details", processor.details);
    json.EndObject();
}

std::string list_text(std::span<const ProcessorDescription* const> processors) {
    std::string text;
    for (const ProcessorDescription* processor : processors)
        text += fmt::format("{:<14} {}\n", processor->name, processor->help);
    return text;
}

std::string list_json(std::span<const ProcessorDescription* const> processors) {
    rapidjson::StringBuffer buffer;
    JsonWriter json(buffer);
    json.SetIndent(' ', 2);
    json.StartObject();
    json.Key("schema");
    json.String("dubplate-processors-1");
    json.Key("processors");
    json.StartArray();
    for (const ProcessorDescription* processor : processors) write_processor(json, *processor);
    json.EndArray();
    json.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

struct Options {
    std::string name;
    bool json = false;
};

Exit run(const Options& options) {
    const ProcessorTable table = kernels::processor_table();
    if (options.name.empty())
        return print_result(options.json ? list_json(table) : list_text(table)) ? Exit::done : Exit::failed;
    std::vector<std::string> names;
    for (const ProcessorDescription* processor : table) {
        if (processor->name == options.name) {
            const std::span one(&processor, 1);
            return print_result(options.json ? list_json(one) : processor_text(*processor)) ? Exit::done : Exit::failed;
        }
        names.emplace_back(processor->name);
    }
    print_error({ErrorCode::bad_argument,
                 fmt::format("there is no processor '{}'{}", options.name, did_you_mean(options.name, names))});
    return Exit::wrong_usage;
}

}  // namespace

Run add_processors(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("NAME", options->name, "tell everything of this one");
    app.add_flag("--json", options->json, "as JSON");
    app.footer("\nExamples:\n  dubplate processors\n  dubplate processors eq\n  dubplate processors --json");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
