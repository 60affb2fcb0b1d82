// The table of commands: a new one is a line here, its declaration in command.h and its source in CMakeLists.txt.

#include "cli/command.h"

namespace dubplate::cli {
namespace {

constexpr Command kCommands[] = {
    {"new", "make a session of sound files", add_new},
    {"render", "render a session's mix and stems to files", add_render},
    {"check", "list everything that would stop a render", add_check},
    {"verify", "tell whether the files that a render read and wrote are still the same", add_verify},
    {"inspect", "tell what a session consists of", add_inspect},
    {"processors", "list the processors a strip can hold, or tell everything of one", add_processors},
    {"fmt", "rewrite session files in their one canonical form", add_fmt},
    {"demo", "make a session from real recordings and render it", add_demo},
    {"devices", "list what a render can run on", add_devices},
    {"doctor", "tell whether renders work here, and what to do where not", add_doctor},
    {"schema", "print the JSON Schema of session files", add_schema},
    {"manual", "print the manual, for man or as text", add_manual},
    {"completion", "print the completion script of a shell", add_completion},
    {"complete", "list what could stand in a place of a command line, for the completion scripts", add_complete, true},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::string_view version() { return DUBPLATE_VERSION; }
std::string_view version_date() { return DUBPLATE_DATE; }

}  // namespace dubplate::cli
