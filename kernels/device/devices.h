#pragma once

/// The devices that there are, and why there are none: what `dubplate devices` lists and `--device` chooses from.
///
/// Asking opens drivers and tries to allocate on each device, which may take tenths of a second where there is one.
/// Threads: any.

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/device/backend.h"

namespace dubplate::device {

struct Device {
    const Backend* backend = nullptr;
    std::int32_t index = 0;
    std::string name;         ///< what --device takes: "cuda:0"
    std::string description;  ///< "NVIDIA H200, compute capability 9.0, driver 580.159"
    std::uint64_t memory_bytes = 0;
    std::string why_not;  ///< in one line, of a device that is there and cannot be used
};

struct DeviceList {
    std::vector<Device> devices;
    std::string why_none;  ///< in one line, where there are none

    /// The first that can be used; null where none can.
    const Device* first_usable() const;
    /// Why none can be used, in one line: why_none, or what is said of each.
    std::string why_none_usable() const;
};

DeviceList devices_of(const Backend& backend);
/// Those of the CUDA module (loader.h).
DeviceList cuda_devices();
/// Whether there are any, of whatever use: does not open them.
bool may_be_cuda_devices();

}  // namespace dubplate::device
