#pragma once

/// Runs a program: every step over every chunk, many at once, on an executor's threads.
///
/// (step, chunk) is a task; task_order.h says when it may run and which goes first. Nothing waits inside a task: those of an
/// AsyncStep are begun, and go on without a thread of the executor. No more threads are asked for than there are tasks to
/// run, and each goes on with the next one.
/// Errors: the first one wins; what runs is asked to stop, nothing new begins.

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "engine/nodes/profile.h"
#include "engine/nodes/step.h"

namespace dubplate::graph {

/// Where tasks run. Threads: submit() from any thread.
class Executor {
public:
    virtual ~Executor() = default;
    virtual void submit(std::function<void()> task) = 0;
    virtual std::size_t threads() const = 0;
};
std::unique_ptr<Executor> make_tbb_executor(int threads);
/// Plain std::threads and a queue: what thread sanitizers understand.
std::unique_ptr<Executor> make_thread_executor(int threads);

struct ScheduledStep {
    nodes::Step* step = nullptr;
    std::vector<std::size_t> after;  ///< steps it reads from, all earlier in the list
    nodes::TaskLabel label = {};     ///< for profiles
};

struct ScheduleSettings {
    FrameCount chunk_frames = 0;
    FrameCount first_chunk = 0;
    FrameCount last_chunk = 0;  ///< inclusive
    int in_flight = 2;
    /// Asked after each task: the frame at which the render ends as far as known.
    std::function<FrameCount()> end;
    nodes::Profile* profile = nullptr;  ///< gets every task, and what AsyncSteps do elsewhere; null: none
};

struct ScheduleProgress {
    FrameCount chunks_done = 0;  ///< of the slowest step
};

/// Calls `poll` from the calling thread about 15 times a second; false cancels. Returns once nothing runs any more.
Result<void> run_schedule(const std::vector<ScheduledStep>& steps, const ScheduleSettings& settings, Executor& executor,
                          const std::function<bool(const ScheduleProgress&)>& poll);

/// Runs independent jobs on the executor and returns when all are done, with the first error by position. Once `poll`
/// (asked as above) answers false, no more are begun and those that run are asked to stop through their token.
struct Job {
    template <class Function>
    Job(Function function, nodes::TaskLabel label_for_profiles = {})
        : run(std::move(function)), label(std::move(label_for_profiles)) {}

    std::function<Result<void>(const std::stop_token&)> run;
    nodes::TaskLabel label;
};
Result<void> run_all(std::vector<Job> jobs, Executor& executor, const std::function<bool()>& poll,
                     nodes::Profile* profile = nullptr);

}  // namespace dubplate::graph
