#pragma once

/// `doctor --calibrate`, and what is known of devices from it (engine/render/calibration.h). Threads: plain functions.

#include <string>

#include "cli/doctor/finding.h"
#include "engine/base/result.h"

namespace dubplate::cli {

/// Measures a device, or with "" all CUDA devices that can be used, and writes what it found to the user's file.
/// Errors: device where there is none, or it fails; io.
Result<void> calibrate(const std::string& device);

/// A line for each device that was measured or could be, notes for what is ignored; nothing where there is neither.
Findings check_calibration();

}  // namespace dubplate::cli
