#pragma once

/// What --format says: formats with commas between, the option as often as one likes.

#include <string>
#include <vector>

#include "engine/audio/file_format.h"

namespace dubplate::cli {

/// wav24 for no words. Errors: bad_argument at --format.
Result<std::vector<audio::FileFormat>> parse_formats(const std::vector<std::string>& words);

/// "wav16, wav24, ... and mp3v", for help.
std::string format_list();

}  // namespace dubplate::cli
