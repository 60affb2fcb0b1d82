#include "bench/sessions/heavy_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "bench/sessions/reference_plan.h"
#include "kernels/processors/processor.h"
#include "session-format/json/validate.h"
#include "session-format/json/write.h"

namespace dubplate::bench {
namespace {

TEST(HeavyPlan, GivesEveryTrackAStereoResponseOfItsOwnAndNothingElse) {
    const Plan plan = heavy_plan({.tracks = 20, .seconds = 10});
    std::set<std::string> responses;
    for (const session::Strip& strip : plan.session.strips) {
        if (strip.kind != session::StripKind::track) {
            EXPECT_TRUE(strip.inserts.empty()) << strip.name;
            continue;
        }
        EXPECT_EQ(strip.layout.channels, 2);
        EXPECT_TRUE(strip.sends.empty());
        ASSERT_EQ(strip.inserts.size(), 1u);
        EXPECT_EQ(strip.inserts[0].processor, "convolution");
        for (const auto& parameter : strip.inserts[0].parameters)
            if (parameter.path == "impulse") responses.insert(std::get<std::string>(parameter.value));
    }
    EXPECT_EQ(responses.size(), 20u);
    int found = 0;
    for (const SoundFile& file : plan.files) {
        if (!responses.contains(file.name)) continue;
        ++found;
        EXPECT_EQ(file.channels, 2);
        EXPECT_EQ(file.frames, 3 * kSampleRate);
    }
    EXPECT_EQ(found, 20);
}

TEST(HeavyPlan, HasTheTracksOfTheReferenceSession) {
    const Plan heavy = heavy_plan({.tracks = 3, .seconds = 5}), reference = reference_plan({.tracks = 3, .seconds = 5});
    for (std::size_t track = 0; track < 3; ++track) {
        const session::Strip &ours = heavy.session.strips[track], &theirs = reference.session.strips[track];
        EXPECT_EQ(ours.name, theirs.name);
        EXPECT_EQ(ours.output, theirs.output);
        EXPECT_EQ(ours.fader, theirs.fader);
        EXPECT_EQ(ours.clips, theirs.clips);
        EXPECT_EQ(heavy.files[2 * track].name, reference.files[track].name);
        EXPECT_EQ(heavy.files[2 * track].seed, reference.files[track].seed);
    }
}

TEST(FullPlan, IsTheReferenceWithALinearPhaseEqAndAResponseOfItsOwnOnEveryTrack) {
    const PlanSettings settings{.tracks = 12, .seconds = 2};
    const Plan full = full_plan(settings), reference = reference_plan(settings);
    ASSERT_EQ(full.session.strips.size(), reference.session.strips.size());
    std::set<std::string> responses;
    for (std::size_t index = 0; index < full.session.strips.size(); ++index) {
        session::Strip ours = full.session.strips[index];
        if (ours.kind == session::StripKind::track) {
            EXPECT_EQ(ours.layout.channels, 2);
            ASSERT_EQ(ours.inserts.size(), 4u);
            EXPECT_EQ(ours.inserts[2].processor, "linear_eq");
            EXPECT_EQ(ours.inserts[2].parameters[0].path, "length");
            EXPECT_EQ(std::get<std::string>(ours.inserts[2].parameters[0].value), "4096");
            EXPECT_EQ(ours.inserts[3].processor, "convolution");
            for (const auto& parameter : ours.inserts[3].parameters)
                if (parameter.path == "impulse") responses.insert(std::get<std::string>(parameter.value));
            ours.inserts.resize(2);
            ours.layout = reference.session.strips[index].layout;
        }
        EXPECT_TRUE(ours == reference.session.strips[index]) << ours.name;
    }
    EXPECT_EQ(responses.size(), 12u);
    EXPECT_EQ(full.files.size(), reference.files.size() + 12);
    const auto read = session::validate_session(full.session, kernels::processor_table());
    EXPECT_TRUE(read.errors.empty()) << read.errors[0].where << ": " << read.errors[0].message;
}

TEST(HeavyPlan, WritesWhatOtherProgramsRead) {
    EXPECT_THAT(heavy_json({.tracks = 2, .seconds = 3}),
                testing::HasSubstr(
                    R"({"file": "track_001.wav", "response": "response_001.wav", "gain_db": -19.68, "bus": 1})"));
}

TEST(HeavyPlan, IsASessionThatReadsAndAFunctionOfItsSettings) {
    const Plan plan = heavy_plan({.tracks = 12, .seconds = 2});
    const auto read = session::validate_session(plan.session, kernels::processor_table());
    ASSERT_TRUE(read.errors.empty()) << read.errors[0].where << ": " << read.errors[0].message;
    EXPECT_TRUE(plan.session == heavy_plan({.tracks = 12, .seconds = 2}).session);
    EXPECT_NE(heavy_json({.tracks = 1, .seconds = 1, .seed = 1}), heavy_json({.tracks = 1, .seconds = 1}));
}

}  // namespace
}  // namespace dubplate::bench
