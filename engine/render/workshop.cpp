#include "engine/render/workshop_parts.h"

namespace dubplate::render {

Result<DeviceChoice> Workshop::Parts::choose(const std::string& wanted) {
    if (const auto found = choices_.find(wanted); found != choices_.end()) return found->second;
    auto choice = choose_device(wanted);
    if (choice) choices_[wanted] = *choice;
    return choice;
}

Result<regions::Device*> Workshop::Parts::open(const DeviceChoice& choice) {
    if (device_ && opened_ == choice.name) {
        if (residents_) residents_->audio.begin_render();
        return device_.get();
    }
    close();
    auto device = regions::Device::open(*choice.backend, choice.index);
    if (!device) return fail(std::move(device.error()));
    device_ = std::move(*device);
    opened_ = choice.name;
    if (renders == Renders::one) return device_.get();
    const auto made = device_->ask([&]() -> Result<void> {
        residents_ = std::make_unique<regions::Residents>(*device_);
        return {};
    });
    if (!made) return fail(made.error());
    return device_.get();
}

/// The device's thread ends before what it asks for room.
void Workshop::Parts::close() {
    device_.reset();
    residents_.reset();
}

void Workshop::Parts::forget_device() {
    close();
    choices_.clear();
}

Workshop::Workshop(Renders renders) : parts_(std::make_unique<Parts>(renders)) {}
Workshop::~Workshop() = default;

}  // namespace dubplate::render
