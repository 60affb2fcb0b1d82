#include "engine/graph/strip_fronts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/graph/offload.h"
#include "tests/support/render_session.h"

namespace dubplate::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Ten stereo tracks of equal channels: a compressor, an EQ, and a stereo room in which channels part.
class Fronts : public testing::Test {
protected:
    Fronts() {
        impulses_["room.wav"] = std::make_shared<kernels::ImpulseResponse>(
            kernels::ImpulseResponse{std::vector(2, std::vector(144000, 0.5f))});
        for (int k = 0; k < 10; ++k) {
            session::Strip& track =
                test::add_track(session_, "Track " + std::to_string(k), "", {Layout::Kind::stereo, 2});
            track.inserts = {test::insert("compressor"),
                             test::insert("eq", {{"bands/0/type", "bell"}, {"bands/1/type", "bell"}}), room()};
        }
    }
    static session::Insert room() { return test::insert("convolution", {{"impulse", "room.wav"}}); }

    Plan plan(CutFor cut_for, int equal_inserts = 2) {
        const auto routing = route(session_);
        EXPECT_TRUE(routing);
        tempo_map_ = *session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        setups_ = *nodes::set_up_strips(session_, tempo_map_, impulses_);
        for (std::size_t k = 0; k < 10; ++k) setups_[k].equal_inserts = equal_inserts;
        Plan made = make_plan(session_, *routing, setups_, {}, {}, cut_for);
        if (cut_for == CutFor::device) offload(made, session_, setups_);
        return made;
    }

    /// Channels that come out.
    int out_of(const PlanStrip& strip) const {
        return setups_[static_cast<std::size_t>(strip.strip)].channels_at(strip.last, 2);
    }

    session::Session session_ = test::empty_session("");
    nodes::Impulses impulses_;
    session::TempoMap tempo_map_;
    std::vector<nodes::StripSetup> setups_;
};

TEST_F(Fronts, RunAsOneChannelUpToWhereChannelsPart) {
    const Plan made = plan(CutFor::cpu);
    std::vector<const PlanStrip*> fronts, rests;
    for (const PlanBlock& block : made.blocks)
        for (const PlanStrip& strip : block.strips)
            if (strip.strip < 10) (strip.from_clips ? fronts : rests).push_back(&strip);
    ASSERT_EQ(fronts.size(), 10u);
    ASSERT_EQ(rests.size(), 10u);
    for (std::size_t k = 0; k < 10; ++k) {
        EXPECT_EQ(fronts[k]->first, 0);
        EXPECT_EQ(fronts[k]->last, 2);
        EXPECT_EQ(out_of(*fronts[k]), 1);
        EXPECT_EQ(rests[k]->first, 2);
        EXPECT_EQ(rests[k]->last, 3);
        EXPECT_EQ(out_of(*rests[k]), 2);
        ASSERT_THAT(rests[k]->input, ElementsAre(fronts[k]->inserts[1].tap_out));
        EXPECT_EQ(made.streams[static_cast<std::size_t>(rests[k]->input[0])].channels, 1);
    }
}

TEST_F(Fronts, OfSeveralBlocksFillTheirLanes) {
    const Plan made = plan(CutFor::cpu);
    std::vector<std::string> names;
    for (const PlanBlock& block : made.blocks) names.push_back(block.name);
    EXPECT_THAT(names, ElementsAre("Track 0 .. Track 9 (10 strips), as one channel", "Track 0 .. Track 3 (4 strips)",
                                   "Track 4 .. Track 7 (4 strips)", "Track 8, Track 9", "Master"));
    EXPECT_THAT(made.blocks[0].outputs, IsEmpty());
}

TEST_F(Fronts, AreNotCutWhereTheyWouldSaveLessThanTheirStreamCosts) {
    for (std::size_t k = 0; k < 10; ++k) session_.strips[k].inserts.erase(session_.strips[k].inserts.begin());
    const Plan made = plan(CutFor::cpu, 1);
    EXPECT_EQ(made.blocks.size(), 4u);
    for (const PlanStrip& strip : made.blocks[0].strips) EXPECT_EQ(out_of(strip), 2);
}

TEST_F(Fronts, OfADeviceAreOneChannelUpToItsFirstInsert) {
    const Plan made = plan(CutFor::device);
    ASSERT_EQ(made.blocks.size(), 3u);
    EXPECT_EQ(made.blocks[0].name, "Track 0 .. Track 9 (10 strips), up to the device");
    ASSERT_TRUE(made.blocks[1].on_device);
    for (std::size_t k = 0; k < 10; ++k) {
        EXPECT_EQ(out_of(made.blocks[0].strips[k]), 1);
        EXPECT_EQ(setups_[k].channels_at(made.blocks[1].strips[k].first, 2), 1);  // one channel goes in
        EXPECT_EQ(out_of(made.blocks[1].strips[k]), 2);
        EXPECT_EQ(made.streams[static_cast<std::size_t>(made.blocks[1].strips[k].input[0])].channels, 1);
    }
}

TEST_F(Fronts, LatenciesAddUpOverTheCut) {
    const FrameCount uncut = plan(CutFor::cpu, -1).longest_lead;
    const Plan made = plan(CutFor::cpu);
    EXPECT_EQ(made.longest_lead, uncut);
    EXPECT_EQ(made.steps[0].lead, made.steps[1].lead + setups_[0].inserts[2].latency_frames);
}

}  // namespace
}  // namespace dubplate::graph
