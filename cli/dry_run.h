#pragma once

/// What `render --dry-run` says: as a person reads it, and with --json as one JSON object (docs/command-line.md).

#include <span>
#include <string>

#include "engine/render/estimate.h"

namespace dubplate::cli {

std::string dry_run_text(const render::Estimate& estimate);
std::string dry_run_json(const render::Estimate& estimate);
/// Of several sessions, whose names these are.
std::string dry_run_json(std::span<const render::Estimate> estimates, std::span<const std::string> sessions);

}  // namespace dubplate::cli
