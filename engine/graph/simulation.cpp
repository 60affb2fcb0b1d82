#include "engine/graph/simulation.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <queue>

#include "engine/graph/task_order.h"

namespace dubplate::graph {
namespace {

/// Of so many chunks, from what `seconds_of` says of fewer.
template <class Function>
double extended(FrameCount chunks, Function seconds_of) {
    if (chunks <= kSimulatedChunks) return seconds_of(chunks);
    const double all = seconds_of(kSimulatedChunks), half = seconds_of(kSimulatedChunks / 2);
    const double pace = (all - half) / static_cast<double>(kSimulatedChunks - kSimulatedChunks / 2);
    return all + pace * static_cast<double>(chunks - kSimulatedChunks);
}

double span_of(const SimulatedSteps& steps, const std::vector<std::vector<std::size_t>>& readers, FrameCount chunks) {
    // [chunk modulo in_flight + 1][step] when it is done.
    const auto rows = static_cast<FrameCount>(steps.in_flight) + 1;
    std::vector<std::vector<double>> done(static_cast<std::size_t>(rows), std::vector<double>(steps.after.size(), 0.0));
    const auto row = [&](FrameCount chunk) -> std::vector<double>& {
        return done[static_cast<std::size_t>((chunk + rows) % rows)];
    };
    for (FrameCount chunk = 0; chunk < chunks; ++chunk)
        for (std::size_t s = 0; s < steps.after.size(); ++s) {
            double begin = row(chunk - 1)[s];
            for (const std::size_t from : steps.after[s]) begin = std::max(begin, row(chunk)[from]);
            if (chunk >= steps.in_flight)
                for (const std::size_t reader : readers[s])
                    begin = std::max(begin, row(chunk - steps.in_flight)[reader]);
            row(chunk)[s] = begin + steps.seconds[s];
        }
    const std::vector<double>& last = row(chunks - 1);
    return last.empty() ? 0.0 : *std::max_element(last.begin(), last.end());
}

double simulated_of(const SimulatedSteps& steps, int threads, FrameCount chunks) {
    struct Running {
        double end;
        std::size_t order;  // of tasks that end at one moment, the one that began first is first
        std::size_t step;
        bool operator>(const Running& other) const { return end != other.end ? end > other.end : order > other.order; }
    };
    TaskOrder order(steps.after, 0, chunks - 1, steps.in_flight);
    std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
    double now = 0.0;
    std::size_t begun = 0;
    while (true) {
        while (order.ready() > 0 && running.size() < static_cast<std::size_t>(threads)) {
            const std::size_t step = order.take().step;
            running.push({now + steps.seconds[step], begun++, step});
        }
        if (running.empty()) return now;
        now = running.top().end;
        order.finish(running.top().step);
        running.pop();
    }
}

}  // namespace

double work_seconds(const SimulatedSteps& steps) {
    return std::accumulate(steps.seconds.begin(), steps.seconds.end(), 0.0) * static_cast<double>(steps.chunks);
}

double span_seconds(const SimulatedSteps& steps) {
    assert(steps.after.size() == steps.seconds.size());
    std::vector<std::vector<std::size_t>> readers(steps.after.size());
    for (std::size_t s = 0; s < steps.after.size(); ++s)
        for (const std::size_t from : steps.after[s]) readers[from].push_back(s);
    return extended(steps.chunks, [&](FrameCount chunks) { return span_of(steps, readers, chunks); });
}

double simulated_seconds(const SimulatedSteps& steps, int threads) {
    assert(steps.after.size() == steps.seconds.size() && threads > 0);
    return extended(steps.chunks, [&](FrameCount chunks) { return simulated_of(steps, threads, chunks); });
}

}  // namespace dubplate::graph
