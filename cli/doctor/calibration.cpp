#include "cli/doctor/calibration.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "cli/doctor/machine.h"
#include "engine/base/visible_text.h"
#include "engine/render/calibration.h"
#include "engine/render/device.h"
#include "kernels/device/devices.h"

namespace dubplate::cli {
namespace {

using render::Calibration;
using State = Finding::State;

constexpr const char* kArea = "calibration";
constexpr const char* kAdvice = "dubplate doctor --calibrate measures it";

std::string now() {
    return fmt::format("{:%FT%TZ}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
}

/// Those that a render could be asked to run on: CUDA devices, as choose_device() calls them.
std::vector<render::DeviceChoice> usable_devices(const device::DeviceList& list) {
    std::vector<render::DeviceChoice> usable;
    for (const device::Device& device : list.devices)
        if (device.why_not.empty())
            if (auto choice = render::choose_device(device.name)) usable.push_back(std::move(*choice));
    return usable;
}

bool is_here(const std::string& name, const std::vector<render::DeviceChoice>& usable) {
    return name == "hosttwin" || std::ranges::find(usable, name, &render::DeviceChoice::name) != usable.end();
}

std::string rate_text(double bytes_per_second) { return fmt::format("{:.1f}", 1e-9 * bytes_per_second); }

std::string what_was_found(const Calibration& known) {
    const regions::DeviceRates& rates = known.rates;
    const regions::CopyRate& copy = rates.copies.back();
    double transforms = 0.0;
    for (const regions::TransformRate& one : rates.transforms) transforms = std::max(transforms, one.rate);
    return fmt::format(
        "{}: {}: {} GB/s up, {} down, {} each way at once; {:.2f} G numbers/s transformed, {:.2f} multiplied; {:.1f} "
        "us a "
        "launch, {:.0f} to be told; pinned memory {:.2f} s/GiB; opened in {:.2f} s, {} left",
        visible_text(known.device), visible_text(known.made), rate_text(copy.up), rate_text(copy.down),
        rate_text(copy.both), 1e-9 * transforms, 1e-9 * rates.multiply_rate, 1e6 * rates.launch_seconds,
        1e6 * rates.turn_seconds, rates.pinned_seconds * static_cast<double>(1 << 30), rates.open_seconds,
        size_text(rates.memory_left));
}

}  // namespace

Result<void> calibrate(const std::string& device) {
    const std::string path = render::calibration_file();
    if (path.empty())
        return fail(ErrorCode::io,
                    "there is no place for what is measured: set HOME, XDG_CACHE_HOME or DUBPLATE_CALIBRATION");
    const device::DeviceList list = device::cuda_devices();
    const std::vector<render::DeviceChoice> usable = usable_devices(list);
    std::vector<render::DeviceChoice> wanted = usable;
    if (!device.empty()) {
        auto choice = render::choose_device(device);
        if (!choice) return fail(choice.error());
        wanted = {std::move(*choice)};
    }
    if (wanted.empty()) return fail(ErrorCode::device, "there is no device to measure: " + list.why_none_usable());
    std::vector<Calibration> calibrations;
    for (const render::DeviceChoice& one : wanted) {
        auto rates = regions::measure_rates(*one.backend, one.index);
        if (!rates) return fail(std::move(rates.error()));
        calibrations.push_back({one.name, now(), std::move(*rates)});
    }
    // Of others that are here what was known goes on being known.
    if (const auto known = render::read_calibrations(path))
        for (const Calibration& one : *known)
            if (is_here(one.device, usable) && !render::find_calibration(calibrations, one.device))
                calibrations.push_back(one);
    return render::write_calibrations(path, calibrations);
}

Findings check_calibration() {
    const std::string path = render::calibration_file();
    const std::vector<render::DeviceChoice> usable = usable_devices(device::cuda_devices());
    Findings findings;
    std::vector<Calibration> calibrations;
    if (auto known = path.empty() ? Result<std::vector<Calibration>>() : render::read_calibrations(path))
        calibrations = std::move(*known);
    else if (known.error().code != ErrorCode::not_found)
        findings.push_back({State::note, kArea,
                            fmt::format("{}: {}: ignored", visible_text(path), known.error().message),
                            "dubplate doctor --calibrate writes it anew; or remove it"});
    for (const Calibration& one : calibrations)
        if (is_here(one.device, usable))
            findings.push_back({State::ok, kArea, what_was_found(one)});
        else
            findings.push_back(
                {State::note, kArea,
                 fmt::format("{}: measured {}, is not here: ignored", visible_text(one.device), visible_text(one.made)),
                 "dubplate doctor --calibrate measures what is"});
    for (const render::DeviceChoice& one : usable)
        if (!render::find_calibration(calibrations, one.name))
            findings.push_back({State::ok, kArea, one.name + ": not measured", kAdvice});
    return findings;
}

}  // namespace dubplate::cli
