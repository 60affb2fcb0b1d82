#pragma once

/// What a render runs on, chosen by name.
///
/// Names: "cpu"; "cuda", the first CUDA device that can be used, and "cuda:N", that one; "auto", a CUDA device where one can be
/// used, otherwise the CPU; "hosttwin", which does what a device does on threads of the CPU, for tests.
/// Threads: any. Errors: bad_argument where there is no such name; device where one was named that cannot be used, with the
/// reason. A device that was named is never replaced by another.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "kernels/device/backend.h"

namespace dubplate::render {

struct DeviceChoice {
    const device::Backend* backend = nullptr;  ///< null: the CPU alone
    std::int32_t index = 0;
    std::string name;     ///< for the receipt: "cpu", "cuda:0 NVIDIA H200, compute capability 9.0, driver 580.159.03"
    std::string why_not;  ///< why it is no device where "auto" was asked for
};

/// Whether it could be the name of a device, here or elsewhere.
Result<void> check_device_name(std::string_view wanted);

/// "auto" looks for devices, which takes time where there is a driver.
Result<DeviceChoice> choose_device(std::string_view wanted);

}  // namespace dubplate::render
