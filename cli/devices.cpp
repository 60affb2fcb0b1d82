// dubplate devices [--json]: what a render can run on.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <thread>

#include "cli/command.h"
#include "cli/doctor/machine.h"
#include "cli/json.h"
#include "engine/base/spelling.h"
#include "kernels/device/devices.h"
#include "kernels/device/loader.h"

namespace dubplate::cli {
namespace {

constexpr const char* kTwin = "what a GPU does, on threads of the CPU: for tests";

/// What is listed beside CUDA devices.
struct Cpu {
    unsigned threads = std::max(1u, std::thread::hardware_concurrency());
    std::string description = fmt::format("{}, {}", processor_model(), counted(threads, "thread"));
};

std::string as_text(const Cpu& cpu, const device::DeviceList& cuda) {
    const auto line = [](std::string_view name, std::string_view text) {
        return fmt::format("{:<8} {}\n", name, text);
    };
    std::string text = line("cpu", cpu.description);
    for (const device::Device& device : cuda.devices)
        text += line(device.name, device.why_not.empty()
                                      ? fmt::format("{}, {}", device.description, size_text(device.memory_bytes))
                                      : fmt::format("{} cannot be used: {}", device.description, device.why_not));
    if (cuda.devices.empty()) text += line("cuda", "none: " + cuda.why_none);
    return text + line("hosttwin", kTwin);
}

std::string as_json(const Cpu& cpu, const device::DeviceList& cuda) {
    JsonText out;
    out.open_object();
    out.key("schema").text("dubplate-devices-1");
    out.key("devices").open_array();
    out.open_object();
    out.key("name").text("cpu");
    out.key("description").text(cpu.description);
    out.key("usable").truth(true);
    out.key("threads").count(cpu.threads);
    out.close_object();
    for (const device::Device& device : cuda.devices) {
        out.open_object();
        out.key("name").text(device.name);
        out.key("description").text(device.description);
        out.key("usable").truth(device.why_not.empty());
        out.key("memory_bytes").count(device.memory_bytes);
        if (!device.why_not.empty()) out.key("why_not").text(device.why_not);
        out.close_object();
    }
    out.open_object();
    out.key("name").text("hosttwin");
    out.key("description").text(kTwin);
    out.key("usable").truth(true);
    out.close_object();
    out.close_array();
    out.key("cuda").open_object();
    out.key("module").text(device::cuda_module().file);
    if (cuda.devices.empty()) out.key("why_none").text(cuda.why_none);
    out.close_object();
    out.close_object();
    return out.finish();
}

Exit run(bool json) {
    const Cpu cpu;
    const device::DeviceList cuda = device::cuda_devices();
    return print_result(json ? as_json(cpu, cuda) : as_text(cpu, cuda)) ? Exit::done : Exit::failed;
}

}  // namespace

Run add_devices(CLI::App& app) {
    const auto json = std::make_shared<bool>(false);
    app.add_flag("--json", *json, "as JSON");
    app.footer(
        "Where there is no CUDA device, it says why.\n"
        "\nExample:\n  dubplate devices");
    return [json] { return run(*json); };
}

}  // namespace dubplate::cli
