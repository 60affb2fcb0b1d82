#pragma once

/// One recording of an event, which has happened or has not yet. Threads: any.

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace dubplate::device::twin {

class Occurrence {
public:
    using Clock = std::chrono::steady_clock;

    void happen() {
        {
            const std::lock_guard guard(lock_);
            time_ = Clock::now();
            happened_ = true;
        }
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock guard(lock_);
        changed_.wait(guard, [&] { return happened_; });
    }
    bool happened() {
        const std::lock_guard guard(lock_);
        return happened_;
    }
    /// When it happened, if it has.
    Clock::time_point time() {
        const std::lock_guard guard(lock_);
        return time_;
    }

private:
    std::mutex lock_;
    std::condition_variable changed_;
    bool happened_ = false;
    Clock::time_point time_;
};

}  // namespace dubplate::device::twin
