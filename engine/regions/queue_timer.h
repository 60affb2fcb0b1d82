#pragma once

/// How long a device works on what is put into one of its queues, by its own clock.
///
/// One piece of work at a time: begin(), what is put into the queue, end(), and once that is done seconds().
/// Threads: the device's; the constructor and the destructor of one never begun or released run anywhere. Errors: device.

#include <array>

#include "engine/regions/device.h"

namespace dubplate::regions {

class QueueTimer {
public:
    QueueTimer(Device& device, device::Queue queue) : device_(device), queue_(queue) {}
    QueueTimer(const QueueTimer&) = delete;
    QueueTimer& operator=(const QueueTimer&) = delete;

    Result<void> begin();
    Result<void> end();
    Result<double> seconds();
    /// Gives the device's events back.
    void release();

private:
    Result<void> record(std::size_t event);

    Device& device_;
    device::Queue queue_;
    std::array<device::Event*, 2> events_{};
};

}  // namespace dubplate::regions
