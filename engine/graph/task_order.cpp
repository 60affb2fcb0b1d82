#include "engine/graph/task_order.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace dubplate::graph {

TaskOrder::TaskOrder(const std::vector<std::vector<std::size_t>>& after, FrameCount first_chunk, FrameCount last_chunk,
                     int in_flight)
    : steps_(after.size()), last_chunk_(last_chunk), in_flight_(in_flight) {
    for (std::size_t s = 0; s < after.size(); ++s) {
        steps_[s].next = first_chunk;
        steps_[s].after = after[s];
        for (const std::size_t from : after[s]) {
            assert(from < s);
            steps_[from].readers.push_back(s);
        }
    }
    for (std::size_t s = steps_.size(); s-- > 0;)
        for (const std::size_t reader : steps_[s].readers)
            steps_[s].height = std::max(steps_[s].height, steps_[reader].height + 1);
    ready_.reserve(steps_.size());
    for (std::size_t s = 0; s < steps_.size(); ++s) consider(s);
}

bool TaskOrder::is_later(std::size_t a, std::size_t b) const {
    const Step &one = steps_[a], &other = steps_[b];
    if (one.next != other.next) return one.next > other.next;
    if (one.height != other.height) return one.height < other.height;
    return a > b;
}

Task TaskOrder::take() {
    assert(!ready_.empty());
    std::pop_heap(ready_.begin(), ready_.end(), [this](std::size_t a, std::size_t b) { return is_later(a, b); });
    const std::size_t step = ready_.back();
    ready_.pop_back();
    ++running_;
    return {step, steps_[step].next};
}

void TaskOrder::finish(std::size_t step) {
    assert(steps_[step].busy && running_ > 0);
    --running_;
    ++steps_[step].next;
    steps_[step].busy = false;
    consider(step);
    for (const std::size_t reader : steps_[step].readers) consider(reader);
    for (const std::size_t from : steps_[step].after) consider(from);
}

void TaskOrder::end_at(FrameCount last_chunk) { last_chunk_ = std::min(last_chunk_, last_chunk); }

void TaskOrder::stop() {
    stopped_ = true;
    ready_.clear();
}

FrameCount TaskOrder::slowest() const {
    FrameCount least = std::numeric_limits<FrameCount>::max();
    for (const Step& step : steps_) least = std::min(least, step.next);
    return least;
}

/// Makes a step's next chunk ready if nothing stands in its way.
void TaskOrder::consider(std::size_t s) {
    Step& step = steps_[s];
    if (step.busy || stopped_ || step.next > last_chunk_) return;
    for (const std::size_t from : step.after)
        if (steps_[from].next <= step.next) return;
    for (const std::size_t reader : step.readers)
        if (steps_[reader].next <= step.next - in_flight_) return;
    step.busy = true;
    ready_.push_back(s);
    std::push_heap(ready_.begin(), ready_.end(), [this](std::size_t a, std::size_t b) { return is_later(a, b); });
}

}  // namespace dubplate::graph
