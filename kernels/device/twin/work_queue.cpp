#include "kernels/device/twin/work_queue.h"

#include <utility>

namespace dubplate::device::twin {

WorkQueue::~WorkQueue() {
    {
        const std::lock_guard guard(lock_);
        ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void WorkQueue::put(std::function<void()> work) {
    {
        const std::lock_guard guard(lock_);
        works_.push_back(std::move(work));
    }
    changed_.notify_all();
}

void WorkQueue::wait_until_empty() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [&] { return works_.empty(); });
}

void WorkQueue::run() {
    std::unique_lock guard(lock_);
    while (true) {
        changed_.wait(guard, [&] { return ends_ || !works_.empty(); });
        if (works_.empty()) return;
        std::function<void()>& work = works_.front();  // which stays where it is while others are put behind it
        guard.unlock();
        work();
        guard.lock();
        works_.pop_front();
        if (works_.empty()) changed_.notify_all();
    }
}

}  // namespace dubplate::device::twin
