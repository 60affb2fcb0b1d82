#pragma once

/// Where the frames of a call lie in a ring.

#include "kernels/device/kernels.h"
#include "kernels/shared/host_device.h"

namespace dubplate::device {

/// Of frame `frame` of a call, which is never longer than the ring.
DUBPLATE_HD float& frame_of(const Plane& plane, std::int64_t frame) {
    const std::int64_t at = plane.at + frame;
    return plane.samples[at < plane.capacity ? at : at - plane.capacity];
}

}  // namespace dubplate::device
