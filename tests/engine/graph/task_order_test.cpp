#include "engine/graph/task_order.h"

#include <gtest/gtest.h>

#include <string>

namespace dubplate::graph {
namespace {

std::string name_of(const Task& task) {
    return std::string{static_cast<char>('a' + task.step), static_cast<char>('0' + task.chunk)};
}

/// The tasks in the order in which one thread runs them.
std::string alone(TaskOrder& order) {
    std::string text;
    while (order.ready() > 0) {
        const Task task = order.take();
        text += name_of(task) + " ";
        order.finish(task.step);
    }
    EXPECT_TRUE(order.finished());
    return text;
}

TEST(TaskOrder, OldChunksGoFirstThenTheLongestWayToAnOutput) {
    // c reads a and b, d reads c; b is as far from the output as a and stands behind it; e is an output of its own.
    TaskOrder order({{}, {}, {0, 1}, {2}, {}}, 0, 1, 2);
    EXPECT_EQ(alone(order), "a0 b0 c0 d0 e0 a1 b1 c1 d1 e1 ");
}

TEST(TaskOrder, NoStepRunsFurtherAheadThanItsReadersLetIt) {
    TaskOrder order({{}, {0}}, 5, 9, 2);
    ASSERT_EQ(order.ready(), 1u);
    EXPECT_EQ(name_of(order.take()), "a5");
    EXPECT_EQ(order.ready(), 0u);  // not a6: a step never runs beside itself
    order.finish(0);
    EXPECT_EQ(order.ready(), 2u);
    const Task reader = order.take();  // older than a6
    EXPECT_EQ(name_of(reader), "b5");
    EXPECT_EQ(name_of(order.take()), "a6");
    order.finish(0);
    EXPECT_EQ(order.ready(), 0u);  // a7 would be two ahead of b5, which still runs
    order.finish(1);
    EXPECT_EQ(order.ready(), 2u);
    EXPECT_EQ(order.slowest(), 6);
}

TEST(TaskOrder, EndsWhereItIsToldOnceWhatIsReadyHasRun) {
    TaskOrder order({{}, {0}}, 0, 100, 2);
    order.take();
    order.finish(0);  // b0 and a1 are ready
    order.end_at(0);
    EXPECT_EQ(alone(order), "b0 a1 ");
}

TEST(TaskOrder, StoppedItOnlyWaitsForWhatRuns) {
    TaskOrder order({{}, {}}, 0, 3, 2);
    order.take();
    order.stop();
    EXPECT_EQ(order.ready(), 0u);
    EXPECT_FALSE(order.finished());
    order.finish(0);
    EXPECT_TRUE(order.finished());
}

}  // namespace
}  // namespace dubplate::graph
