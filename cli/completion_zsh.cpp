#include <fmt/format.h>

#include "cli/completion.h"

namespace dubplate::cli {
namespace {

constexpr std::string_view kHead = R"sh(
_dubplate_told() {  # KIND: what the program tells, of the session on the line where there is one
    local -a candidates
    local -a sessions=(${(M)words:#*.json})
    local session=${~${(Q)sessions[1]}}
    candidates=("${(@f)$($_dubplate_program complete $1 $session 2>/dev/null)}")
    compadd -a candidates
}

_dubplate() {
    local curcontext=$curcontext state line _dubplate_program=$words[1]
    local -a commands
    typeset -A opt_args
    _arguments -C \
        '(- *)'{-h,--help}'[print this help]' \
        '(- *)--version[print the version]' \
        '1: :->command' \
        '*:: :->arguments'
    case $state in
)sh";

constexpr std::string_view kTail = R"sh(
            esac
            ;;
    esac
}

if [[ $funcstack[1] == _dubplate ]]; then
    _dubplate "$@"
else
    compdef _dubplate dubplate
fi
)sh";

/// Inside '...' and _arguments' or _describe's syntax: `special` get a backslash.
std::string escaped(std::string_view text, std::string_view special) {
    std::string safe;
    for (const char c : text) {
        if (c == '\'')
            safe += "'\\''";
        else
            safe += special.find(c) == std::string_view::npos ? std::string(1, c) : fmt::format("\\{}", c);
    }
    return safe;
}

std::string action_of(const OptionDescription& option) {
    switch (kind_of(option)) {
        case ValueKind::none: return " ";
        case ValueKind::words: return fmt::format("({})", fmt::join(option.choices, " "));
        case ValueKind::session: return "_files -g \"*.dub.json(-.)\"";
        case ValueKind::folder: return "_files -/";
        case ValueKind::file: return "_files";
        // The blank keeps _arguments from putting words of its own before the question.
        case ValueKind::asked: return fmt::format(" _dubplate_told {}", question_of(option));
    }
    return " ";
}

std::string value_of(const OptionDescription& option) {
    return option.is_flag() ? "" : fmt::format(":{}:{}", escaped(option.value, ":[]"), action_of(option));
}

/// '(-o --output)'{-o+,--output=}'[the folder]:DIR:_files -/'
std::string option_spec(const OptionDescription& option) {
    std::vector<std::string> forms;
    for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        forms.push_back(option.is_flag() ? name : name + (is_long ? "=" : "+"));
    }
    const std::string tail = fmt::format("[{}]{}", escaped(option.help, ":[]"), value_of(option));
    const std::string others = option.repeats ? "*" : fmt::format("({})", fmt::join(option.names, " "));
    if (forms.size() == 1) return fmt::format("'{}{}{}'", others, forms.front(), tail);
    return fmt::format("'{}'{{{}}}'{}'", others, fmt::join(forms, ","), tail);
}

std::string case_of(const CommandDescription& command) {
    std::string text = fmt::format("                {})\n                    _arguments -s -S", command.name);
    for (const OptionDescription& option : command.options)
        text += " \\\n                        " + option_spec(option);
    for (std::size_t index = 0; index < command.arguments.size(); ++index) {
        const OptionDescription& argument = command.arguments[index];
        const std::string place = argument.repeats ? "*" : fmt::format("{}{}", index + 1, argument.required ? "" : ":");
        text += fmt::format(" \\\n                        '{}{}'", place, value_of(argument));
    }
    return text + "\n                    ;;\n";
}

}  // namespace

std::string zsh_completion(Descriptions commands) {
    std::string text = fmt::format(
        "#compdef dubplate\n# Completion of dubplate {} in zsh, as `dubplate completion zsh` prints it.\n", version());
    text += kHead;
    text += "        command)\n            commands=(\n";
    for (const CommandDescription& command : commands)
        text += fmt::format("                '{}:{}'\n", command.name, escaped(command.summary, ":"));
    text += "            )\n            _describe -t commands command commands\n            ;;\n";
    text += "        arguments)\n            case $words[1] in\n";
    for (const CommandDescription& command : commands) text += case_of(command);
    text.pop_back();
    return text + std::string(kTail);
}

}  // namespace dubplate::cli
