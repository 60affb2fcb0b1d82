#pragma once

/// The CUDA module, and the devices it drives. Threads: plain functions.

#include "cli/doctor/finding.h"

namespace dubplate::cli {

/// Notes only where there is none: renders run on the processor then.
Findings check_devices();

}  // namespace dubplate::cli
