#include "engine/render/workshop_parts.h"

namespace dubplate::render {

Result<DeviceChoice> Workshop::Parts::choose(const std::string& wanted) {
    if (const auto found = choices_.find(wanted); found != choices_.end()) return found->second;
    auto choice = choose_device(wanted);
    if (choice) choices_[wanted] = *choice;
    return choice;
}

Result<regions::Device*> Workshop::Parts::open(const DeviceChoice& choice) {
    if (device_ && opened_ == choice.name) return device_.get();
    device_.reset();
    auto device = regions::Device::open(*choice.backend, choice.index);
    if (!device) return fail(std::move(device.error()));
    device_ = std::move(*device);
    opened_ = choice.name;
    return device_.get();
}

void Workshop::Parts::forget_device() {
    device_.reset();
    choices_.clear();
}

Workshop::Workshop() : parts_(std::make_unique<Parts>()) {}
Workshop::~Workshop() = default;

}  // namespace dubplate::render
