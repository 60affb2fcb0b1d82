#pragma once

/// A render of a second, from files to files, held against what it must be: "all is well" then means something.
///
/// Two tracks, one of a file at another rate (which is decoded and resampled to the temporary folder), faders, pans, mix and
/// two stems. The levels of the mix, read back from its file, must be those of the closed form; the stems must sum to the
/// mix; one thread and all must give the same bytes.
/// Threads: the render's own. Everything is written to a folder of its own below `folder`, and removed again.

#include <string>

#include "cli/doctor/finding.h"

namespace dubplate::cli {

/// A problem says what went wrong, in the renderer's own words where it refused.
Finding self_test(const std::string& folder);

}  // namespace dubplate::cli
