#pragma once

/// A thread that runs what it is given, in order.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace dubplate::device::twin {

class WorkQueue {
public:
    WorkQueue() : thread_([this] { run(); }) {}
    /// Waits for everything.
    ~WorkQueue();
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    void put(std::function<void()> work);
    void wait_until_empty();

private:
    void run();

    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> works_;  // the first is being run
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace dubplate::device::twin
