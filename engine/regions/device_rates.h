#pragma once

/// How fast a device is, measured through its table: what chunks and waves are sized by (engine/render/calibration.h).
///
/// Takes one to three seconds and at most 320 MiB of memory, half of it pinned; less where there is less.
/// Threads: a plain function, which opens and closes the device. Errors: device, of too little memory also.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "kernels/device/backend.h"

namespace dubplate::regions {

/// Of copies of so many bytes at a time, one after the other, in bytes a second.
struct CopyRate {
    std::size_t bytes = 0;
    double up = 0.0, down = 0.0;
    double both = 0.0;  ///< each way, while the other goes on too
};

/// Of transforms there and back over so many complex numbers at a time, in numbers a second and direction.
struct TransformRate {
    std::size_t numbers = 0;
    double rate = 0.0;
};

struct DeviceRates {
    double open_seconds = 0.0;
    double pinned_seconds = 0.0;            ///< to allocate a byte of pinned memory
    double launch_seconds = 0.0;            ///< for each kernel more in a queue
    double turn_seconds = 0.0;              ///< from an empty queue's notify() to the function's call
    double multiply_rate = 0.0;             ///< complex numbers multiplied and added a second, 16 partitions
    std::uint64_t memory_left = 0;          ///< bytes, once the device is open
    std::vector<CopyRate> copies;           ///< by size, the smallest first; not empty
    std::vector<TransformRate> transforms;  ///< likewise
};

Result<DeviceRates> measure_rates(const device::Backend& backend, int index);

}  // namespace dubplate::regions
