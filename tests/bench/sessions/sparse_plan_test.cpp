#include "bench/sessions/sparse_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/sessions/reference_plan.h"
#include "kernels/processors/processor.h"
#include "session-format/json/validate.h"

namespace dubplate::bench {
namespace {

PlanSettings settings_for(int tracks, int seconds) { return {.tracks = tracks, .seconds = seconds}; }

TEST(SparsePlan, SoundsForFortyPercentOfEveryTracksTime) {
    const Plan plan = sparse_plan(settings_for(20, 180));
    int tracks = 0;
    for (const session::Strip& strip : plan.session.strips) {
        if (strip.kind != session::StripKind::track) continue;
        ++tracks;
        double sounding = 0.0;
        for (const session::Clip& clip : strip.clips) sounding += clip.length->number;
        EXPECT_NEAR(sounding / (180.0 * kSampleRate), kSparseSoundShare, 0.001) << strip.name;
        EXPECT_GE(strip.clips.size(), 6u) << strip.name;
        EXPECT_LE(strip.clips.size(), 36u) << strip.name;
    }
    EXPECT_EQ(tracks, 20);
}

TEST(SparsePlan, PlaysWhatSoundsThereInTheReferenceSessionWithoutOverlap) {
    const Plan plan = sparse_plan(settings_for(5, 60));
    for (const session::Strip& strip : plan.session.strips) {
        double end = 0.0;
        for (const session::Clip& clip : strip.clips) {
            EXPECT_EQ(clip.start, clip.offset);
            EXPECT_GE(clip.start.number, end);
            end = clip.start.number + clip.length->number;
            EXPECT_LE(end, 60.0 * kSampleRate);
        }
    }
}

TEST(SparsePlan, DiffersFromTheReferenceInItsClipsAlone) {
    Plan sparse = sparse_plan(settings_for(9, 30));
    const Plan reference = reference_plan(settings_for(9, 30));
    ASSERT_EQ(sparse.session.strips.size(), reference.session.strips.size());
    for (std::size_t index = 0; index < sparse.session.strips.size(); ++index)
        sparse.session.strips[index].clips = reference.session.strips[index].clips;
    sparse.session.name = reference.session.name;
    EXPECT_TRUE(sparse.session == reference.session);
    EXPECT_EQ(sparse.files.size(), reference.files.size());
}

TEST(SparsePlan, IsASessionThatReads) {
    for (const int seconds : {1, 7, 600}) {
        const Plan plan = sparse_plan(settings_for(12, seconds));
        const auto read = session::validate_session(plan.session, kernels::processor_table());
        ASSERT_TRUE(read.errors.empty()) << read.errors[0].where << ": " << read.errors[0].message;
    }
}

TEST(SparsePlan, IsAFunctionOfItsSettings) {
    EXPECT_TRUE(sparse_plan(settings_for(4, 40)).session == sparse_plan(settings_for(4, 40)).session);
    PlanSettings other = settings_for(4, 40);
    other.seed = 1;
    EXPECT_NE(sparse_plan(other).session.strips[0].clips, sparse_plan(settings_for(4, 40)).session.strips[0].clips);
}

}  // namespace
}  // namespace dubplate::bench
