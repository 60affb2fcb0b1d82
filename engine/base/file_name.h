#pragma once

/// Names of files made from names that people give. Threads: pure functions.

#include <string>
#include <string_view>

namespace dubplate {

/// A name as one part of a path that every usual file system takes: what they refuse becomes '_'.
std::string file_name_of(std::string_view name);

}  // namespace dubplate
