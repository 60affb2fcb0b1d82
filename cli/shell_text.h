#pragma once

/// Words for commands that a person copies into a shell. Threads: pure functions.

#include <string>

namespace dubplate::cli {

/// A path as a shell reads it in one piece, and a program not as an option: "./-song.dub.json".
std::string quoted_for_shell(const std::string& path);

}  // namespace dubplate::cli
