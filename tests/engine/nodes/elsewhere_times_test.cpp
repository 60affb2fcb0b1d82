#include "engine/nodes/elsewhere_times.h"

#include <gtest/gtest.h>

#include <thread>

namespace dubplate::nodes {
namespace {

using std::chrono::milliseconds;

TEST(ElsewhereTimes, LastFromAskingToTellingWhereNobodySaysMore) {
    ElsewhereTimes times(3, std::chrono::steady_clock::now());
    times.ask(-2);
    std::this_thread::sleep_for(milliseconds(3));
    times.tell(-2);
    times.ask(-1);  // never told: it failed
    const auto told = times.told();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].chunk, -2);
    EXPECT_EQ(told[0].begin_ns(), told[0].asked_ns);
    EXPECT_GE(told[0].told_ns - told[0].asked_ns, 3'000'000);
    EXPECT_EQ(told[0].bytes, 0);
    EXPECT_EQ(times.label(), 3u);
}

TEST(ElsewhereTimes, LastAsLongAsWasWorkedWhereThatIsSaid) {
    ElsewhereTimes times(0, std::chrono::steady_clock::now());
    for (const FrameCount chunk : {5, 6}) {
        times.ask(chunk);
        times.moved(chunk, 100);
        times.moved(chunk, 11);
        std::this_thread::sleep_for(milliseconds(3));
        times.tell(chunk);
    }
    times.worked(5, 0.001);   // also once it was told
    times.worked(6, 1000.0);  // no longer than it was asked for
    const auto told = times.told();
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told[0].told_ns - told[0].begin_ns(), 1'000'000);
    EXPECT_EQ(told[0].bytes, 111);
    EXPECT_EQ(told[1].begin_ns(), told[1].asked_ns);
}

}  // namespace
}  // namespace dubplate::nodes
