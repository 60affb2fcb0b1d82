#include <fmt/format.h>

#include "cli/completion.h"

namespace dubplate::cli {
namespace {

constexpr std::string_view kHead = R"sh(
function __dubplate_told
    set -l words (commandline -opc)
    set -l program $words[1]
    set -l session (string match -- '*.json' $words)
    $program complete $argv $session[1] 2>/dev/null
end

complete -c dubplate -f
complete -c dubplate -n __fish_use_subcommand -s h -l help -d 'print this help'
complete -c dubplate -n __fish_use_subcommand -l version -d 'print the version'
)sh";

std::string quoted(std::string_view text) {
    std::string safe = "'";
    for (const char c : text) safe += c == '\'' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
    return safe + "'";
}

/// What -a takes; empty where nothing is offered.
std::string candidates_of(const OptionDescription& option) {
    switch (kind_of(option)) {
        case ValueKind::none:
        case ValueKind::file: return "";
        case ValueKind::words: return quoted(fmt::format("{}", fmt::join(option.choices, " ")));
        case ValueKind::session: return "'(__fish_complete_suffix .dub.json)'";
        case ValueKind::folder: return "'(__fish_complete_directories)'";
        case ValueKind::asked: return fmt::format("'(__dubplate_told {})'", question_of(option));
    }
    return "";
}

std::string line_of(const CommandDescription& command, const OptionDescription& option) {
    std::string line = fmt::format("complete -c dubplate -n '__fish_seen_subcommand_from {}'", command.name);
    const bool argument = option.name()[0] != '-';
    if (!argument)
        for (const std::string& name : option.names)
            line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    const bool file = kind_of(option) == ValueKind::file;
    if (!option.is_flag()) line += argument ? (file ? " -F" : "") : file ? " -r -F" : " -x";
    const std::string candidates = option.is_flag() ? "" : candidates_of(option);
    if (argument && candidates.empty() && !file) return "";
    if (!candidates.empty()) line += " -a " + candidates;
    if (!argument) line += " -d " + quoted(option.help);
    return line + "\n";
}

}  // namespace

std::string fish_completion(Descriptions commands) {
    std::string text =
        fmt::format("# Completion of dubplate {} in fish, as `dubplate completion fish` prints it.\n", version());
    text += kHead;
    for (const CommandDescription& command : commands)
        text += fmt::format("complete -c dubplate -n __fish_use_subcommand -a {} -d {}\n", command.name,
                            quoted(command.summary));
    for (const CommandDescription& command : commands) {
        text += "\n";
        for (const OptionDescription& argument : command.arguments) text += line_of(command, argument);
        for (const OptionDescription& option : command.options) text += line_of(command, option);
    }
    return text;
}

}  // namespace dubplate::cli
