#include "engine/render/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/spelling.h"
#include "kernels/device/devices.h"
#include "kernels/device/twin/twin.h"

namespace dubplate::render {
namespace {

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

DeviceChoice chosen(const device::Device& device) {
    return {device.backend, device.index, device.name + " " + device.description, {}};
}

Result<DeviceChoice> cannot_be_used(std::string_view wanted, std::string_view why) {
    return fail(ErrorCode::device, fmt::format("the device '{}' cannot be used: {}", wanted, why));
}

Result<DeviceChoice> choose_cuda(std::string_view wanted) {
    const device::DeviceList list = device::cuda_devices();
    if (wanted == "cuda" || list.devices.empty()) {
        if (const device::Device* usable = list.first_usable()) return chosen(*usable);
        return cannot_be_used(wanted, list.why_none_usable());
    }
    const auto found = std::ranges::find(list.devices, cuda_index(wanted), &device::Device::index);
    if (found == list.devices.end())
        return cannot_be_used(wanted, fmt::format("there {} {}", list.devices.size() == 1 ? "is" : "are",
                                                  counted(list.devices.size(), "CUDA device")));
    if (!found->why_not.empty()) return cannot_be_used(wanted, found->why_not);
    return chosen(*found);
}

DeviceChoice choose_any() {
    const device::DeviceList list = device::cuda_devices();
    if (const device::Device* usable = list.first_usable()) return chosen(*usable);
    return {nullptr, 0, "cpu", list.why_none_usable()};
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
    if (wanted == "auto") return choose_any();
    if (wanted == "hosttwin") return DeviceChoice{device::twin_backend(), 0, "hosttwin", {}};
    return choose_cuda(wanted);
}

}  // namespace dubplate::render
