// dubplate manual [COMMAND] [--format roff|markdown|text]: the manual, made from what the commands say of themselves.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/manual_pages.h"
#include "cli/write_file.h"
#include "engine/base/spelling.h"

namespace dubplate::cli {
namespace {

struct Options {
    std::string command;
    std::string format = "roff";
    std::string folder;
};

std::string overview(const Options& options, const std::vector<CommandDescription>& commands) {
    if (options.format == "markdown") return markdown_manual(commands);
    return options.format == "text" ? text_manual(commands) : roff_overview(commands);
}

std::string page(const Options& options, const CommandDescription& command) {
    if (options.format == "markdown") return markdown_page(command);
    return options.format == "text" ? text_page(command) : roff_page(command);
}

/// Every page of man(1) as a file.
Exit write_pages(const std::string& folder, const std::vector<CommandDescription>& commands) {
    const auto write = [&](const std::string& text, std::string_view command) {
        const auto written = write_file(text, folder + "/" + page_file_name(command));
        if (!written) print_error(written.error());
        return written.has_value();
    };
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
        print_error({ErrorCode::io, "cannot make the folder: " + failed.message(), folder});
        return Exit::failed;
    }
    if (!write(roff_overview(commands), "")) return Exit::failed;
    for (const CommandDescription& command : commands)
        if (!write(roff_page(command), command.name)) return Exit::failed;
    return Exit::done;
}

Exit run(const Options& options) {
    const std::vector<CommandDescription> commands = describe_commands();
    if (!options.folder.empty()) return write_pages(options.folder, commands);
    if (options.command.empty()) return print_result(overview(options, commands)) ? Exit::done : Exit::failed;
    std::vector<std::string_view> names;
    for (const CommandDescription& command : commands) {
        if (command.name == options.command) return print_result(page(options, command)) ? Exit::done : Exit::failed;
        names.push_back(command.name);
    }
    print_error({ErrorCode::bad_argument, fmt::format("there is no command '{}'{}", options.command,
                                                      did_you_mean_or_list(options.command, names))});
    return Exit::wrong_usage;
}

}  // namespace

Run add_manual(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    auto* const command =
        app.add_option("COMMAND", options->command, "the page of this command (all; of roff the overview)");
    auto* const format = app.add_option("--format", options->format, "roff for man, markdown or text (roff)")
                             ->option_text("FORMAT")
                             ->check(CLI::IsMember({"roff", "markdown", "text"}));
    app.add_option("-o,--output", options->folder, "every page as a file for man into this folder")
        ->option_text("DIR")
        ->excludes(format)
        ->excludes(command);
    app.footer(
        "Examples:\n"
        "  dubplate manual render | man -l -\n"
        "  dubplate manual render --format markdown\n"
        "  dubplate manual -o ~/.local/share/man/man1");
    return [options] { return run(*options); };
}

}  // namespace dubplate::cli
