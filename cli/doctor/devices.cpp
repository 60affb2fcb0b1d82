#include "cli/doctor/devices.h"

#include <fmt/format.h>

#include "cli/doctor/machine.h"
#include "kernels/device/devices.h"
#include "kernels/device/loader.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;

/// What to do about a module that is missing or could not be loaded.
std::string advice_for(const device::Module& module) {
    if (module.file.empty())
        return "nothing, unless this machine has a GPU: then build where CUDA is installed, see docs/devices.md";
    if (module.why_not.find("libcufft") != std::string::npos)
        return "install cuFFT of that version, or add the folder that holds it to LD_LIBRARY_PATH";
    return fmt::format("build both from the same sources, or set {} to the right file", device::kCudaModuleVariable);
}

}  // namespace

Findings check_devices() {
    const device::Module& module = device::cuda_module();
    if (module.backend == nullptr)
        return {{State::note, "GPU", module.why_not + ": renders run on the processor", advice_for(module)}};
    const device::DeviceList list = device::devices_of(*module.backend);
    if (list.devices.empty())
        return {{State::note, "GPU", fmt::format("{} is loaded, but {}", module.file, list.why_none)}};
    Findings findings;
    for (const device::Device& device : list.devices) {
        const bool usable = device.why_not.empty();
        findings.push_back(
            {usable ? State::ok : State::note, device.name,
             fmt::format("{}, {}", device.description,
                         usable ? size_text(device.memory_bytes) : "cannot be used: " + device.why_not)});
    }
    findings.push_back({State::ok, "GPU", fmt::format("driven by {}", module.file)});
    return findings;
}

}  // namespace dubplate::cli
