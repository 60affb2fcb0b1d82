#include <fmt/format.h>

#include "cli/completion.h"

namespace dubplate::cli {
namespace {

// Needs bash 4 and no package. `cur` is the word that is written, `prev` the one before it; bash cuts words at "=".
constexpr std::string_view kHead = R"sh(
_dubplate_offer() {  # KIND [WORDS]: fills COMPREPLY with what fits $cur
    local candidate quoted plain
    plain=${cur//\\/}
    case $1 in
        words) mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur") ;;
        session)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$plain"; compgen -f -X '!*.dub.json' -- "$plain")
            ;;
        folder)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$plain")
            ;;
        file)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$plain")
            ;;
        asked)
            while IFS= read -r candidate; do
                [[ $candidate == "$plain"* ]] || continue
                printf -v quoted %q "$candidate"
                COMPREPLY+=("$quoted")
            done < <("${COMP_WORDS[0]}" complete "$2" ${session:+"$session"} 2>/dev/null)
            ;;
    esac
}

_dubplate() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev= command= session= options= kind= what= word position
    COMPREPLY=()
    ((COMP_CWORD > 0)) && prev=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $cur == '=' ]]; then
        cur=
    elif [[ $prev == '=' ]] && ((COMP_CWORD > 1)); then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
    for ((position = 2; position < ${#COMP_WORDS[@]}; ++position)); do
        word=${COMP_WORDS[position]//\\/}
        if ((position != COMP_CWORD)) && [[ $word == *.json ]]; then session=${word/#\~/$HOME}; fi
    done
)sh";

constexpr std::string_view kTail = R"sh(
    if [[ -z $kind && $cur == -* ]]; then
        _dubplate_offer words "$options"
    elif [[ -n $kind ]]; then
        _dubplate_offer "$kind" "$what"
    elif [[ -n $argument ]]; then
        _dubplate_offer "$argument" "$argument_what"
    else
        _dubplate_offer words "$options"
    fi
}

complete -F _dubplate dubplate
)sh";

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    return fmt::format("{}", fmt::join(words, between));
}

std::string_view kind_word(ValueKind kind) {
    switch (kind) {
        case ValueKind::none: return "none";
        case ValueKind::words: return "words";
        case ValueKind::session: return "session";
        case ValueKind::folder: return "folder";
        case ValueKind::file: return "file";
        case ValueKind::asked: return "asked";
    }
    return "";
}

/// What goes with the kind: the words to choose from, or what to ask for.
std::string what_of(const OptionDescription& option) {
    const ValueKind kind = kind_of(option);
    if (kind == ValueKind::words) return shell_quoted(joined(option.choices, " "));
    return kind == ValueKind::asked ? std::string(question_of(option)) : "";
}

std::string case_of(const CommandDescription& command) {
    std::vector<std::string> names;
    std::string values;
    for (const OptionDescription& option : command.options) {
        names.insert(names.end(), option.names.begin(), option.names.end());
        if (option.is_flag()) continue;
        values += fmt::format("                {}) kind={} what={} ;;\n", joined(option.names, " | "),
                              kind_word(kind_of(option)), what_of(option));
    }
    std::string text = fmt::format("        {})\n            options='{}'\n", command.name, joined(names, " "));
    if (!command.arguments.empty())
        text += fmt::format("            argument={} argument_what={}\n", kind_word(kind_of(command.arguments.front())),
                            what_of(command.arguments.front()));
    if (!values.empty()) text += "            case $prev in\n" + values + "            esac\n";
    return text + "            ;;\n";
}

}  // namespace

std::string bash_completion(Descriptions commands) {
    std::string text =
        fmt::format("# Completion of dubplate {} in bash, as `dubplate completion bash` prints it.\n", version());
    text += kHead;
    text += "    local argument= argument_what=\n    case $command in\n        '')\n            options='";
    for (const CommandDescription& command : commands) text += command.name + " ";
    text += "help --help --version'\n            ;;\n";
    std::string names;
    for (const CommandDescription& command : commands) names += " " + command.name;
    text += fmt::format("        help) argument=words argument_what='{}' ;;\n", names.substr(1));
    for (const CommandDescription& command : commands) text += case_of(command);
    text += "        *) return ;;\n    esac";
    return text + std::string(kTail);
}

}  // namespace dubplate::cli
