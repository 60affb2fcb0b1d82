// dubplate completion SHELL, and the hidden `dubplate complete` that its scripts ask.

#include "cli/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "cli/write_file.h"
#include "engine/audio/file_format.h"
#include "engine/graph/routing.h"
#include "engine/render/job.h"
#include "kernels/processors/processor.h"
#include "session-format/json/read.h"

namespace dubplate::cli {
namespace {

struct Shell {
    const char* name;
    std::string (*script)(Descriptions commands);
};

constexpr Shell kShells[] = {{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

std::vector<std::string> shell_names() {
    std::vector<std::string> names;
    for (const Shell& shell : kShells) names.emplace_back(shell.name);
    return names;
}

Exit print_script(const std::string& name, const std::string& path) {
    const auto* const shell = std::ranges::find(kShells, name, &Shell::name);
    const std::string script = shell->script(describe_commands());
    if (path.empty()) return print_result(script) ? Exit::done : Exit::failed;
    std::error_code failed;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, failed);
    if (failed) {
        print_error({ErrorCode::io, "cannot make its folder: " + failed.message(), path});
        return Exit::failed;
    }
    if (const auto written = write_file(script, path); !written) {
        print_error(written.error());
        return Exit::failed;
    }
    return Exit::done;
}

/// The names of the stems that --stem takes.
std::vector<std::string> stem_names(const session::Session& session) {
    const auto routing = graph::route(session);
    if (!routing) return {};
    const auto chosen = render::choose_stems(session, *routing, render::StemSelection{});
    return chosen ? chosen->names : std::vector<std::string>();
}

std::vector<std::string> told_of_session(std::string_view kind, const std::string& path) {
    std::vector<std::string> words;
    const session::ReadResult read = session::read_session_file(path, kernels::processor_table());
    if (!read.errors.empty()) return words;
    if (kind == "range") {
        for (const session::Range& range : read.session.ranges) words.push_back(range.name);
        for (const session::Marker& marker : read.session.markers) words.push_back(marker.name + ":");
    } else if (kind == "stem" || kind == "stems") {
        words = stem_names(read.session);
    }
    return words;
}

Exit print_candidates(const std::string& kind, const std::string& session) {
    std::vector<std::string> words;
    if (kind == "processor")
        for (const ProcessorDescription* processor : kernels::processor_table()) words.emplace_back(processor->name);
    if (kind == "format")
        for (const std::string_view name : audio::file_format_names()) words.emplace_back(name);
    if (kind == "command")
        for (const Command& command : commands())
            if (!command.hidden) words.emplace_back(command.name);
    if (kind == "stems") words = {"all", "none", "each-track", "each-bus"};
    if (!session.empty())
        for (std::string& name : told_of_session(kind, session)) words.push_back(std::move(name));
    std::string text;
    for (const std::string& word : words) text += word + "\n";
    return print_result(text) ? Exit::done : Exit::failed;
}

}  // namespace

ValueKind kind_of(const OptionDescription& option) {
    if (!option.choices.empty()) return ValueKind::words;
    if (!question_of(option).empty()) return ValueKind::asked;
    if (option.value == "SESSION") return ValueKind::session;
    if (option.value == "DIR") return ValueKind::folder;
    if (option.value == "FILE" || option.value == "RECEIPT" || option.name()[0] != '-') return ValueKind::file;
    return ValueKind::none;
}

std::string_view question_of(const OptionDescription& option) {
    constexpr std::pair<std::string_view, std::string_view> kQuestions[] = {
        {"PROCESSOR", "processor"}, {"COMMAND", "command"}, {"STEM", "stem"},
        {"STEMS", "stems"},         {"A:B", "range"},       {"FORMAT", "format"},
    };
    for (const auto& [value, question] : kQuestions)
        if (option.value == value) return question;
    return {};
}

std::string shell_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return quoted + "'";
}

Run add_completion(CLI::App& app) {
    const auto shell = std::make_shared<std::string>();
    const auto path = std::make_shared<std::string>();
    app.add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember(shell_names()));
    app.add_option("-o,--output", *path, "into this file instead of stdout")->option_text("FILE");
    app.footer(
        "Examples:\n"
        "  source <(dubplate completion bash)        bash, this shell only\n"
        "  dubplate completion bash -o ~/.local/share/bash-completion/completions/dubplate\n"
        "  dubplate completion zsh -o ~/.zfunc/_dubplate        where fpath holds ~/.zfunc\n"
        "  dubplate completion fish -o ~/.config/fish/completions/dubplate.fish");
    return [shell, path] { return print_script(*shell, *path); };
}

Run add_complete(CLI::App& app) {
    const auto kind = std::make_shared<std::string>();
    const auto session = std::make_shared<std::string>();
    app.add_option("KIND", *kind, "processor, format, command, stem, stems or range")->required();
    app.add_option("SESSION", *session, "the session file that has them");
    app.footer("Example:\n  dubplate complete stem song.dub.json");
    return [kind, session] { return print_candidates(*kind, *session); };
}

}  // namespace dubplate::cli
