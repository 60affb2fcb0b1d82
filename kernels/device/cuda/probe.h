#pragma once

/// Whether there is a device that this module can use, and if not, why, in a line that a person can act on.
/// Threads: any. No call here leaves an error behind that a later one would answer with.

#include "kernels/device/backend.h"

namespace dubplate::device {

std::int32_t count_devices(char* why, std::size_t why_size);
Status describe_device(std::int32_t index, DeviceFacts* facts, char* why, std::size_t why_size);

}  // namespace dubplate::device
