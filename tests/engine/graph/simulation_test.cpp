#include "engine/graph/simulation.h"

#include <gtest/gtest.h>

namespace dubplate::graph {
namespace {

/// Two tracks, a bus that reads both, a file that reads the bus; seconds 3, 1, 2, 1 a chunk.
SimulatedSteps small_mix(FrameCount chunks) { return {{{}, {}, {0, 1}, {2}}, {3.0, 1.0, 2.0, 1.0}, chunks, 2}; }

TEST(Simulation, WorkIsTheSumOfAllTasks) {
    EXPECT_DOUBLE_EQ(work_seconds(small_mix(1)), 7.0);
    EXPECT_DOUBLE_EQ(work_seconds(small_mix(1000)), 7000.0);
    EXPECT_DOUBLE_EQ(work_seconds(small_mix(0)), 0.0);
}

TEST(Simulation, SpanIsTheLongestChainOfTasks) {
    EXPECT_DOUBLE_EQ(span_seconds(small_mix(1)), 3.0 + 2.0 + 1.0);
    // The slow track runs without a rest, its last chunk's bus and file behind it.
    EXPECT_DOUBLE_EQ(span_seconds(small_mix(10)), 30.0 + 2.0 + 1.0);
    EXPECT_DOUBLE_EQ(span_seconds({{{}}, {2.5}, 4, 2}), 10.0);
    EXPECT_DOUBLE_EQ(span_seconds({{}, {}, 4, 2}), 0.0);
}

TEST(Simulation, AStepMayNotRunFurtherAheadThanItsReadersLetIt) {
    // Chains of four steps of one second: all four at once, chunk after chunk, with two in flight;
    const SimulatedSteps two{{{}, {0}, {1}, {2}}, {1.0, 1.0, 1.0, 1.0}, 6, 2};
    EXPECT_DOUBLE_EQ(span_seconds(two), 3.0 + 6.0);
    // with one a step waits for its reader, and every second chunk's steps run at once.
    SimulatedSteps one = two;
    one.in_flight = 1;
    EXPECT_DOUBLE_EQ(span_seconds(one), 4.0 + 5 * 2.0);
    EXPECT_DOUBLE_EQ(simulated_seconds(one, 64), span_seconds(one));
}

TEST(Simulation, OneThreadNeedsTheWorkAndEndlessThreadsTheSpan) {
    for (const FrameCount chunks : {1, 2, 7, 300}) {
        EXPECT_DOUBLE_EQ(simulated_seconds(small_mix(chunks), 1), work_seconds(small_mix(chunks)));
        EXPECT_DOUBLE_EQ(simulated_seconds(small_mix(chunks), 64), span_seconds(small_mix(chunks)));
    }
}

TEST(Simulation, TwoThreadsTakeTheTasksThatTheScheduleGivesThem) {
    // One chunk: 0..3 s track a | 0..1 track b, then nothing; 3..5 bus; 5..6 file.
    EXPECT_DOUBLE_EQ(simulated_seconds(small_mix(1), 2), 6.0);
    // Two chunks: a0 0-3, b0 0-1, b1 1-2; bus0 3-5 and a1 3-6; file0 5-6; bus1 6-8; file1 8-9.
    EXPECT_DOUBLE_EQ(simulated_seconds(small_mix(2), 2), 9.0);
}

TEST(Simulation, LongRunsGoOnAtTheirPace) {
    const double all = simulated_seconds(small_mix(kSimulatedChunks), 2);
    const double twice = simulated_seconds(small_mix(2 * kSimulatedChunks), 2);
    EXPECT_NEAR(twice, 2.0 * all, 0.01 * all);
    EXPECT_DOUBLE_EQ(span_seconds(small_mix(100'000)), 300'000.0 + 3.0);
}

}  // namespace
}  // namespace dubplate::graph
