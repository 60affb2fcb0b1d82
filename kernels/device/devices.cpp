#include "kernels/device/devices.h"

#include <algorithm>

#include "kernels/device/loader.h"

namespace dubplate::device {
namespace {

constexpr std::size_t kLongestReason = 512;

}  // namespace

const Device* DeviceList::first_usable() const {
    const auto found = std::ranges::find_if(devices, [](const Device& device) { return device.why_not.empty(); });
    return found == devices.end() ? nullptr : &*found;
}

std::string DeviceList::why_none_usable() const {
    if (devices.empty()) return why_none;
    std::string text;
    for (const Device& device : devices)
        if (!device.why_not.empty()) text += (text.empty() ? "" : "; ") + device.name + ": " + device.why_not;
    return text;
}

DeviceList devices_of(const Backend& backend) {
    DeviceList list;
    char why[kLongestReason] = "";
    const std::int32_t count = backend.count(why, sizeof why);
    if (count <= 0) {
        list.why_none = why;
        return list;
    }
    for (std::int32_t index = 0; index < count; ++index) {
        Device device{&backend, index, std::string(backend.name) + ":" + std::to_string(index), {}, 0, {}};
        DeviceFacts facts{};
        why[0] = '\0';
        const Status status = backend.describe(index, &facts, why, sizeof why);
        device.description = facts.name;
        if (facts.detail[0] != '\0')
            device.description += (device.description.empty() ? "" : ", ") + std::string(facts.detail);
        device.memory_bytes = facts.memory_bytes;
        if (status != Status::ok) device.why_not = why[0] != '\0' ? why : "it cannot be used";
        list.devices.push_back(std::move(device));
    }
    return list;
}

bool may_be_cuda_devices() {
    char why[kLongestReason] = "";
    const Module& module = cuda_module();
    return module.backend != nullptr && module.backend->count(why, sizeof why) > 0;
}

DeviceList cuda_devices() {
    const Module& module = cuda_module();
    if (module.backend == nullptr) return {{}, module.why_not};
    return devices_of(*module.backend);
}

}  // namespace dubplate::device
