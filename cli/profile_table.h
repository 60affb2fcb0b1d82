#pragma once

/// What `render --profile` prints on stderr: stages, then kinds of work, those that take longest first. Threads: a plain
/// function.

#include <string>

#include "engine/render/profile_report.h"

namespace dubplate::cli {

std::string profile_table(const render::ProfileReport& report);

}  // namespace dubplate::cli
