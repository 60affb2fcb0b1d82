#pragma once

/// What a render made, as a person reads it: one line a file, then how the stems sum and how fast it went.

#include <string>
#include <vector>

#include "engine/render/render.h"

namespace dubplate::cli {

std::string summary_text(const render::RenderReport& report);

/// Of several sessions, a line: how many were rendered, and which were not.
std::string versions_text(const std::vector<std::string>& rendered, const std::vector<std::string>& not_rendered);

}  // namespace dubplate::cli
