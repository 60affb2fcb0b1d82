#pragma once

/// What a render made, as a person reads it: one line a file, then how the stems sum and how fast it went.

#include <string>

#include "engine/render/render.h"

namespace dubplate::cli {

std::string summary_text(const render::RenderReport& report);

}  // namespace dubplate::cli
