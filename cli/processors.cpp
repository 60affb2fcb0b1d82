// dubplate processors [PROCESSOR] [--json | --markdown]: what a strip can hold, told from the descriptions.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/json.h"
#include "engine/base/spelling.h"
#include "kernels/processors/processor.h"

namespace dubplate::cli {
namespace {

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

void write_parameters(JsonText& json, std::span<const ParameterDescription> parameters) {
    json.open_array();
    for (const ParameterDescription& parameter : parameters) {
        json.open_object();
        json.key("name").text(parameter.name);
        json.key("unit").text(unit_word(parameter.unit));
        if (is_number(parameter.unit)) {
            json.key("minimum").number(parameter.minimum);
            json.key("maximum").number(parameter.maximum);
            json.key("standard").number(parameter.standard);
        } else if (parameter.unit == ParameterUnit::toggle) {
            json.key("standard").truth(parameter.standard > 0.5);
        } else if (parameter.unit == ParameterUnit::choice) {
            json.key("standard").text(chosen(parameter));
            json.key("choices").open_array();
            for (const std::string_view choice : parameter.choices) json.text(choice);
            json.close_array();
        }
        json.key("automation").text(motion_word(parameter.motion));
        json.key("required").truth(parameter.required);
        json.key("help").text(parameter.help);
        json.close_object();
    }
    json.close_array();
}

void write_processor(JsonText& json, const ProcessorDescription& processor) {
    json.open_object();
    json.key("name").text(processor.name);
    json.key("title").text(processor.title);
    json.key("help").text(processor.help);
    json.key("behaviour").text(behaviour_word(processor.behaviour));
    json.key("takes_key").truth(processor.takes_key);
    json.key("parameters");
    write_parameters(json, processor.parameters);
    if (!processor.group.empty()) {
        json.key("group").open_object();
        json.key("name").text(processor.group_name);
        json.key("maximum").count(processor.group_maximum);
        json.key("parameters");
        write_parameters(json, processor.group);
        json.close_object();
    }
    json.key("details").text(processor.details);
    json.close_object();
}

std::string list_text(std::span<const ProcessorDescription* const> processors) {
    std::string text;
    for (const ProcessorDescription* processor : processors)
        text += fmt::format("{:<14} {}\n", processor->name, processor->help);
    return text;
}

std::string list_json(std::span<const ProcessorDescription* const> processors) {
    JsonText json;
    json.open_object();
    json.key("schema").text("dubplate-processors-1");
    json.key("processors").open_array();
    for (const ProcessorDescription* processor : processors) write_processor(json, *processor);
    json.close_array();
    json.close_object();
    return json.finish();
}

/// "-24 to 24 dB", "`bell`, `notch`": what a cell of a table says.
std::string values_cell(const ParameterDescription& parameter) {
    switch (parameter.unit) {
        case ParameterUnit::toggle: return "`true`, `false`";
        case ParameterUnit::file: return "a sound file";
        case ParameterUnit::choice: {
            constexpr std::size_t kMost = 10;
            if (parameter.choices.size() > kMost)
                return fmt::format("`{}` to `{}`", parameter.choices.front(), parameter.choices.back());
            std::string text;
            for (const std::string_view choice : parameter.choices)
                text += fmt::format("{}`{}`", text.empty() ? "" : ", ", choice);
            return text;
        }
        default: {
            const std::string_view unit = unit_word(parameter.unit);
            return fmt::format("{} to {}{}{}", parameter.minimum, parameter.maximum, unit.empty() ? "" : " ", unit);
        }
    }
}

std::string standard_cell(const ParameterDescription& parameter) {
    if (parameter.required) return "must be there";
    if (parameter.unit == ParameterUnit::choice) return fmt::format("`{}`", chosen(parameter));
    if (parameter.unit == ParameterUnit::toggle) return fmt::format("`{}`", parameter.standard > 0.5);
    return parameter.unit == ParameterUnit::file ? "none" : fmt::format("{:.4g}", parameter.standard);
}

std::string processor_markdown(const ProcessorDescription& processor) {
    std::string text = "| parameter | values | standard | moves | meaning |\n|---|---|---|---|---|\n";
    const auto add = [&](const std::string& prefix, std::span<const ParameterDescription> parameters) {
        for (const ParameterDescription& parameter : parameters)
            text += fmt::format("| `{}{}` | {} | {} | {} | {} |\n", prefix, parameter.name, values_cell(parameter),
                                standard_cell(parameter), motion_word(parameter.motion), parameter.help);
    };
    add("", processor.parameters);
    add(fmt::format("{}/N/", processor.group_name), processor.group);
    return text;
}

std::string list_markdown(std::span<const ProcessorDescription* const> processors) {
    std::string text = "| processor | what it does | behaviour | side-chain |\n|---|---|---|---|\n";
    for (const ProcessorDescription* processor : processors)
        text += fmt::format("| `{}` | {} | {} | {} |\n", processor->name, processor->help,
                            behaviour_word(processor->behaviour), processor->takes_key ? "yes" : "no");
    return text;
}

struct Options {
    std::string name;
    bool json = false;
    bool markdown = false;
};

std::string list_of(const Options& options, ProcessorTable table) {
    if (options.json) return list_json(table);
    return options.markdown ? list_markdown(table) : list_text(table);
}

std::string text_of(const Options& options, const ProcessorDescription& processor) {
    const ProcessorDescription* const one[] = {&processor};
    if (options.json) return list_json(one);
    return options.markdown ? processor_markdown(processor) : processor_text(processor);
}

Exit run(const Options& options) {
    const ProcessorTable table = kernels::processor_table();
    if (options.name.empty()) return print_result(list_of(options, table)) ? Exit::done : Exit::failed;
    std::vector<std::string_view> names;
    for (const ProcessorDescription* processor : table) {
        if (processor->name == options.name)
            return print_result(text_of(options, *processor)) ? Exit::done : Exit::failed;
        names.push_back(processor->name);
    }
    print_error({ErrorCode::bad_argument,
                 fmt::format("there is no processor '{}'{}", options.name, did_you_mean_or_list(options.name, names))});
    return Exit::wrong_usage;
}

}  // namespace

Run add_processors(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("PROCESSOR", options->name, "tell everything of this one");
    auto* const json = app.add_flag("--json", options->json, "as JSON");
    app.add_flag("--markdown", options->markdown, "as a table for documentation")->excludes(json);
    app.footer("Examples:\n  dubplate processors\n  dubplate processors eq\n  dubplate processors --json");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
