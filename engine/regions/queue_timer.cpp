#include "engine/regions/queue_timer.h"

namespace dubplate::regions {

Result<void> QueueTimer::record(std::size_t event) {
    const device::Backend& table = device_.table();
    if (!events_[event])
        if (auto ok = device_.check(table.create_event(device_.context(), &events_[event])); !ok) return ok;
    return device_.check(table.record(device_.context(), events_[event], queue_));
}

Result<void> QueueTimer::begin() { return record(0); }
Result<void> QueueTimer::end() { return record(1); }

Result<double> QueueTimer::seconds() {
    float milliseconds = 0.0f;
    const device::Status status = device_.table().elapsed(device_.context(), events_[0], events_[1], &milliseconds);
    if (auto ok = device_.check(status); !ok) return fail(ok.error());
    return 1e-3 * static_cast<double>(milliseconds);
}

void QueueTimer::release() {
    for (device::Event*& event : events_) {
        if (event) device_.table().destroy_event(device_.context(), event);
        event = nullptr;
    }
}

}  // namespace dubplate::regions
