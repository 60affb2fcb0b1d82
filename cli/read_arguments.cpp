#include "cli/read_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <span>

#include "cli/description.h"
#include "cli/messages.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

/// Options with their values' names, without CLI11's notes on types and ranges: the descriptions say those.
class HelpFormatter final : public CLI::Formatter {
public:
    HelpFormatter() { column_width(28); }
    std::string make_option_opts(const CLI::Option* option) const override {
        const std::string& text = option->get_option_text();
        return text.empty() ? text : " " + text;
    }
};

/// ", did you mean '--stems'?": the nearest of all options of a command.
std::string nearest_option(std::string_view written, const CLI::App& app) {
    if (written.size() < 4) return {};  // anything is near a letter
    std::vector<std::string> names;
    for (const OptionDescription& option : describe_options(app))
        for (const std::string& name : option.names)
            if (name[0] == '-') names.push_back(name);
    return did_you_mean(written, std::vector<std::string_view>(names.begin(), names.end()));
}

/// "--threads" of "--threads=4" and "--threads".
std::string name_of(std::string_view word) { return std::string(word.substr(0, word.find('='))); }

/// The option that a word names in full, not one that it holds ("-o" of "-oDIR").
const CLI::Option* named_option(std::string_view word, const CLI::App& app) {
    return word.size() > 1 && word[0] == '-' ? app.get_option_no_throw(name_of(word)) : nullptr;
}

/// Values that were forgotten, and flags that were given one: CLI11 would take the next option for the value.
std::optional<std::string> misplaced_value(std::span<char* const> words, const CLI::App& app) {
    for (std::size_t index = 0; index < words.size(); ++index) {
        const std::string_view word = words[index];
        if (word == "--") return {};
        const CLI::Option* option = named_option(word, app);
        if (option == nullptr) continue;
        const std::string name = name_of(word);
        const std::string& value = option->get_option_text();
        const bool joined = name.size() < word.size();
        if (option->get_items_expected_max() == 0) {
            if (joined) return fmt::format("{} takes no value", name);
            continue;
        }
        if (joined && name.size() + 1 < word.size()) continue;
        const std::string advice =
            fmt::format("{} needs a value: {}{}{}", name, name, joined ? "=" : " ", value.empty() ? "VALUE" : value);
        if (joined || index + 1 == words.size()) return advice;
        const std::string_view next = words[++index];
        if (next.starts_with("--"))
            return fmt::format("{} (one that begins with -- is written {}={})", advice, name, next);
        if (next.empty() || named_option(next, app) != nullptr) return advice;
    }
    return {};
}

/// "1 to 1024" of CLI11's "INT in [1 - 1024]".
std::string range_of(const std::string& type) {
    const std::size_t open = type.find(" in ["), middle = type.find(" - ", open), close = type.find(']', open);
    if (open == std::string::npos || middle == std::string::npos || close == std::string::npos) return {};
    return type.substr(open + 5, middle - open - 5) + " to " + type.substr(middle + 3, close - middle - 3);
}

std::string wrong_value(const CLI::Option& option, const char* fallback) {
    const OptionDescription description = describe(option);
    const std::string& name = description.name();
    const std::vector<std::string>& written = option.results();
    for (const std::string& value : written) {
        if (!description.choices.empty()) {
            if (std::ranges::find(description.choices, value) != description.choices.end()) continue;
            const std::vector<std::string_view> views(description.choices.begin(), description.choices.end());
            return fmt::format("{}: there is no '{}'{}", name, value, did_you_mean_or_list(value, views));
        }
    }
    const std::string type = option.get_type_name(), range = range_of(type);
    const std::string value = written.empty() ? "" : written.back();
    const std::string_view kind = type.starts_with("FLOAT") ? "number" : "whole number";
    if (!range.empty()) return fmt::format("{}: '{}' is not a {} from {}", name, value, kind, range);
    if (type.starts_with("INT") || type.starts_with("UINT") || type.starts_with("FLOAT"))
        return fmt::format("{}: '{}' is not a {}", name, value, kind);
    return fallback;
}

/// The option whose name CLI11 put into its message before one of `marks`.
const CLI::Option* blamed(const CLI::App& app, std::string_view message) {
    for (const std::string_view mark : {": ", " = ", " excludes ", " requires ", " is required", " was given"}) {
        const std::size_t end = message.find(mark);
        if (end == std::string_view::npos) continue;
        std::string_view name = message.substr(0, end);
        if (const std::size_t space = name.rfind(' '); space != std::string_view::npos) name.remove_prefix(space + 1);
        if (const CLI::Option* option = app.get_option_no_throw(std::string(name))) return option;
    }
    return nullptr;
}

/// What a person can do about CLI11's exception.
std::string explained(const CLI::ParseError& error, const CLI::App& app) {
    // What CLI11 could not place comes first: a misspelt flag is the reason why a later part is missing.
    bool marked = false;  // behind "--"
    for (const std::string& word : app.remaining()) {
        if (word == "--" && !marked) {
            marked = true;
            continue;
        }
        if (!marked && word.size() > 1 && word[0] == '-')
            return fmt::format("there is no option '{}'{}", name_of(word), nearest_option(name_of(word), app));
        return fmt::format("'{}' is one argument too many", word);
    }
    const std::string message = error.what();
    const CLI::Option* option = blamed(app, message);
    if (option == nullptr) return message.starts_with(": ") ? message.substr(2) : message;  // of a hidden option
    const OptionDescription description = describe(*option);
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr)
        return fmt::format("{} is missing: {}", description.name(), description.help);
    if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr)
        return fmt::format("{} and {} exclude each other: give one of them", description.name(),
                           message.substr(message.rfind(' ') + 1));
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        if (option->results().size() > 1)
            return fmt::format("{} stands here {} times: give it once", description.name(), option->results().size());
        return fmt::format("{} needs a value: {} {}", description.name(), description.name(), description.value);
    }
    return wrong_value(*option, error.what());
}

}  // namespace

Exit wrong_usage(std::string_view command, std::string_view message) {
    const std::string_view space = command.empty() ? "" : " ";
    print_message(fmt::format("dubplate{}{}: {}\nSee: dubplate{}{} --help\n", space, command, message, space, command));
    return Exit::wrong_usage;
}

Exit run_command(const Command& command, int count, char** words) {
    CLI::App app{command.summary, std::string("dubplate ") + command.name};
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_help_flag("-h,--help", kHelpOfHelp);
    const Run run = command.add(app);
    if (const auto mistake = misplaced_value(std::span(words, static_cast<std::size_t>(count)).subspan(1), app))
        return wrong_usage(command.name, *mistake);
    try {
        app.parse(count, words);
    } catch (const CLI::CallForHelp&) {
        return print_result(app.help()) ? Exit::done : Exit::failed;
    } catch (const CLI::ParseError& error) {
        return wrong_usage(command.name, explained(error, app));
    }
    return run();
}

}  // namespace dubplate::cli
