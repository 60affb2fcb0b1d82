#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/graph/schedule.h"

namespace dubplate::graph {
namespace {

/// An arena of its own; the thread that waits for the render takes no part, so it can report and cancel.
class TbbExecutor final : public Executor {
public:
    explicit TbbExecutor(int threads)
        : allowed_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads) + 1),
          arena_(threads, 0) {}
    void submit(std::function<void()> task) override { arena_.enqueue(std::move(task)); }
    std::size_t threads() const override { return static_cast<std::size_t>(arena_.max_concurrency()); }

private:
    tbb::global_control allowed_;
    tbb::task_arena arena_;
};

class ThreadExecutor final : public Executor {
public:
    explicit ThreadExecutor(int threads) {
        for (int k = 0; k < threads; ++k) threads_.emplace_back([this] { work(); });
    }
    ~ThreadExecutor() override {
        {
            const std::lock_guard lock(mutex_);
            done_ = true;
        }
        changed_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }
    void submit(std::function<void()> task) override {
        {
            const std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_one();
    }
    std::size_t threads() const override { return threads_.size(); }

private:
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [&] { return done_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            std::function<void()> task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            task = nullptr;
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool done_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Executor> make_tbb_executor(int threads) { return std::make_unique<TbbExecutor>(threads); }
std::unique_ptr<Executor> make_thread_executor(int threads) { return std::make_unique<ThreadExecutor>(threads); }

}  // namespace dubplate::graph
