#pragma once

/// A twin that is open: its memory, its queues, what was lost and why.

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "kernels/device/twin/memory.h"
#include "kernels/device/twin/occurrence.h"
#include "kernels/device/twin/twin.h"
#include "kernels/device/twin/work_queue.h"

namespace dubplate::device {

struct Event {
    std::shared_ptr<twin::Occurrence> last;  ///< null: never recorded
};

struct Context {
    /// What is wrong in a way that loses the device; empty: nothing.
    using Wrong = std::string;

    explicit Context(const TwinFaults& wanted);

    /// Runs in the queue, unless the device is lost by then.
    Status put(Queue queue, std::function<Wrong()> operation);
    /// Runs in the queue in any case.
    void put_always(Queue queue, std::function<void()> operation);
    /// Called beside the queue, with the status of when it got there: the queue goes on.
    void put_call(Queue queue, std::function<void(Status)> function);
    /// For all queues and for what they call.
    void wait_for_all();

    Status status() const { return lost_ ? Status::lost : Status::ok; }
    /// For message(); answers with `status`. What lost the device stays what is said.
    Status fail(Status status, std::string why);
    Status lose(std::string why) { return fail(Status::lost, std::move(why)); }
    const char* message() const;

    const TwinFaults faults;
    twin::Memory memory, pinned;
    std::map<const Event*, std::unique_ptr<Event>> events;
    std::atomic_flag called;  ///< someone is in the table

private:
    struct Line {
        std::int64_t operations = 0;  // that have begun
        std::uint64_t random = 0, random_of_calls = 0;
        std::unique_ptr<twin::WorkQueue> calls, queue;  // the queue ends first
    };

    Line& line(Queue queue) { return lines_[static_cast<std::size_t>(queue)]; }
    /// Ahead of every operation, on its thread: where faults come from.
    void begin(Queue queue);
    void delay(std::uint64_t& random) const;

    std::atomic<bool> lost_ = false;
    mutable std::mutex why_lock_;
    std::string why_;
    mutable std::string shown_;
    std::array<Line, kQueues> lines_;  // the last member: the threads end before all else goes
};

}  // namespace dubplate::device
