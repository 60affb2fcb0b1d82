#include "engine/graph/device_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/graph/offload.h"
#include "engine/graph/program.h"
#include "tests/support/render_session.h"

namespace dubplate::graph {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Buses that convolve, each a block of a device and fed by a track of its own, all into the master.
class DeviceSums : public testing::Test {
protected:
    DeviceSums() {
        kernels::ImpulseResponse response;
        response.channels.assign(1, std::vector<float>(500, 0.5f));
        impulses_["room.wav"] = std::make_shared<const kernels::ImpulseResponse>(std::move(response));
    }

    static session::Insert room() { return test::insert("convolution", {{"impulse", "room.wav"}}); }

    void add_rooms(int count) {
        for (int k = 0; k < count; ++k) {
            test::add_bus(session_, "Room " + std::to_string(k)).inserts.push_back(room());
            test::add_track(session_, "Track " + std::to_string(k), "").output = "Room " + std::to_string(k);
        }
    }

    /// With stems of the first so many buses.
    void plan(std::size_t stem_count = 0) {
        const auto routing = route(session_);
        ASSERT_TRUE(routing);
        StemSet set = stems_by_rule(session_, *routing, session::StemRule::each_bus, session::StemReturns::own);
        set.stems.resize(stem_count);
        plan(set);
    }
    void plan(const StemSet& set) {
        const auto routing = route(session_);
        ASSERT_TRUE(routing);
        tempo_map_ = *session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        auto setups = nodes::set_up_strips(session_, tempo_map_, impulses_);
        ASSERT_TRUE(setups) << setups.error().message;
        setups_ = std::move(*setups);
        std::vector<std::size_t> wanted;
        std::vector<std::string> names;
        for (const session::Stem& stem : set.stems) {
            wanted.push_back(wanted.size());
            names.push_back(stem.name);
        }
        const auto contents = stem_contents(session_, *routing, set, wanted);
        ASSERT_TRUE(contents);
        plan_ = make_plan(session_, *routing, setups_, names, *contents);
        offload(plan_, session_, setups_, 0.0);
        before_ = plan_;
        sum_on_device(plan_, setups_);
    }

    const PlanStrip& reader(const std::string& name) const {
        for (const PlanBlock& block : plan_.blocks)
            for (const PlanStrip& strip : block.strips)
                if (session_.strips[static_cast<std::size_t>(strip.strip)].name == name && strip.first == 0)
                    return strip;
        throw std::runtime_error("nothing reads for " + name);
    }
    std::vector<bool> stay(const std::vector<int>& streams) const {
        std::vector<bool> found;
        for (const int stream : streams) found.push_back(plan_.streams[static_cast<std::size_t>(stream)].on_device);
        return found;
    }
    FrameCount lead_of_writer(int stream) const {
        for (std::size_t b = 0; b < plan_.blocks.size(); ++b)
            for (const PlanOutput& output : plan_.blocks[b].outputs)
                if (output.stream == stream) return plan_.steps[b].lead;
        throw std::runtime_error("nobody writes the stream");
    }

    session::Session session_ = test::empty_session("");
    nodes::Impulses impulses_;
    session::TempoMap tempo_map_;
    std::vector<nodes::StripSetup> setups_;
    Plan before_, plan_;
};

TEST_F(DeviceSums, OfPartialsThatAreAllOneRegionsTheSumAloneComesDown) {
    add_rooms(20);
    plan();
    ASSERT_THAT(plan_.sums, SizeIs(1));
    EXPECT_THAT(plan_.sums[0].partials, SizeIs(20));
    EXPECT_THAT(reader("Master").input, ElementsAre(plan_.sums[0].stream));
    EXPECT_THAT(stay(plan_.sums[0].partials), Each(true));
    const std::vector<FrameCount> frames = stream_frames(plan_, {8192});
    for (const int partial : plan_.sums[0].partials) EXPECT_EQ(frames[static_cast<std::size_t>(partial)], 0);
    EXPECT_GT(frames[static_cast<std::size_t>(plan_.sums[0].stream)], 0);
}

TEST_F(DeviceSums, ANodeThatTheCpuFeedsTooIsAddedThereAndItsNeighbourIsNot) {
    add_rooms(3);
    test::add_bus(session_, "Dry");
    test::add_track(session_, "Dry track", "").output = "Dry";
    for (int k = 3; k < 20; ++k) {
        test::add_bus(session_, "Room " + std::to_string(k)).inserts.push_back(room());
        test::add_track(session_, "Track " + std::to_string(k), "").output = "Room " + std::to_string(k);
    }
    plan();
    ASSERT_THAT(plan_.sums, SizeIs(1));
    EXPECT_THAT(plan_.sums[0].partials, SizeIs(5));  // of 21 those behind the first sixteen
    EXPECT_THAT(reader("Master").input, SizeIs(17));
    EXPECT_EQ(reader("Master").input.back(), plan_.sums[0].stream);
    EXPECT_THAT(stay(reader("Master").input), Each(false));
}

TEST_F(DeviceSums, WhatAStemNeedsComesDownBesides) {
    add_rooms(20);
    plan(2);
    ASSERT_THAT(plan_.sums, SizeIs(1));
    EXPECT_THAT(plan_.sums[0].partials, SizeIs(20));
    const std::vector<bool> stays = stay(plan_.sums[0].partials);
    EXPECT_EQ(std::count(stays.begin(), stays.end(), false), 2);
    for (const PlanStem& stem : plan_.stems) EXPECT_THAT(stay(stem.partials), ElementsAre(false));
}

TEST_F(DeviceSums, ASumThatWouldSaveNothingIsLeftToTheCpu) {
    add_rooms(20);
    for (const std::size_t stems : {19, 20}) {
        plan(stems);
        EXPECT_THAT(plan_.sums, IsEmpty()) << stems;
        EXPECT_EQ(reader("Master").input, before_.blocks.back().strips.front().input) << stems;
    }
    plan(18);
    EXPECT_THAT(plan_.sums, SizeIs(1));
}

TEST_F(DeviceSums, WhatTwoReadersAddIsAddedOnce) {
    StemSet set{{{"A", {}}, {"B", {}}}};
    for (int k = 0; k < 24; ++k) {  // eight a block
        session::Strip& track = test::add_track(session_, "Voice " + std::to_string(k), "");
        track.inserts.push_back(room());
        for (session::Stem& stem : set.stems)
            if (k < 16) stem.strips.push_back(track.name);
    }
    plan(set);
    ASSERT_THAT(plan_.sums, SizeIs(2));
    EXPECT_THAT(plan_.sums[0].partials, SizeIs(3));
    EXPECT_THAT(plan_.sums[1].partials, SizeIs(2));
    EXPECT_THAT(reader("Master").input, ElementsAre(plan_.sums[0].stream));
    for (const PlanStem& stem : plan_.stems) EXPECT_THAT(stem.partials, ElementsAre(plan_.sums[1].stream));
    EXPECT_THAT(stay(plan_.sums[0].partials), Each(true));
}

TEST_F(DeviceSums, ASumRunsAheadAsItsReaderNeedsAndItsPartialsAtLeastAsFar) {
    test::add_bus(session_, "Late").inserts = {test::insert("linear_eq", {{"length", "6"}})};
    test::add_bus(session_, "Soon");
    test::add_return(session_, "Return");
    for (int k = 0; k < 16; ++k) {
        session::Strip& track = test::add_track(session_, "Voice " + std::to_string(k), "");
        track.output = k < 8 ? "Late" : "Soon";
        track.inserts.push_back(room());
        track.sends = {{.to = "Return", .level = session::decibels(-6.0)}};
    }
    plan();
    const auto sum = std::ranges::find_if(
        plan_.sums, [&](const PlanSum& one) { return one.stream == reader("Return").input.front(); });
    ASSERT_NE(sum, plan_.sums.end());
    ASSERT_THAT(sum->partials, SizeIs(2));
    EXPECT_EQ(sum->lead, lead_of_writer(sum->partials[1]));
    EXPECT_GT(lead_of_writer(sum->partials[0]), sum->lead);
    EXPECT_EQ(plan_.longest_lead, before_.longest_lead);
    for (std::size_t b = 0; b < plan_.steps.size(); ++b) EXPECT_EQ(plan_.steps[b].lead, before_.steps[b].lead) << b;
}

TEST_F(DeviceSums, BlocksWithInsertsBeforeTheirConvolutionsAreAddedWithThoseWithout) {
    test::add_bus(session_, "Bus");
    for (int k = 0; k < 16; ++k) {
        session::Strip& track = test::add_track(session_, "Voice " + std::to_string(k), "");
        track.output = "Bus";
        if (k < 8) track.inserts.push_back(test::insert("compressor"));
        track.inserts.push_back(room());
    }
    plan();
    ASSERT_THAT(plan_.sums, SizeIs(1));
    EXPECT_THAT(plan_.sums[0].partials, SizeIs(2));
}

TEST_F(DeviceSums, DepthsAndRanksStayAsTheyWere) {
    add_rooms(20);
    plan();
    EXPECT_EQ(depths_of(plan_), depths_of(before_));
    EXPECT_EQ(ranks_of(plan_), ranks_of(before_));
}

TEST_F(DeviceSums, WithoutADeviceThereAreNone) {
    test::add_track(session_, "Track", "");
    plan();
    EXPECT_THAT(plan_.sums, IsEmpty());
}

}  // namespace
}  // namespace dubplate::graph
