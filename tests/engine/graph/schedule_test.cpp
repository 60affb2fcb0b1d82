#include "engine/graph/schedule.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace dubplate::graph {
namespace {

/// Counts chunks and checks, without locks of its own, that nothing it reads is behind or too far ahead: a race here is
/// a race in the schedule.
class CountingStep final : public nodes::Step {
public:
    CountingStep(std::vector<const CountingStep*> inputs, int fail_at = -1)
        : inputs_(std::move(inputs)), fail_at_(fail_at) {}
    Result<void> run(const nodes::Chunk& chunk) override {
        if (chunk.index == fail_at_) return fail(ErrorCode::io, "the disk is gone");
        for (const CountingStep* input : inputs_)
            ordered_ &= input->made_[static_cast<std::size_t>(chunk.index % 2)] >= chunk.index;
        made_[static_cast<std::size_t>(chunk.index % 2)] = chunk.index;
        ++count_;
        return {};
    }
    FrameCount made_[2] = {-1, -1};
    int count_ = 0;
    bool ordered_ = true;

private:
    std::vector<const CountingStep*> inputs_;
    int fail_at_;
};

class ScheduleOn : public testing::TestWithParam<bool> {
protected:
    void SetUp() override {
#if defined(__SANITIZE_THREAD__)
        if (GetParam()) GTEST_SKIP() << "Debian's TBB is not built for the thread sanitizer";
#endif
    }
    static std::unique_ptr<Executor> executor(int threads) {
        return GetParam() ? make_tbb_executor(threads) : make_thread_executor(threads);
    }
};

ScheduleSettings settings(FrameCount chunks) { return {64, 0, chunks - 1, 2, {}}; }

TEST_P(ScheduleOn, RunsEveryStepOverEveryChunkInOrder) {
    for (const int threads : {1, 2, 7}) {
        CountingStep a({}), b({}), c({&a, &b}), d({&c}), e({&c, &a});
        const std::vector<ScheduledStep> steps{{&a, {}}, {&b, {}}, {&c, {0, 1}}, {&d, {2}}, {&e, {0, 2}}};
        const auto workers = executor(threads);
        ASSERT_TRUE(run_schedule(steps, settings(100), *workers, {}).has_value());
        for (const CountingStep* step : {&a, &b, &c, &d, &e}) {
            EXPECT_EQ(step->count_, 100);
            EXPECT_TRUE(step->ordered_);
        }
    }
}

TEST_P(ScheduleOn, ReportsTheFirstErrorAndStops) {
    CountingStep a({}), b({&a}, 7), c({&b});
    const std::vector<ScheduledStep> steps{{&a, {}}, {&b, {0}}, {&c, {1}}};
    const auto workers = executor(3);
    const auto result = run_schedule(steps, settings(1000), *workers, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "the disk is gone");
    EXPECT_EQ(c.count_, 7);
    EXPECT_LE(a.count_, 9);  // at most two chunks ahead of what failed
}

TEST_P(ScheduleOn, StopsWhenCancelled) {
    CountingStep a({});
    const auto workers = executor(2);
    const auto result = run_schedule({{&a, {}}}, settings(FrameCount{1} << 40), *workers,
                                     [](const ScheduleProgress&) { return false; });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

TEST_P(ScheduleOn, EndsEarlyWhenTheEndComesNearer) {
    std::atomic<FrameCount> end{64 * 1000};
    class Ender final : public nodes::Step {
    public:
        explicit Ender(std::atomic<FrameCount>& end_frame) : end_(end_frame) {}
        Result<void> run(const nodes::Chunk& chunk) override {
            if (chunk.index == 20) end_ = 64 * 21;
            last_ = chunk.index;
            return {};
        }
        FrameCount last_ = 0;

    private:
        std::atomic<FrameCount>& end_;
    } step(end);
    ScheduleSettings until = settings(1000);
    until.end = [&] { return end.load(); };
    const auto workers = executor(2);
    ASSERT_TRUE(run_schedule({{&step, {}}}, until, *workers, {}).has_value());
    EXPECT_EQ(step.last_, 20);
}

TEST_P(ScheduleOn, ManyShortRunsLeaveNothingBehind) {
    const auto workers = executor(4);
    for (int round = 0; round < 200; ++round) {
        CountingStep a({}), b({&a}, round % 3 == 0 ? 1 : -1);
        const auto result = run_schedule({{&a, {}}, {&b, {0}}}, settings(3), *workers, {});
        EXPECT_EQ(result.has_value(), round % 3 != 0);
    }
}

TEST_P(ScheduleOn, IndependentJobsAllRunAndTheFirstErrorIsTold) {
    const auto workers = executor(3);
    std::atomic<int> ran{0};
    std::vector<Job> jobs;
    for (int k = 0; k < 50; ++k)
        jobs.push_back([&ran, k](const std::stop_token&) -> Result<void> {
            ++ran;
            if (k == 30 || k == 12) return fail(ErrorCode::io, std::to_string(k));
            return {};
        });
    const auto result = run_all(std::move(jobs), *workers, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "12");
    EXPECT_EQ(ran, 50);
}

/// Runs until it is asked to stop, as a step does in a chunk of hours.
class EndlessStep final : public nodes::Step {
public:
    Result<void> run(const nodes::Chunk& chunk) override {
        while (!chunk.stop.stop_requested()) std::this_thread::yield();
        return fail(ErrorCode::cancelled, "stopped");
    }
};

TEST_P(ScheduleOn, CancellingStopsAStepInTheMiddleOfItsChunk) {
    EndlessStep endless;
    const auto workers = executor(2);
    const auto result =
        run_schedule({{&endless, {}}}, settings(3), *workers, [](const ScheduleProgress&) { return false; });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "cancelled");
}

TEST_P(ScheduleOn, AFaultStopsWhatElseRunsAndIsTheOneThatIsTold) {
    EndlessStep endless;
    CountingStep faulty({}, 0);
    const auto workers = executor(2);
    const auto result = run_schedule({{&endless, {}}, {&faulty, {}}}, settings(3), *workers, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "the disk is gone");
}

TEST_P(ScheduleOn, IndependentJobsAreAskedToStopWhenCancelled) {
    const auto workers = executor(2);
    std::vector<Job> jobs;
    for (int k = 0; k < 10; ++k)
        jobs.push_back([](const std::stop_token& stop) -> Result<void> {
            while (!stop.stop_requested()) std::this_thread::yield();
            return fail(ErrorCode::io, "stopped in the middle");
        });
    int asked = 0;
    const auto result = run_all(std::move(jobs), *workers, [&] { return ++asked < 3; });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::cancelled);
}

/// Counts each chunk on a thread of its own, some time after it was started.
class ElsewhereStep final : public nodes::AsyncStep {
public:
    ElsewhereStep(std::vector<const CountingStep*> inputs, int fail_at = -1) : counting(std::move(inputs), fail_at) {}
    void start(const nodes::Chunk& chunk, Done done) override {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([this, chunk, done = std::move(done)] {
            if (chunk.index % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
            done(counting.run(chunk));
        });
    }
    CountingStep counting;

private:
    std::mutex mutex_;
    std::vector<std::jthread> threads_;
};

TEST_P(ScheduleOn, StepsThatAreDoneElsewhereKeepTheirPlaceInTheOrder) {
    for (const int threads : {1, 3}) {
        CountingStep a({});
        ElsewhereStep b({&a}), c({&b.counting});
        CountingStep d({&c.counting, &a});
        const std::vector<ScheduledStep> steps{{&a, {}}, {&b, {0}}, {&c, {1}}, {&d, {0, 2}}};
        const auto workers = executor(threads);
        ASSERT_TRUE(run_schedule(steps, settings(100), *workers, {}).has_value());
        for (const CountingStep* step : {&a, &b.counting, &c.counting, &d}) {
            EXPECT_EQ(step->count_, 100);
            EXPECT_TRUE(step->ordered_);
        }
    }
}

TEST_P(ScheduleOn, AProfileHasWhatIsDoneElsewhereInRowsOfItsOwnUntilItIsDone) {
    CountingStep a({});
    ElsewhereStep b({&a}), c({&a}, 7);
    nodes::Profile profile;
    ScheduleSettings profiled = settings(10);
    profiled.profile = &profile;
    const auto workers = executor(2);
    const std::vector<ScheduledStep> steps{
        {&a, {}, {"here", "count"}}, {&b, {0}, {"there", "count"}}, {&c, {0}, {"there", "fail"}}};
    ASSERT_FALSE(run_schedule(steps, profiled, *workers, {}).has_value());
    ASSERT_EQ(profile.elsewhere().size(), 2u);
    EXPECT_EQ(profile.labels()[profile.elsewhere()[0]->label()].name, "there");
    const auto told = profile.elsewhere()[1]->told();
    ASSERT_EQ(told.size(), 7u);  // what fails is not done
    for (std::size_t chunk = 0; chunk < told.size(); ++chunk) {
        EXPECT_EQ(told[chunk].chunk, static_cast<FrameCount>(chunk));
        if (chunk % 3 == 0) {
            EXPECT_GE(told[chunk].told_ns - told[chunk].begin_ns(), 200'000);
        }
    }
    for (const auto& timeline : profile.timelines())
        for (const nodes::TaskTime& task : timeline->tasks()) EXPECT_EQ(profile.labels()[task.label].name, "here");
}

TEST_P(ScheduleOn, AFaultElsewhereIsToldAndWhatRunsElsewhereIsWaitedFor) {
    CountingStep a({});
    ElsewhereStep b({&a}, 5), c({&a});
    const auto workers = executor(2);
    const auto result = run_schedule({{&a, {}}, {&b, {0}}, {&c, {0}}}, settings(1000), *workers, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().message, "the disk is gone");
    EXPECT_EQ(b.counting.count_, 5);
}

/// Throws before it has begun anything.
class ThrowingStep final : public nodes::AsyncStep {
public:
    void start(const nodes::Chunk&, Done) override { throw std::bad_alloc(); }
};

TEST_P(ScheduleOn, AStepThatCannotBeStartedForLackOfMemoryFailsTheRun) {
    ThrowingStep step;
    const auto workers = executor(2);
    const auto result = run_schedule({{&step, {}}}, settings(3), *workers, {});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::out_of_memory);
}

INSTANTIATE_TEST_SUITE_P(Executors, ScheduleOn, testing::Bool(),
                         [](const auto& one) { return one.param ? "Tbb" : "Threads"; });

}  // namespace
}  // namespace dubplate::graph
