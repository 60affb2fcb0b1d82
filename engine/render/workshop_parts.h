#pragma once

/// What a Workshop is made of. Threads: as Workshop.

#include <map>
#include <memory>
#include <string>

#include "engine/regions/residents.h"
#include "engine/render/device.h"
#include "engine/render/opened_files.h"
#include "engine/render/workshop.h"

namespace dubplate::render {

struct Workshop::Parts {
    explicit Parts(Renders several) : renders(several) {}
    ~Parts() { forget_device(); }

    /// As choose_device(), which is asked once for each name.
    Result<DeviceChoice> choose(const std::string& wanted);
    /// The device of a choice, opened or still open. One at a time.
    Result<regions::Device*> open(const DeviceChoice& choice);
    /// What stays on the open device. Null: nothing does.
    regions::Residents* residents() { return residents_.get(); }
    /// After a device has failed, and nothing uses it any more: it and what was known of it go.
    void forget_device();

    const Renders renders;
    OpenedFiles files;

private:
    void close();

    std::map<std::string, DeviceChoice> choices_;  // by what was wanted
    std::string opened_;                           // the name of the choice
    std::unique_ptr<regions::Device> device_;
    std::unique_ptr<regions::Residents> residents_;
};

}  // namespace dubplate::render
