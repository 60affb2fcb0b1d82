#include "engine/graph/schedule.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>

namespace dubplate::graph {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(66);

class Schedule {
public:
    Schedule(const std::vector<ScheduledStep>& steps, const ScheduleSettings& settings, Executor& executor)
        : steps_(steps), settings_(settings), executor_(executor), last_chunk_(settings.last_chunk) {
        states_.resize(steps.size());
        for (std::size_t s = 0; s < steps.size(); ++s) {
            states_[s].next = settings.first_chunk;
            for (const std::size_t from : steps[s].after) states_[from].readers.push_back(s);
        }
        for (std::size_t s = steps.size(); s-- > 0;)
            for (const std::size_t reader : states_[s].readers)
                states_[s].height = std::max(states_[s].height, states_[reader].height + 1);
    }

    Result<void> run(const std::function<bool(const ScheduleProgress&)>& poll) {
        // Asked before anything is done: who cancels from the start is never too late.
        if (poll && !poll(ScheduleProgress{})) return fail(ErrorCode::cancelled, "cancelled");
        {
            const std::lock_guard lock(mutex_);
            for (std::size_t s = 0; s < steps_.size(); ++s) consider(s);
        }
        std::unique_lock lock(mutex_);
        while (!finished()) {
            changed_.wait_for(lock, kPollInterval, [&] { return finished(); });
            ScheduleProgress progress{slowest() - settings_.first_chunk};
            lock.unlock();
            const bool go_on = !poll || poll(progress);
            lock.lock();
            if (!go_on) stop(Error{ErrorCode::cancelled, "cancelled"});
        }
        if (error_) return fail(*error_);
        return {};
    }

private:
    struct State {
        FrameCount next = 0;  // the chunk to run next; all before are done
        bool busy = false;    // queued or running
        int height = 0;
        std::vector<std::size_t> readers;
    };
    using Ready = std::tuple<FrameCount, int, std::size_t>;  // chunk, -height, step

    FrameCount slowest() const {
        FrameCount least = std::numeric_limits<FrameCount>::max();
        for (const State& state : states_) least = std::min(least, state.next);
        return least;
    }
    bool finished() const {
        if (submitted_ > 0) return false;
        return error_ || std::all_of(states_.begin(), states_.end(),
                                     [&](const State& state) { return state.next > last_chunk_; });
    }

    void stop(Error error) {
        if (!error_) error_ = std::move(error);
        ready_.clear();
        stop_.request_stop();
    }

    /// Queues a step's next chunk if nothing stands in its way. With the lock held.
    void consider(std::size_t s) {
        State& state = states_[s];
        if (state.busy || error_ || state.next > last_chunk_) return;
        for (const std::size_t from : steps_[s].after)
            if (states_[from].next <= state.next) return;
        for (const std::size_t reader : state.readers)
            if (states_[reader].next <= state.next - settings_.in_flight) return;
        state.busy = true;
        ready_.emplace(state.next, -state.height, s);
        ++submitted_;
        executor_.submit([this] { work(); });
    }

    /// Every submitted task runs the most urgent ready step, whichever step it was submitted for.
    void work() {
        std::unique_lock lock(mutex_);
        if (!ready_.empty()) run_most_urgent(lock);
        --submitted_;
        // Still under the lock: once it is released with nothing submitted, this object may be gone.
        if (finished()) changed_.notify_all();
    }

    void run_most_urgent(std::unique_lock<std::mutex>& lock) {
        const std::size_t s = std::get<2>(*ready_.begin());
        ready_.erase(ready_.begin());
        const nodes::Chunk chunk{states_[s].next, states_[s].next * settings_.chunk_frames, settings_.chunk_frames,
                                 stop_.get_token()};
        lock.unlock();
        Result<void> result;
        try {
            result = steps_[s].step->run(chunk);
        } catch (const std::bad_alloc&) {
            result = fail(ErrorCode::out_of_memory, "out of memory while rendering");
        }
        lock.lock();
        State& state = states_[s];
        state.busy = false;
        if (result) {
            ++state.next;
            if (settings_.end)
                last_chunk_ = std::min(last_chunk_,
                                       std::max(settings_.first_chunk, (settings_.end() - 1) / settings_.chunk_frames));
            consider(s);
            for (const std::size_t reader : state.readers) consider(reader);
            for (const std::size_t from : steps_[s].after) consider(from);
        } else {
            stop(std::move(result.error()));
        }
    }

    const std::vector<ScheduledStep>& steps_;
    const ScheduleSettings& settings_;
    Executor& executor_;
    std::stop_source stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    std::set<Ready> ready_;
    std::size_t submitted_ = 0;  // tasks the executor still holds or runs
    FrameCount last_chunk_;
    std::optional<Error> error_;
};

}  // namespace

Result<void> run_schedule(const std::vector<ScheduledStep>& steps, const ScheduleSettings& settings, Executor& executor,
                          const std::function<bool(const ScheduleProgress&)>& poll) {
    return Schedule(steps, settings, executor).run(poll);
}

Result<void> run_all(std::vector<Job> jobs, Executor& executor, const std::function<bool()>& poll) {
    if (poll && !poll()) return fail(ErrorCode::cancelled, "cancelled");
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t left = jobs.size();
    std::vector<std::optional<Error>> errors(jobs.size());
    std::stop_source stop;
    for (std::size_t k = 0; k < jobs.size(); ++k)
        executor.submit([&, k] {
            Result<void> result;
            try {
                if (!stop.stop_requested()) result = jobs[k](stop.get_token());
            } catch (const std::bad_alloc&) {
                result = fail(ErrorCode::out_of_memory, "there is not enough memory");
            }
            const std::lock_guard lock(mutex);
            if (!result) errors[k] = std::move(result.error());
            if (--left == 0) changed.notify_all();
        });
    std::unique_lock lock(mutex);
    while (left > 0) {
        changed.wait_for(lock, kPollInterval, [&] { return left == 0; });
        lock.unlock();
        if (poll && !poll()) stop.request_stop();
        lock.lock();
    }
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
    for (auto& error : errors)
        if (error) return fail(std::move(*error));
    return {};
}

}  // namespace dubplate::graph
