#pragma once

/// What the commands say of themselves, as plain data: completions, manual pages, tables in the docs and messages about
/// wrong usage are made from it. The one source is what each command's add_...() puts on the command line.
///
/// Threads: plain values.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace CLI {
class Option;
}

namespace dubplate::cli {

struct OptionDescription {
    std::vector<std::string> names;  ///< "-o", "--output"; of an argument its one name: "SESSION"
    std::string value;               ///< "DIR"; empty: a flag
    std::string help;
    std::vector<std::string> choices;  ///< the words that it takes, where they are a closed list
    bool required = false;
    bool repeats = false;  ///< may be given several times, or takes several values

    bool is_flag() const { return value.empty(); }
    const std::string& name() const { return names.back(); }  ///< the long one
};

/// A part of what --help says below the options: "Examples", "Exit codes" or, without a title, a paragraph.
struct Note {
    std::string title;
    std::string text;  ///< lines; those that begin with two spaces are to be typed
};

struct CommandDescription {
    std::string name;
    std::string summary;
    std::vector<OptionDescription> arguments;
    std::vector<OptionDescription> options;
    std::vector<Note> notes;

    /// "dubplate render [OPTION...] SESSION".
    std::string usage() const;
};

inline constexpr const char* kHelpOfHelp = "print this help";

OptionDescription describe(const CLI::Option& option);
CommandDescription describe(const Command& command);
/// The arguments and options of one command line, hidden ones left out.
std::vector<OptionDescription> describe_options(const CLI::App& app);
/// All commands but the hidden ones.
std::vector<CommandDescription> describe_commands();

}  // namespace dubplate::cli
