#pragma once

/// Reads a command's part of the command line and runs it; wrong usage is told with the place, what is wrong with it and
/// what to write instead.
///
/// Forms: "--name VALUE", "--name=VALUE", "-n VALUE", "-nVALUE"; after "--" everything is an argument. A value that begins
/// with "--" needs the form with "=": otherwise a forgotten value would swallow the next option.

#include <string_view>

#include "cli/command.h"

namespace dubplate::cli {

/// `count` words, of which the first is the command itself.
Exit run_command(const Command& command, int count, char** words);

/// "dubplate render: MESSAGE" and where to look, on stderr.
Exit wrong_usage(std::string_view command, std::string_view message);

}  // namespace dubplate::cli
