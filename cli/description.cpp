#include "cli/description.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace dubplate::cli {
namespace {

/// The words between the braces of CLI11's "TEXT:{own,shared}".
std::vector<std::string> choices_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::size_t open = type.find('{'), close = type.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return {};
    return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

/// "Example:\n  dubplate x" and the like, cut at empty lines.
std::vector<Note> notes_of(const std::string& footer) {
    std::vector<Note> notes;
    bool begins = true;
    for (const std::string& line : CLI::detail::split(footer, '\n')) {
        if (line.empty()) {
            begins = true;
            continue;
        }
        if (begins) notes.emplace_back();
        Note& note = notes.back();
        std::string_view rest = line;
        if (begins) {
            if (rest.starts_with("Example")) {
                note.title = "Examples";
                rest = rest.substr(std::min(rest.size(), rest.find(':') + 1));
            } else if (rest.starts_with("Exit codes:")) {
                note.title = "Exit codes";
                rest = rest.substr(std::string_view("Exit codes: ").size());
            }
        }
        begins = false;
        if (!rest.empty()) note.text += std::string(rest) + "\n";
    }
    return notes;
}

}  // namespace

OptionDescription describe(const CLI::Option& option) {
    OptionDescription description;
    description.help = option.get_description();
    description.required = option.get_required();
    description.choices = choices_of(option);
    if (option.get_positional()) {
        description.names = {option.get_name(true)};
        description.value = description.names.front();
        description.repeats = option.get_items_expected_max() > 1;
        return description;
    }
    for (const std::string& name : option.get_snames()) description.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) description.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0) {
        description.value = option.get_option_text().empty() ? "VALUE" : option.get_option_text();
        description.repeats = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    }
    return description;
}

std::vector<OptionDescription> describe_options(const CLI::App& app) {
    std::vector<OptionDescription> options;
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty()) options.push_back(describe(*option));
    return options;
}

CommandDescription describe(const Command& command) {
    CLI::App app{command.summary};
    app.set_help_flag("-h,--help", kHelpOfHelp);
    command.add(app);
    CommandDescription description{command.name, command.summary, {}, {}, notes_of(app.get_footer())};
    for (const CLI::Option* option : app.get_options())
        if (!option->get_group().empty())
            (option->get_positional() ? description.arguments : description.options).push_back(describe(*option));
    return description;
}

std::vector<CommandDescription> describe_commands() {
    std::vector<CommandDescription> all;
    for (const Command& command : commands())
        if (!command.hidden) all.push_back(describe(command));
    return all;
}

std::string CommandDescription::usage() const {
    std::string text = fmt::format("dubplate {} [OPTION...]", name);
    for (const OptionDescription& argument : arguments) {
        const std::string word = argument.name() + (argument.repeats ? "..." : "");
        text += argument.required ? " " + word : fmt::format(" [{}]", word);
    }
    return text;
}

}  // namespace dubplate::cli
