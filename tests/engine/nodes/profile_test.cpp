#include "engine/nodes/profile.h"

#include <gtest/gtest.h>

#include <barrier>
#include <thread>

namespace dubplate::nodes {
namespace {

void spend(std::chrono::microseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
    }
}

TEST(Profile, LapsDivideATaskAmongKindsAndTheRestIsItsOwn) {
    Profile profile;
    const std::size_t label = profile.add_label("Kick", "strips");
    {
        const ProfiledTask task(&profile, label, 7, 3);
        for (int block = 0; block < 2; ++block) {
            spend(std::chrono::microseconds(2000));
            lap(task.timeline(), Work::read_clips, 512);
            spend(std::chrono::microseconds(4000));
            lap(task.timeline(), Work::sums, 100);
        }
        spend(std::chrono::microseconds(2000));
    }
    const Timeline& timeline = *profile.timelines().at(0);
    ASSERT_EQ(timeline.tasks().size(), 1u);
    const TaskTime& task = timeline.tasks()[0];
    EXPECT_EQ(task.label, label);
    EXPECT_EQ(task.chunk, 7);
    EXPECT_EQ(task.ready, 3);
    EXPECT_GE(task.end_ns - task.begin_ns, 14'000'000);
    EXPECT_GT(task.cpu_ns, 0);
    ASSERT_EQ(task.last_work - task.first_work, 3u);
    const WorkTime &own = timeline.works()[0], &read = timeline.works()[1], &sums = timeline.works()[2];
    EXPECT_EQ(own.work, Work::own);
    EXPECT_EQ(read.work, Work::read_clips);
    EXPECT_EQ(sums.work, Work::sums);
    EXPECT_EQ(own.calls, 1u);
    EXPECT_EQ(read.calls, 2u);
    EXPECT_EQ(read.samples, 1024);
    EXPECT_EQ(sums.samples, 200);
    for (const WorkTime& work : timeline.works()) EXPECT_GT(work.ticks, 0);
}

TEST(Profile, EveryTaskCountsFromZero) {
    Profile profile;
    const std::size_t label = profile.add_label("a", "b");
    for (int k = 0; k < 3; ++k) {
        const ProfiledTask task(&profile, label);
        lap(task.timeline(), Work::keys, 10);
    }
    const Timeline& timeline = *profile.timelines().at(0);
    ASSERT_EQ(timeline.tasks().size(), 3u);
    for (const TaskTime& task : timeline.tasks()) {
        ASSERT_EQ(task.last_work - task.first_work, 2u);
        EXPECT_EQ(timeline.works()[task.first_work + 1].samples, 10);
        EXPECT_EQ(timeline.works()[task.first_work + 1].calls, 1u);
        EXPECT_EQ(task.chunk, TaskTime::kNoChunk);
    }
}

TEST(Profile, EachThreadHasATimelineOfItsOwnInEachProfile) {
    Profile one, other;
    const auto record = [](Profile& profile) { const ProfiledTask task(&profile, profile.add_label("a", "b")); };
    std::barrier all_live(3);  // a thread that begins after another's end may be taken for it
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread)
            threads.emplace_back([&] {
                for (int k = 0; k < 4; ++k) {
                    record(one);
                    record(other);
                }
                all_live.arrive_and_wait();
            });
    }
    for (const Profile* profile : {&one, &other}) {
        ASSERT_EQ(profile->timelines().size(), 4u);
        EXPECT_EQ(profile->timelines()[0]->tasks().size(), 0u);
        for (std::size_t thread = 1; thread < 4; ++thread) EXPECT_EQ(profile->timelines()[thread]->tasks().size(), 4u);
    }
}

TEST(Profile, WithoutOneNothingHappens) {
    const ProfiledTask task(nullptr, 0);
    EXPECT_EQ(task.timeline(), nullptr);
    lap(task.timeline(), Work::sums, 1);
}

TEST(Profile, EveryKindOfWorkHasAName) {
    const TaskLabel label{"mix", "write wav24"};
    EXPECT_EQ(work_name(Work::own, label), "write wav24");
    EXPECT_EQ(work_name(Work::sums, label), "sums");
    for (const kernels::ProcessorKind* kind : kernels::processor_kinds())
        EXPECT_EQ(work_name(work_of(*kind), label), kind->description.name);
}

}  // namespace
}  // namespace dubplate::nodes
