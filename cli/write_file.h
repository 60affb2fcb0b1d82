#pragma once

/// Text into a file that appears whole or not at all: written beside, then renamed.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate::cli {

/// What is there already is replaced as replace_file() does. Errors: io with the path and the system's words.
Result<void> write_file(std::string_view text, const std::string& path);

/// New contents for a file that is there: a link stays a link and what it leads to is replaced; permissions stay as they
/// are, and so do the group and, where the
/// system allows it, the owner. Of several hard links only this one gets the new contents. On the disk before the old contents go.
/// Errors: io, also if the file is write-protected, would get another group, or is none (a folder, a device).
Result<void> replace_file(std::string_view text, const std::string& path);

}  // namespace dubplate::cli
