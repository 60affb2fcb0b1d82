#pragma once

/// Completion scripts for three shells, made from the commands' descriptions. Commands, options and closed lists of words
/// stand in the script; what depends on a session or on the program's processors is asked for with the hidden command
/// `dubplate complete KIND [SESSION]`, which is quick, prints one candidate a line, and is silent where there is none.
///
/// Threads: pure functions.

#include <span>
#include <string>
#include <string_view>

#include "cli/description.h"

namespace dubplate::cli {

/// What a shell offers for a value.
enum class ValueKind {
    none,     ///< a number, a time, free text: nothing
    words,    ///< OptionDescription::choices
    session,  ///< files *.dub.json
    folder,
    file,
    asked,  ///< what `dubplate complete` tells
};

/// From the name of the value ("SESSION", "DIR", "STEM") and its choices.
ValueKind kind_of(const OptionDescription& option);
/// What to ask `dubplate complete` for: "processor", "format", "stem", "stems", "range", "command"; empty: nothing.
std::string_view question_of(const OptionDescription& option);

using Descriptions = std::span<const CommandDescription>;
std::string bash_completion(Descriptions commands);
std::string zsh_completion(Descriptions commands);
std::string fish_completion(Descriptions commands);

/// "'it'\''s'": one word for any shell.
std::string shell_quoted(std::string_view text);

}  // namespace dubplate::cli
