#pragma once

/// The libraries that a render stands on. Threads: plain functions.

#include <string>
#include <vector>

#include "cli/doctor/finding.h"

namespace dubplate::cli {

/// The file formats that libsndfile here can write and read back, by really doing so in memory, and those it cannot.
struct FormatProbe {
    std::vector<std::string> working = {}, missing = {};
};
FormatProbe probe_formats();

Findings check_libraries();

}  // namespace dubplate::cli
