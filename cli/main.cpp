// The program: finds the command, hands it its part of the command line, and turns what went wrong into an exit code.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <memory>
#include <new>

#include "cli/command.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

constexpr Command kCommands[] = {
    {"render", "render a session's mix and stems to files", add_render},
    {"check", "list everything that would stop a render", add_check},
    {"inspect", "tell what a session consists of", add_inspect},
    {"processors", "list the processors a strip can hold, or tell everything of one", add_processors},
    {"demo", "make a session from real recordings and render it", add_demo},
    {"devices", "list what a render can run on", add_devices},
    {"schema", "print the JSON Schema of session files", add_schema},
};

constexpr std::string_view kExamples = R"(
Examples:
  dubplate render song.dub.json -o out         mix, stems and receipt into the folder out
  dubplate render song.dub.json --stems none   the mix alone
  dubplate check song.dub.json                 all mistakes at once, nothing rendered
  dubplate demo                                a session of real recordings, made and rendered
  dubplate processors compressor               its parameters, units and ranges

Exit codes: 0 done, 1 render failed, 2 wrong usage, 3 session unreadable.
)";

std::string help() {
    std::string text =
        "Renders large audio sessions offline: the mix and every stem in one pass.\n\n"
        "Usage: dubplate COMMAND [OPTION...]\n\n";
    for (const Command& command : kCommands) text += fmt::format("  {:<12} {}\n", command.name, command.summary);
    text += "\n`dubplate COMMAND --help` tells the options of one; `dubplate --version` the version.\n";
    return text + std::string(kExamples);
}

Exit wrong_usage(std::string_view command, std::string_view message) {
    const std::string_view space = command.empty() ? "" : " ";
    fmt::print(stderr, "dubplate{}{}: {}\nSee: dubplate{}{} --help\n", space, command, message, space, command);
    return Exit::wrong_usage;
}

/// ", did you mean '--stems'?": the nearest of all options of a command.
std::string nearest_option(std::string_view written, const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty()) continue;
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    }
    return did_you_mean(written, std::vector<std::string_view>(names.begin(), names.end()));
}

/// Options with their values' names, without CLI11's notes on types and ranges: the descriptions say those.
class HelpFormatter final : public CLI::Formatter {
public:
    HelpFormatter() { column_width(28); }
    std::string make_option_opts(const CLI::Option* option) const override {
        const std::string& text = option->get_option_text();
        return text.empty() ? text : " " + text;
    }
};

Exit run_command(const Command& command, int count, char** arguments) {
    CLI::App app{command.summary, std::string("dubplate ") + command.name};
    app.formatter(std::make_shared<HelpFormatter>());
    const Run run = command.add(app);
    try {
        app.parse(count, arguments);
    } catch (const CLI::CallForHelp&) {
        return print_result(app.help()) ? Exit::done : Exit::failed;
    } catch (const CLI::ParseError& error) {
        // What CLI11 could not place comes first: a misspelt flag is the reason why a later part is missing.
        for (const std::string& word : app.remaining()) {
            if (word.size() > 1 && word[0] == '-') {
                const std::string name = word.substr(0, word.find('='));
                return wrong_usage(command.name,
                                   fmt::format("there is no option '{}'{}", name, nearest_option(name, app)));
            }
            return wrong_usage(command.name, fmt::format("'{}' is one argument too many", word));
        }
        return wrong_usage(command.name, error.what());
    }
    return run();
}

Exit run(int argc, char** argv) {
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word.empty()) {
        fmt::print(stderr, "{}", help());
        return Exit::wrong_usage;
    }
    if (word == "--help" || word == "-h" || word == "help") return print_result(help()) ? Exit::done : Exit::failed;
    if (word == "--version") return print_result("dubplate " DUBPLATE_VERSION "\n") ? Exit::done : Exit::failed;

    std::vector<std::string_view> names{"--help", "--version"};
    for (const Command& command : kCommands) {
        if (word == command.name) return run_command(command, argc - 1, argv + 1);
        names.emplace_back(command.name);
    }
    const char* what = word[0] == '-' ? "option" : "command";
    return wrong_usage("", fmt::format("there is no {} '{}'{}", what, word, did_you_mean(word, names)));
}

}  // namespace
}  // namespace dubplate::cli

int main(int argc, char** argv) {
    using dubplate::cli::Exit;
    // A reader that goes away (`| head`) is an error of a write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return static_cast<int>(dubplate::cli::run(argc, argv));
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "dubplate: error: there is not enough memory\n");
    } catch (const std::exception& exception) {
        fmt::print(stderr, "dubplate: error: {}\n", exception.what());
    }
    return static_cast<int>(Exit::failed);
}
