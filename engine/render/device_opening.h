#pragma once

/// The device of a render: chosen and opened on a thread of its own, while the render reads its inputs.
///
/// A device that was named is chosen at once, so that what is wrong with it is told. Where none was, devices are looked for
/// only once there is work for one. Opened is only what is needed. What was not begun beside the inputs is done when it is
/// asked for: nothing but time depends on begin().
/// Threads: begin(), wait() and the rest from one; the destructor waits for what was begun, some tenths of a second.
/// Errors: as choose_device() and regions::Device::open(); cancelled.

#include <functional>
#include <future>
#include <optional>
#include <string>

#include "engine/graph/plan.h"
#include "engine/render/workshop_parts.h"

namespace dubplate::render {

class DeviceOpening {
public:
    /// `wanted`: a device's name (device.h). Both outlive this.
    DeviceOpening(Workshop::Parts& workshop, const std::string& wanted) : workshop_(workshop), wanted_(wanted) {}
    DeviceOpening(const DeviceOpening&) = delete;
    DeviceOpening& operator=(const DeviceOpening&) = delete;

    /// `needed`, called on the other thread: whether it is known already that there is work for a device.
    void begin(std::function<bool()> needed);
    /// Until all that was begun is done; `poll` is asked about 15 times a second, false cancels. The error of choosing.
    Result<void> wait(const std::function<bool()>& poll);

    /// After wait(): the choice, made now if it was not, and the device, opened now if it was not; null for the CPU.
    Result<DeviceChoice> choice();
    Result<regions::Device*> device();

private:
    void work(const std::function<bool()>& needed);
    void choose();
    void open();

    Workshop::Parts& workshop_;
    const std::string& wanted_;
    std::optional<Result<DeviceChoice>> choice_;
    std::optional<Result<regions::Device*>> device_;
    std::future<void> begun_;  // last: it ends before what it writes
};

/// Makes a plan that is cut for a device (graph::CutFor).
using MakePlan = std::function<graph::Plan(const std::vector<nodes::StripSetup>&)>;

/// The plan as a device would run it, if there is one: nothing where nothing is for it. For "auto", where nothing can be
/// worth it or no device is there at all, without making one.
std::optional<graph::Plan> plan_for_device(const std::string& wanted, const MakePlan& make_plan,
                                           const session::Session& session,
                                           const std::vector<nodes::StripSetup>& setups);

/// Whether a plan will be for a device, as far as that is known before inputs are read: false where a response is not.
bool needs_device(const std::string& wanted, const session::Session& session, const session::TempoMap& tempo_map,
                  OpenedFiles& files, const MakePlan& make_plan);

}  // namespace dubplate::render
