#include "engine/render/device_opening.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>

#include "engine/graph/device_sums.h"
#include "engine/graph/offload.h"
#include "engine/render/inputs.h"
#include "kernels/device/devices.h"
#include "kernels/device/loader.h"

namespace dubplate::render {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(66);

/// By the names of inserts alone.
bool convolves(const session::Session& session) {
    return std::ranges::any_of(session.strips, [](const session::Strip& strip) {
        return !strip.disabled && std::ranges::any_of(strip.inserts, [](const session::Insert& insert) {
            const kernels::ProcessorKind* const kind = kernels::find_processor(insert.processor);
            return kind && kind->fixed_convolution;
        });
    });
}

/// The responses that the session names, if they have all been read; nothing else is.
std::optional<nodes::Impulses> responses_read(const session::Session& session, OpenedFiles& files) {
    nodes::Impulses impulses;
    for (const auto& [name, place] : impulse_files(session)) {
        OpenedFiles::Response response = files.response_read(input_path(session, name), session.sample_rate);
        if (!response) return std::nullopt;
        impulses.emplace(name, std::move(response));
    }
    return impulses;
}

double worthwhile_ns(const std::string& wanted) { return wanted == "hosttwin" ? 0.0 : graph::kWorthwhileNs; }

/// Whether it is worth looking closer. Devices are not looked for where nothing can be worth one.
bool may_need_device(const std::string& wanted, const session::Session& session,
                     const std::vector<nodes::StripSetup>& setups) {
    if (wanted == "cpu" || !graph::may_be_worthwhile(session, setups, worthwhile_ns(wanted))) return false;
    return wanted != "auto" || device::may_be_cuda_devices();
}

}  // namespace

void DeviceOpening::begin(std::function<bool()> needed) {
    try {
        begun_ = std::async(std::launch::async, [this, asked = std::move(needed)] { work(asked); });
    } catch (const std::system_error&) {
        // There are no more threads: it is done when it is asked for.
    }
}

void DeviceOpening::work(const std::function<bool()>& needed) {
    try {
        const bool was_named = wanted_ != "auto";
        if (was_named) choose();
        if (was_named && !*choice_) return;
        if (!needed()) return;
        if (!was_named) choose();
        open();
    } catch (const std::bad_alloc&) {
        // Whoever asks for it then tries again, and tells.
    }
}

void DeviceOpening::choose() { choice_ = workshop_.choose(wanted_); }

void DeviceOpening::open() {
    if (!*choice_) return;
    device_ = (*choice_)->backend ? workshop_.open(**choice_) : Result<regions::Device*>(nullptr);
}

Result<void> DeviceOpening::wait(const std::function<bool()>& poll) {
    while (begun_.valid() && begun_.wait_for(kPollInterval) != std::future_status::ready)
        if (poll && !poll()) return fail(ErrorCode::cancelled, "cancelled");
    if (begun_.valid()) begun_.get();
    if (!choice_ && wanted_ != "auto" && wanted_ != "cpu") choose();
    if (choice_ && !*choice_) return fail(choice_->error());
    return {};
}

Result<DeviceChoice> DeviceOpening::choice() {
    if (!choice_) choose();
    return *choice_;
}

Result<regions::Device*> DeviceOpening::device() {
    if (auto chosen = choice(); !chosen) return fail(std::move(chosen.error()));
    if (!device_) open();
    return *device_;
}

std::optional<graph::Plan> plan_for_device(const std::string& wanted, const MakePlan& make_plan,
                                           const session::Session& session,
                                           const std::vector<nodes::StripSetup>& setups) {
    if (!may_need_device(wanted, session, setups)) return std::nullopt;
    graph::Plan offloaded = make_plan(setups);
    graph::offload(offloaded, session, setups, worthwhile_ns(wanted));
    if (!graph::uses_device(offloaded)) return std::nullopt;
    graph::sum_on_device(offloaded, setups);
    return offloaded;
}

bool needs_device(const std::string& wanted, const session::Session& session, const session::TempoMap& tempo_map,
                  OpenedFiles& files, const MakePlan& make_plan) {
    if (!convolves(session)) return false;
    if (wanted == "auto" && !device::cuda_module().backend) return false;
    const auto impulses = responses_read(session, files);
    if (!impulses) return false;
    const auto setups = nodes::set_up_strips(session, tempo_map, *impulses);
    if (!setups) return false;
    return plan_for_device(wanted, make_plan, session, *setups).has_value();
}

}  // namespace dubplate::render
