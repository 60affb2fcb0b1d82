#include "bench/sessions/scale_plan.h"

#include <gtest/gtest.h>

#include "kernels/processors/processor.h"
#include "session-format/json/validate.h"
#include "session-format/json/write.h"

namespace dubplate::bench {
namespace {

PlanSettings settings_for(int tracks, int seconds) {
    PlanSettings settings;
    settings.tracks = tracks;
    settings.seconds = seconds;
    return settings;
}

TEST(ScalePlan, HasAsManyPartsAsItSays) {
    const Plan plan = scale_plan(settings_for(1000, 60));
    std::size_t tracks = 0, clips = 0, points = 0;
    for (const session::Strip& strip : plan.session.strips) {
        tracks += strip.kind == session::StripKind::track ? 1 : 0;
        clips += strip.clips.size();
        for (const session::Lane& lane : strip.lanes) points += lane.points.size();
    }
    EXPECT_EQ(tracks, 1000u);
    EXPECT_EQ(clips, 20000u);
    EXPECT_EQ(points, 200000u);
    EXPECT_EQ(plan.files.size(), 32u);
}

TEST(ScalePlan, IsASessionThatReads) {
    for (const int seconds : {1, 60, 36000}) {
        const Plan plan = scale_plan(settings_for(20, seconds));
        const auto read = session::validate_session(plan.session, kernels::processor_table());
        ASSERT_TRUE(read.errors.empty()) << read.errors[0].where << ": " << read.errors[0].message;
        EXPECT_TRUE(read.session == plan.session);
    }
}

TEST(ScalePlan, IsAFunctionOfItsSettings) {
    const auto text = [](const PlanSettings& settings) { return session::write_session(scale_plan(settings).session); };
    PlanSettings other = settings_for(10, 60);
    other.seed = 1;
    EXPECT_EQ(text(settings_for(10, 60)), text(settings_for(10, 60)));
    EXPECT_NE(text(other), text(settings_for(10, 60)));
}

}  // namespace
}  // namespace dubplate::bench
