#pragma once

/// Everything that is shown to a person goes through here or print_error() and its like (command.h).

#include <string_view>

namespace dubplate::cli {

/// To stderr, with what a terminal would obey written out (engine/base/visible_text.h).
void print_message(std::string_view text);

}  // namespace dubplate::cli
