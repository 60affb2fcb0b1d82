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

/// `why_cpu`: why nothing of this render can run on a device, empty if something can. "auto" then looks for none, which takes
/// time where there is a driver.
Result<DeviceChoice> choose_device(std::string_view wanted, std::string_view why_cpu = {});

/// Of every render of this version.
inline constexpr std::string_view kCpuAlone = "this version renders on the CPU alone";

}  // namespace dubplate::render
