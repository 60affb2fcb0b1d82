#include "engine/graph/schedule.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "engine/graph/task_order.h"

namespace dubplate::graph {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(66);
constexpr int kTurns = 16;

std::vector<std::vector<std::size_t>> after_of(const std::vector<ScheduledStep>& steps) {
    std::vector<std::vector<std::size_t>> after;
    for (const ScheduledStep& step : steps) after.push_back(step.after);
    return after;
}

class Schedule {
public:
    Schedule(const std::vector<ScheduledStep>& steps, const ScheduleSettings& settings, Executor& executor)
        : steps_(steps),
          settings_(settings),
          executor_(executor),
          order_(after_of(steps), settings.first_chunk, settings.last_chunk, settings.in_flight) {
        for (const ScheduledStep& step : steps) {
            asyncs_.push_back(dynamic_cast<nodes::AsyncStep*>(step.step));
            if (!settings.profile) continue;
            labels_.push_back(settings.profile->add_label(step.label.name, step.label.work));
            elsewheres_.push_back(asyncs_.back() ? &settings.profile->add_elsewhere(labels_.back()) : nullptr);
        }
    }

    Result<void> run(const std::function<bool(const ScheduleProgress&)>& poll) {
        // Asked before anything is done: who cancels from the start is never too late.
        if (poll && !poll(ScheduleProgress{})) return fail(ErrorCode::cancelled, "cancelled");
        std::unique_lock lock(mutex_);
        call_workers();
        while (!finished()) {
            changed_.wait_for(lock, kPollInterval, [&] { return finished(); });
            ScheduleProgress progress{order_.slowest() - settings_.first_chunk};
            lock.unlock();
            const bool go_on = !poll || poll(progress);
            lock.lock();
            if (!go_on) stop(Error{ErrorCode::cancelled, "cancelled"});
        }
        if (error_) return fail(*error_);
        return {};
    }

private:
    bool finished() const { return workers_ == 0 && elsewhere_ == 0 && (error_ || order_.finished()); }

    void stop(Error error) {
        if (!error_) error_ = std::move(error);
        order_.stop();
        stop_.request_stop();
    }

    /// As many as there are tasks for, those that run included. With the lock held.
    void call_workers() {
        while (workers_ < executor_.threads() && workers_ < running_ + order_.ready()) {
            ++workers_;
            executor_.submit([this] { work(); });
        }
    }

    void work() {
        std::unique_lock lock(mutex_);
        // Not for ever: who else uses the executor gets a turn.
        for (int turn = 0; turn < kTurns && order_.ready() > 0; ++turn) run_most_urgent(lock);
        --workers_;
        call_workers();
        // Still under the lock: once it is released with no worker left, this object may be gone.
        if (finished()) changed_.notify_all();
    }

    void run_most_urgent(std::unique_lock<std::mutex>& lock) {
        const std::size_t ready = order_.ready() - 1;
        const Task task = order_.take();
        const ScheduledStep& step = steps_[task.step];
        nodes::Chunk chunk{task.chunk, task.chunk * settings_.chunk_frames, settings_.chunk_frames, stop_.get_token()};
        ++running_;
        lock.unlock();
        std::optional<Result<void>> result;  // none: the step is not done yet
        try {
            if (const auto async = asyncs_[task.step]) {
                chunk.elsewhere = settings_.profile ? elsewheres_[task.step] : nullptr;
                start(*async, chunk, task);
            } else {
                const nodes::ProfiledTask profiled(settings_.profile, labels_.empty() ? 0 : labels_[task.step],
                                                   task.chunk, static_cast<int>(ready));
                chunk.timeline = profiled.timeline();
                result = step.step->run(chunk);
            }
        } catch (const std::bad_alloc&) {
            result = fail(ErrorCode::out_of_memory, "out of memory while rendering");
        }
        lock.lock();
        --running_;
        if (result) done(task, std::move(*result));
    }

    void start(nodes::AsyncStep& step, const nodes::Chunk& chunk, const Task& task) {
        const auto count = [this](int more) {
            const std::lock_guard lock(mutex_);
            elsewhere_ += more;
        };
        count(1);
        if (chunk.elsewhere) chunk.elsewhere->ask(chunk.index);
        try {
            step.start(chunk, [this, task, elsewhere = chunk.elsewhere](Result<void> result) {
                if (elsewhere && result) elsewhere->tell(task.chunk);
                const std::lock_guard lock(mutex_);
                --elsewhere_;
                done(task, std::move(result));
                // Still under the lock: once it is released with nothing left to do, this object may be gone.
                if (finished()) changed_.notify_all();
            });
        } catch (...) {
            count(-1);
            throw;
        }
    }

    /// With the lock held.
    void done(const Task& task, Result<void> result) {
        if (!result) return stop(std::move(result.error()));
        if (settings_.end)
            order_.end_at(std::max(settings_.first_chunk, (settings_.end() - 1) / settings_.chunk_frames));
        order_.finish(task.step);
        call_workers();
    }

    const std::vector<ScheduledStep>& steps_;
    const ScheduleSettings& settings_;
    Executor& executor_;
    std::vector<nodes::AsyncStep*> asyncs_;           // [step], null for those that are none
    std::vector<std::size_t> labels_;                 // [step] of the profile
    std::vector<nodes::ElsewhereTimes*> elsewheres_;  // likewise, null for those that are not async
    std::stop_source stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    TaskOrder order_;
    std::size_t workers_ = 0;  // that the executor holds or runs
    std::size_t running_ = 0;  // of them, those that run a task
    int elsewhere_ = 0;        // tasks that no thread of the executor holds
    std::optional<Error> error_;
};

}  // namespace

Result<void> run_schedule(const std::vector<ScheduledStep>& steps, const ScheduleSettings& settings, Executor& executor,
                          const std::function<bool(const ScheduleProgress&)>& poll) {
    return Schedule(steps, settings, executor).run(poll);
}

Result<void> run_all(std::vector<Job> jobs, Executor& executor, const std::function<bool()>& poll,
                     nodes::Profile* profile) {
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
                const std::size_t label = profile ? profile->add_label(jobs[k].label.name, jobs[k].label.work) : 0;
                const nodes::ProfiledTask profiled(profile, label);
                if (!stop.stop_requested()) result = jobs[k].run(stop.get_token());
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
