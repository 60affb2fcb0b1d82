#pragma once

/// Text into a file that appears whole or not at all: written beside, then renamed.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate::cli {

/// Errors: io with the path and the system's words.
Result<void> write_file(std::string_view text, const std::string& path);

}  // namespace dubplate::cli
