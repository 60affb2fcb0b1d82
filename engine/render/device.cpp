#include "engine/render/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/spelling.h"
#include "kernels/device/devices.h"

namespace dubplate::render {
namespace {

constexpr std::string_view kCpuAlone = "this version renders on the CPU alone";

/// Device N of "cuda:N"; -1: it is not one.
int cuda_index(std::string_view name) {
    constexpr std::string_view kPrefix = "cuda:";
    if (!name.starts_with(kPrefix)) return -1;
    name.remove_prefix(kPrefix.size());
    if (name.empty() || name.size() > 4) return -1;
    int index = 0;
    for (const char c : name) {
        if (c < '0' || c > '9') return -1;
        index = 10 * index + (c - '0');
    }
    return index;
}

/// Why the CUDA device that was named cannot be used; empty: it can.
std::string why_unusable(std::string_view wanted) {
    const device::DeviceList list = device::cuda_devices();
    if (wanted == "cuda" || list.devices.empty())
        return list.first_usable() != nullptr ? std::string() : list.why_none_usable();
    const auto found = std::ranges::find(list.devices, cuda_index(wanted), &device::Device::index);
    if (found != list.devices.end()) return found->why_not;
    return fmt::format("there {} {}", list.devices.size() == 1 ? "is" : "are",
                       counted(list.devices.size(), "CUDA device"));
}

}  // namespace

Result<void> check_device_name(std::string_view wanted) {
    constexpr std::array<std::string_view, 4> kNames = {"auto", "cpu", "cuda", "hosttwin"};
    if (std::ranges::find(kNames, wanted) != kNames.end() || cuda_index(wanted) >= 0) return {};
    return fail(ErrorCode::bad_argument,
                fmt::format("there is no device '{}'{}", wanted, did_you_mean_or_list(wanted, kNames)));
}

Result<DeviceChoice> choose_device(std::string_view wanted) {
    if (auto ok = check_device_name(wanted); !ok) return fail(ok.error());
    if (wanted == "cpu") return DeviceChoice{nullptr, 0, "cpu", {}};
    if (wanted == "auto") return DeviceChoice{nullptr, 0, "cpu", std::string(kCpuAlone)};
    std::string why = wanted == "hosttwin" ? std::string() : why_unusable(wanted);
    if (why.empty()) why = kCpuAlone;
    return fail(ErrorCode::device, fmt::format("the device '{}' cannot be used: {}", wanted, why));
}

}  // namespace dubplate::render
