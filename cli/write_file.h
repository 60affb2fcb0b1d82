#pragma once

/// Text into a file that appears whole or not at all: written beside, then renamed.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate::cli {

/// Errors: io with the path and the system's words.
Result<void> write_file(std::string_view text, const std::string& path);

/// New contents for a file that is there: a link stays a link and what it leads to is replaced; permissions stay as they
/// are, and so does the owner where the system allows it. On the disk before the old contents go.
/// Errors: io, also if the file is write-protected or is none (a folder, a device).
Result<void> replace_file(std::string_view text, const std::string& path);

}  // namespace dubplate::cli
