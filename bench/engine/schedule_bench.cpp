// What the schedule itself costs: tasks that do nothing, in the shape of a session of 128 tracks. Names are
// engine/schedule/executor/threads:N; items are tasks. Real tasks take a millisecond.

#include <benchmark/benchmark.h>

#include "engine/graph/schedule.h"

namespace {

using namespace dubplate;

class EmptyStep final : public nodes::Step {
public:
    Result<void> run(const nodes::Chunk&) override {
        ++chunks_;
        return {};
    }
    FrameCount chunks() const { return chunks_; }

private:
    FrameCount chunks_ = 0;
};

constexpr FrameCount kChunks = 256;

void run(benchmark::State& state, std::unique_ptr<graph::Executor> (*make_executor)(int threads)) {
    // Eight blocks of tracks, a block of buses, four returns, the master, nine files.
    std::vector<EmptyStep> steps(23);
    std::vector<graph::ScheduledStep> schedule;
    for (EmptyStep& step : steps) schedule.push_back({&step, {}});
    for (std::size_t reader = 8; reader < 13; ++reader) schedule[reader].after = {0, 1, 2, 3, 4, 5, 6, 7};
    schedule[13].after = {8, 9, 10, 11, 12};
    for (std::size_t file = 14; file < 23; ++file) schedule[file].after = {file % 8, 8, 13};
    const auto executor = make_executor(static_cast<int>(state.range(0)));
    graph::ScheduleSettings settings;
    settings.chunk_frames = 64;
    settings.last_chunk = kChunks - 1;
    FrameCount rounds = 0;
    for (auto _ : state) {
        if (!graph::run_schedule(schedule, settings, *executor, {})) state.SkipWithError("the schedule failed");
        ++rounds;
    }
    for (const EmptyStep& step : steps)
        if (step.chunks() != rounds * kChunks) state.SkipWithError("a task is missing");
    state.SetItemsProcessed(rounds * kChunks * static_cast<FrameCount>(steps.size()));
}

BENCHMARK_CAPTURE(run, tbb, graph::make_tbb_executor)
    ->Name("engine/schedule/tbb")
    ->Arg(1)
    ->Arg(2)
    ->Arg(16)
    ->UseRealTime()
    ->MeasureProcessCPUTime();
BENCHMARK_CAPTURE(run, threads, graph::make_thread_executor)
    ->Name("engine/schedule/threads")
    ->Arg(1)
    ->Arg(2)
    ->Arg(16)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
