#include "engine/render/profile_report.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/nodes/profile.h"

namespace dubplate::render {
namespace {

/// Of two steps of one kind and one of another, whose chunks last 20 ms; of the first and the third at once.
TEST(ProfileReport, TellsOfWhatIsDoneElsewhereByKindAndTogether) {
    nodes::Profile profile;
    {
        const nodes::ProfiledTask stage(&profile, profile.add_label("render", "render"));
        nodes::ElsewhereTimes& up = profile.add_elsewhere(profile.add_label("device 1", "copy up"));
        nodes::ElsewhereTimes& up_of_another = profile.add_elsewhere(profile.add_label("device 2", "copy up"));
        nodes::ElsewhereTimes& compute = profile.add_elsewhere(profile.add_label("device 1", "compute"));
        const auto chunk_of = [](std::initializer_list<nodes::ElsewhereTimes*> all, FrameCount chunk) {
            for (nodes::ElsewhereTimes* times : all) times->ask(chunk);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            for (nodes::ElsewhereTimes* times : all) {
                times->tell(chunk);
                times->moved(chunk, 7);
            }
        };
        chunk_of({&up, &compute}, 0);
        chunk_of({&up_of_another}, 0);
    }
    const ProfileReport report = profile_report(profile, {{"render", 0.04, 0.0}}, 1);
    ASSERT_EQ(report.elsewhere.size(), 2u);
    const ElsewhereRow &up = report.elsewhere[0], &compute = report.elsewhere[1];
    EXPECT_EQ(up.work, "copy up");
    EXPECT_EQ(up.chunks, 2);
    EXPECT_EQ(up.bytes, 14);
    EXPECT_GE(up.seconds, 0.040);
    EXPECT_EQ(compute.work, "compute");
    EXPECT_EQ(compute.chunks, 1);
    EXPECT_GE(compute.seconds, 0.020);
    // Once what was done at once.
    EXPECT_GE(report.elsewhere_seconds, 0.040);
    EXPECT_LE(report.elsewhere_seconds, up.seconds + compute.seconds - 0.019);
    for (const WorkRow& row : report.rows) EXPECT_EQ(row.work, kOutsideTasks);
}

}  // namespace
}  // namespace dubplate::render
