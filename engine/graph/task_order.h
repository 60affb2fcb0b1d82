#pragma once

/// Which tasks, a step's next chunk each, may be run and which of them first: the rules of the schedule without its threads.
///
/// A task is ready when the same chunk of all steps it reads from is done, its own previous chunk is done, and every step
/// that reads from it has finished the chunk `in_flight` before (that is what bounds memory). Among ready tasks the oldest
/// chunk goes first, then the longest way to an output, then the step that stands first.
/// Threads: one caller at a time. Determinism: takes and dones in one order give the same answers in the same order.

#include <cstddef>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::graph {

struct Task {
    std::size_t step = 0;
    FrameCount chunk = 0;
};

class TaskOrder {
public:
    /// after is [step], the steps it reads from, all earlier in the list. Chunks from first to last, inclusive.
    TaskOrder(const std::vector<std::vector<std::size_t>>& after, FrameCount first_chunk, FrameCount last_chunk,
              int in_flight);

    std::size_t ready() const { return ready_.size(); }
    /// Nothing is ready and nothing runs, so nothing will.
    bool finished() const { return ready_.empty() && running_ == 0; }
    /// The most urgent of the ready tasks, which then runs.
    Task take();
    /// The task that runs for this step is done.
    void finish(std::size_t step);
    /// The last chunk comes nearer; what is ready beyond it still runs.
    void end_at(FrameCount last_chunk);
    /// Nothing more becomes ready; what runs may finish.
    void stop();

    /// The next chunk of the slowest step.
    FrameCount slowest() const;

private:
    struct Step {
        FrameCount next = 0;  // the chunk to run next; all before are done
        bool busy = false;    // ready or running
        int height = 0;
        std::vector<std::size_t> after, readers;
    };
    bool is_later(std::size_t a, std::size_t b) const;
    void consider(std::size_t s);

    std::vector<Step> steps_;
    std::vector<std::size_t> ready_;  // a heap of steps
    std::size_t running_ = 0;
    FrameCount last_chunk_;
    int in_flight_;
    bool stopped_ = false;
};

}  // namespace dubplate::graph
