#include "engine/graph/offload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/graph/plan.h"
#include "tests/support/render_session.h"

namespace dubplate::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Eight tracks into a bus, each with a compressor and a room of 3 s behind it.
class Offload : public testing::Test {
protected:
    Offload() {
        const auto response = [](std::size_t frames) {
            return std::make_shared<kernels::ImpulseResponse>(
                kernels::ImpulseResponse{{std::vector<float>(frames, 0.5f)}});
        };
        impulses_["room.wav"] = response(144000);
        impulses_["short.wav"] = response(500);
        test::add_bus(session_, "Bus");
        for (int k = 0; k < 8; ++k) {
            session::Strip& track = test::add_track(session_, "Track " + std::to_string(k), "");
            track.output = "Bus";
            track.inserts = {test::insert("compressor"), room()};
        }
    }

    static session::Insert room(const std::string& file = "room.wav") {
        return test::insert("convolution", {{"impulse", file}});
    }

    void plan(const std::vector<std::string>& stems = {}) {
        const auto routing = route(session_);
        ASSERT_TRUE(routing);
        tempo_map_ = *session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        auto setups = nodes::set_up_strips(session_, tempo_map_, impulses_);
        ASSERT_TRUE(setups) << setups.error().message;
        setups_ = std::move(*setups);
        before_ = plan_ = make_plan(session_, *routing, setups_, stems, {}, CutFor::device);
        offload(plan_, session_, setups_);
    }

    std::vector<std::string> on_device() const {
        std::vector<std::string> names;
        for (const PlanBlock& block : plan_.blocks)
            if (block.on_device) names.push_back(block.name);
        return names;
    }

    session::Session session_ = test::empty_session("");
    nodes::Impulses impulses_;
    session::TempoMap tempo_map_;
    std::vector<nodes::StripSetup> setups_;
    Plan before_, plan_;
};

TEST_F(Offload, WhatMayBeWorthwhileIsFoundWithoutDesigningAnything) {
    int worthwhile = 0, close = 0;
    for (const std::size_t frames : {600, 3000, 9000, 20000, 40000, 144000, 480000})
        for (const int channels : {1, 2, 4})
            for (std::size_t tracks = 1; tracks <= 8; ++tracks) {
                impulses_["any.wav"] = std::make_shared<kernels::ImpulseResponse>(kernels::ImpulseResponse{
                    std::vector(static_cast<std::size_t>(channels), std::vector(frames, 0.5f))});
                for (std::size_t k = 0; k < 8; ++k) {
                    session_.strips[k].layout = Layout{Layout::Kind::stereo, 2};
                    session_.strips[k].inserts.clear();
                    if (k < tracks) session_.strips[k].inserts = {room("any.wav")};
                    if (k == 0 && frames == 600)
                        session_.strips[k].inserts.push_back(test::insert("linear_eq", {{"length", "5"}}));
                }
                plan();
                const bool may_be = may_be_worthwhile(session_, setups_, kWorthwhileNs);
                if (uses_device(plan_)) {
                    EXPECT_TRUE(may_be) << frames << " frames, " << channels << " channels, " << tracks << " tracks";
                    ++worthwhile;
                }
                close += uses_device(plan_) == may_be ? 1 : 0;
            }
    EXPECT_GT(worthwhile, 20);
    EXPECT_GT(close, 150);  // of 168
    for (session::Strip& strip : session_.strips) strip.inserts.clear();
    plan();
    EXPECT_FALSE(may_be_worthwhile(session_, setups_, 0.0));
}

TEST_F(Offload, WhatStandsBeforeTheConvolutionsStaysOnTheCpu) {
    plan();
    ASSERT_EQ(plan_.blocks.size(), before_.blocks.size() + 1);
    const PlanBlock &front = plan_.blocks[0], &back = plan_.blocks[1];
    EXPECT_FALSE(front.on_device);
    EXPECT_TRUE(back.on_device);
    ASSERT_EQ(front.strips.size(), 8u);
    ASSERT_EQ(back.strips.size(), 8u);
    for (std::size_t k = 0; k < 8; ++k) {
        EXPECT_EQ(front.strips[k].first, 0);
        EXPECT_EQ(front.strips[k].last, 1);
        EXPECT_TRUE(front.strips[k].from_clips);
        EXPECT_EQ(back.strips[k].first, 1);
        EXPECT_EQ(back.strips[k].last, 2);
        EXPECT_FALSE(back.strips[k].from_clips);
        EXPECT_THAT(back.strips[k].input, ElementsAre(front.strips[k].inserts[0].tap_out));
    }
    EXPECT_THAT(front.outputs, IsEmpty());
}

TEST_F(Offload, WhoIsSummedWithWhomStaysAsItWas) {
    plan();
    const PlanBlock &before = before_.blocks[0], &after = plan_.blocks[1];
    ASSERT_EQ(before.outputs.size(), after.outputs.size());
    for (std::size_t o = 0; o < before.outputs.size(); ++o) {
        EXPECT_EQ(before.outputs[o].stream, after.outputs[o].stream);
        ASSERT_EQ(before.outputs[o].sources.size(), after.outputs[o].sources.size());
        for (std::size_t s = 0; s < before.outputs[o].sources.size(); ++s)
            EXPECT_EQ(before.strips[before.outputs[o].sources[s].strip].strip,
                      after.strips[after.outputs[o].sources[s].strip].strip);
    }
}

TEST_F(Offload, LatenciesAddUpOverTheCut) {
    plan();
    EXPECT_EQ(plan_.longest_lead, before_.longest_lead);
    EXPECT_EQ(plan_.steps[1].lead, before_.steps[0].lead);
    EXPECT_EQ(plan_.steps[0].lead, before_.steps[0].lead + setups_[0].inserts[1].latency_frames);
}

TEST_F(Offload, FewShortFiltersStayOnTheCpu) {
    for (int k = 0; k < 8; ++k) test::strip(session_, "Track " + std::to_string(k)).inserts.pop_back();
    test::strip(session_, "Bus").inserts = {room("short.wav")};
    plan();
    EXPECT_FALSE(uses_device(plan_));
    EXPECT_EQ(plan_.blocks.size(), before_.blocks.size());
}

TEST_F(Offload, AConvolutionBeforeACompressorStaysWithIt) {
    for (int k = 0; k < 8; ++k) {
        auto& inserts = test::strip(session_, "Track " + std::to_string(k)).inserts;
        std::swap(inserts[0], inserts[1]);
    }
    plan();
    EXPECT_THAT(on_device(), IsEmpty());
}

/// An EQ of 4096 frames for each track, of which `moving` are automated.
class OffloadOfEqs : public Offload {
protected:
    void plan_eqs(int moving) {
        for (int k = 0; k < 8; ++k) {
            session::Strip& track = test::strip(session_, "Track " + std::to_string(k));
            track.inserts = {test::insert("linear_eq", {{"bands/0/gain", "3 dB"}})};
            if (k < moving) track.lanes = {test::lane("inserts/0/bands/0/gain", {{"0 s", "3 dB"}, {"1 s", "0 dB"}})};
        }
        plan();
    }
};

TEST_F(OffloadOfEqs, AutomatedOnesGoAsOthersDo) {
    plan_eqs(8);
    EXPECT_THAT(on_device(), ElementsAre(before_.blocks[0].name));
    plan_eqs(1);
    EXPECT_THAT(on_device(), ElementsAre(before_.blocks[0].name));
}

TEST_F(OffloadOfEqs, OneAutomatedEqAloneStaysOnTheCpu) {
    for (int k = 1; k < 8; ++k) session_.strips.erase(session_.strips.begin());
    session::Strip& track = session_.strips.front();
    track.inserts = {test::insert("linear_eq", {{"bands/0/gain", "3 dB"}})};
    track.lanes = {test::lane("inserts/0/bands/0/gain", {{"0 s", "3 dB"}, {"1 s", "0 dB"}})};
    plan();
    EXPECT_FALSE(uses_device(plan_));
}

TEST_F(Offload, AnAutomatedProcessorThatIsNoConvolutionStaysOnTheCpu) {
    for (int k = 0; k < 8; ++k) {
        session::Strip& track = test::strip(session_, "Track " + std::to_string(k));
        track.inserts = {test::insert("eq", {{"bands/0/gain", "3 dB"}})};
        track.lanes = {test::lane("inserts/0/bands/0/gain", {{"0 s", "3 dB"}, {"1 s", "0 dB"}})};
    }
    plan();
    EXPECT_FALSE(uses_device(plan_));
}

TEST_F(Offload, WithoutAnythingBeforeThemStripsGoWhole) {
    for (int k = 0; k < 8; ++k) {
        auto& inserts = test::strip(session_, "Track " + std::to_string(k)).inserts;
        inserts.erase(inserts.begin());
    }
    plan();
    ASSERT_EQ(plan_.blocks.size(), before_.blocks.size());
    EXPECT_TRUE(plan_.blocks[0].on_device);
    EXPECT_TRUE(plan_.blocks[0].strips[0].from_clips);
}

TEST_F(Offload, PolarityIsTurnedOnceWhereTheChainBegins) {
    test::strip(session_, "Track 0").invert = true;
    plan();
    EXPECT_TRUE(plan_.blocks[0].strips[0].invert);
    EXPECT_FALSE(plan_.blocks[1].strips[0].invert);
}

TEST_F(Offload, DepthsFollowTheLongestWay) {
    plan();
    const std::vector<int> depths = depths_of(plan_);
    ASSERT_EQ(depths.size(), 4u);  // the tracks before and on the device, the bus, the master
    EXPECT_THAT(depths, ElementsAre(0, 1, 2, 3));
}

/// Rooms on the bus too: the tracks' blocks are a region, with inserts before their convolutions or without, and the bus's
/// is another, after it.
TEST_F(Offload, BlocksThatNeedNothingOfEachOtherAreOneRegion) {
    for (int k = 0; k < 16; ++k) {
        session::Strip& track = test::add_track(session_, "More " + std::to_string(k), "");
        track.output = "Bus";
        track.inserts = {room()};
    }
    test::strip(session_, "Bus").inserts = {room(), room()};
    plan();
    const std::vector<int> ranks = ranks_of(plan_);
    std::vector<int> of_tracks, of_bus;
    for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
        EXPECT_EQ(ranks[b] % 2 == 1, plan_.blocks[b].on_device);
        if (plan_.blocks[b].on_device) (plan_.blocks[b].name == "Bus" ? of_bus : of_tracks).push_back(ranks[b]);
    }
    EXPECT_THAT(of_tracks, ElementsAre(1, 1));
    EXPECT_THAT(of_bus, ElementsAre(3));
    EXPECT_EQ(ranks.back(), 4);  // the master
}

}  // namespace
}  // namespace dubplate::graph
