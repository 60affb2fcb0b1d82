#include "kernels/device/twin/context.h"

#include <chrono>
#include <thread>
#include <utility>

namespace dubplate::device {
namespace {

/// Marsaglia's xorshift.
std::uint64_t next_random(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

}  // namespace

Context::Context(const TwinFaults& wanted) : faults(wanted), memory(wanted.memory_bytes), pinned(wanted.pinned_bytes) {
    std::uint64_t seed = ((faults.seed + 1) * 0x9e3779b97f4a7c15u) | 1;
    for (Line& line : lines_) {
        line.random = next_random(seed);
        line.random_of_calls = next_random(seed);
        line.calls = std::make_unique<twin::WorkQueue>();
        line.queue = std::make_unique<twin::WorkQueue>();
    }
}

void Context::begin(Queue queue) {
    Line& at = line(queue);
    ++at.operations;
    if (queue == faults.lost_queue && at.operations == faults.lost_at) lose("the twin was asked to break here");
    delay(at.random);
}

void Context::delay(std::uint64_t& random) const {
    if (faults.most_delay_us <= 0 || lost_) return;
    const auto choices = static_cast<std::uint64_t>(faults.most_delay_us) + 1;
    std::this_thread::sleep_for(std::chrono::microseconds(next_random(random) % choices));
}

Status Context::put(Queue queue, std::function<Wrong()> operation) {
    if (lost_) return Status::lost;
    line(queue).queue->put([this, queue, operation = std::move(operation)] {
        begin(queue);
        if (lost_) return;
        if (Wrong wrong = operation(); !wrong.empty()) lose(std::move(wrong));
    });
    return Status::ok;
}

void Context::put_always(Queue queue, std::function<void()> operation) {
    line(queue).queue->put([this, queue, operation = std::move(operation)] {
        begin(queue);
        operation();
    });
}

void Context::put_call(Queue queue, std::function<void(Status)> function) {
    put_always(queue, [this, queue, function = std::move(function)] {
        Line& at = line(queue);
        at.calls->put([this, &at, function, then = status()] {
            delay(at.random_of_calls);
            function(then);
        });
    });
}

void Context::wait_for_all() {
    for (Line& line : lines_) line.queue->wait_until_empty();
    for (Line& line : lines_) line.calls->wait_until_empty();
}

Status Context::fail(Status status, std::string why) {
    const std::lock_guard guard(why_lock_);
    if (lost_) return status;
    why_ = std::move(why);
    lost_ = status == Status::lost;
    return status;
}

const char* Context::message() const {
    const std::lock_guard guard(why_lock_);
    shown_ = why_;
    return shown_.c_str();
}

}  // namespace dubplate::device
