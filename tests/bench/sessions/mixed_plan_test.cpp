#include "bench/sessions/mixed_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bench/sessions/reference_plan.h"
#include "kernels/processors/processor.h"
#include "session-format/json/read.h"
#include "session-format/json/write.h"

namespace dubplate::bench {
namespace {

using session::StripKind;

const Plan& plan_of_128() {
    static const Plan plan = mixed_plan({.tracks = 128, .seconds = 180});
    return plan;
}

std::vector<const session::Strip*> tracks_of(const Plan& plan) {
    std::vector<const session::Strip*> tracks;
    for (const auto& strip : plan.session.strips)
        if (strip.kind == StripKind::track) tracks.push_back(&strip);
    return tracks;
}

TEST(MixedPlan, IsTheSameForTheSameSeedAndAnotherForAnother) {
    EXPECT_EQ(mixed_plan({.tracks = 20, .seconds = 10, .seed = 3}).session,
              mixed_plan({.tracks = 20, .seconds = 10, .seed = 3}).session);
    EXPECT_FALSE(mixed_plan({.tracks = 20, .seconds = 10, .seed = 3}).session.strips ==
                 mixed_plan({.tracks = 20, .seconds = 10, .seed = 4}).session.strips);
}

TEST(MixedPlan, HasOneToSixInsertsOfEveryKindOnStripsOfThreeLayouts) {
    std::set<std::string> kinds;
    std::set<int> channels;
    std::set<std::size_t> counts;
    for (const auto* track : tracks_of(plan_of_128())) {
        counts.insert(track->inserts.size());
        channels.insert(track->layout.channels);
        for (const auto& insert : track->inserts) kinds.insert(insert.processor);
    }
    EXPECT_THAT(counts, testing::ElementsAre(1u, 2u, 3u, 4u, 5u, 6u));
    EXPECT_THAT(channels, testing::ElementsAre(1, 2, 6));
    EXPECT_THAT(kinds, testing::IsSupersetOf({"eq", "compressor", "trim", "delay", "limiter", "convolution", "pan"}));
}

TEST(MixedPlan, AutomatesAboutThirtyPercentAndKeysAboutTen) {
    int automated = 0, keyed = 0;
    for (const auto* track : tracks_of(plan_of_128())) {
        automated += !track->lanes.empty();
        for (const auto& insert : track->inserts)
            keyed += insert.key.has_value() && insert.key->tap != session::Tap::insert;
    }
    EXPECT_NEAR(automated, 38, 14);
    EXPECT_NEAR(keyed, 10, 8);
}

TEST(MixedPlan, SomeTracksKeyEachOtherAtDifferentTaps) {
    const auto& strips = plan_of_128().session.strips;
    for (const int first : {0, 16, 112}) {
        const auto& a = strips[static_cast<std::size_t>(first)];
        const auto& b = strips[static_cast<std::size_t>(first) + 1];
        ASSERT_TRUE(a.inserts.at(2).key && b.inserts.at(2).key);
        EXPECT_EQ(a.inserts[2].key->strip, b.name);
        EXPECT_EQ(b.inserts[2].key->strip, a.name);
        EXPECT_EQ(a.inserts[2].key->tap, session::Tap::insert);
        EXPECT_EQ(a.inserts[2].key->insert, 0);
    }
}

TEST(MixedPlan, NamesOnlyWhatThereIs) {
    for (const PlanSettings& settings :
         {PlanSettings{.tracks = 1, .seconds = 1}, PlanSettings{.tracks = 40, .seconds = 7}}) {
        const Plan plan = mixed_plan(settings);
        std::set<std::string> names, files;
        for (const auto& strip : plan.session.strips) EXPECT_TRUE(names.insert(strip.name).second) << strip.name;
        for (const auto& file : plan.files) EXPECT_TRUE(files.insert(file.name).second) << file.name;
        for (const auto& strip : plan.session.strips) {
            EXPECT_TRUE(strip.output.empty() || names.contains(strip.output)) << strip.output;
            for (const auto& clip : strip.clips) EXPECT_TRUE(files.contains(clip.file)) << clip.file;
            for (const auto& send : strip.sends) EXPECT_TRUE(names.contains(send.to)) << send.to;
            for (const auto& insert : strip.inserts) {
                EXPECT_TRUE(!insert.key || names.contains(insert.key->strip)) << insert.key->strip;
                for (const auto& parameter : insert.parameters)
                    EXPECT_TRUE(parameter.path != "impulse" || files.contains(std::get<std::string>(parameter.value)));
            }
        }
    }
}

TEST(MixedPlan, LanesAscendInTime) {
    for (const auto& strip : plan_of_128().session.strips)
        for (const auto& lane : strip.lanes)
            for (std::size_t point = 1; point < lane.points.size(); ++point)
                EXPECT_LT(lane.points[point - 1].at.number, lane.points[point].at.number) << strip.name;
}

/// Lanes stand in the order in which they were drawn, those of a session that was read in the canonical one.
session::Session with_lanes_by_name(session::Session session) {
    for (auto& strip : session.strips) std::ranges::sort(strip.lanes, {}, &session::Lane::target);
    return session;
}

TEST(GeneratedSessions, AreReadBackAsTheyWereWritten) {
    for (const Plan& plan : {mixed_plan({.tracks = 64, .seconds = 20, .repeat = 2, .seed = 5}),
                             reference_plan({.tracks = 20, .seconds = 10})}) {
        const auto read = session::read_session(session::write_session(plan.session), "generated.dub.json",
                                                kernels::processor_table());
        for (const Error& error : read.errors) ADD_FAILURE() << error.where << ": " << error.message;
        EXPECT_TRUE(with_lanes_by_name(read.session) == with_lanes_by_name(plan.session)) << plan.session.name;
    }
}

}  // namespace
}  // namespace dubplate::bench
