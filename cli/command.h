#pragma once

/// What main.cpp and the commands share. One file per command: its add_...() puts the options on its part of the command
/// line and returns what runs it once the line is read.
///
/// Results go to stdout, everything else to stderr; nothing needs a terminal. Threads: the main thread only.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace CLI {
class App;
}

namespace dubplate::cli {

/// What the shell gets.
enum class Exit { done = 0, failed = 1, wrong_usage = 2, session_unreadable = 3 };

using Run = std::function<Exit()>;

struct Command {
    const char* name;
    const char* summary;  ///< one line
    Run (*add)(CLI::App& app);
    bool hidden = false;  ///< for programs: not in help, manual and suggestions
};

/// All commands, in the order in which they are shown.
std::span<const Command> commands();
/// "0.1.0".
std::string_view version();
/// Its day, "2026-11-21".
std::string_view version_date();

Run add_new(CLI::App& app);
Run add_render(CLI::App& app);
Run add_check(CLI::App& app);
Run add_inspect(CLI::App& app);
Run add_processors(CLI::App& app);
Run add_demo(CLI::App& app);
Run add_devices(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_fmt(CLI::App& app);
Run add_schema(CLI::App& app);
Run add_completion(CLI::App& app);
Run add_manual(CLI::App& app);
Run add_complete(CLI::App& app);
Run add_verify(CLI::App& app);

/// "dubplate: error: WHERE: MESSAGE" on stderr.
void print_error(const Error& error);
void print_warning(const Diagnostic& diagnostic);
/// On stdout. False (after an error on stderr) if it cannot be written: a full disk, a closed pipe.
bool print_result(std::string_view text);

}  // namespace dubplate::cli
