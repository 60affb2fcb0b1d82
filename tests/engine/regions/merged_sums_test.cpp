#include "engine/regions/merged_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/regions/region_state.h"
#include "kernels/device/twin/twin.h"
#include "tests/support/render_session.h"

namespace dubplate::regions {
namespace {

using device::kCombineSums;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Layout kMono{Layout::Kind::mono, 1}, kStereo{Layout::Kind::stereo, 2};

/// Tracks with rooms, as one block; what they are heard in is made by heard_in().
class MergedSumsOf : public testing::Test {
protected:
    MergedSumsOf() : device_(Device::open(*device::twin_backend(), 0).value()), state_(*device_, settings()) {
        impulses_["room.wav"] = response(60000);
        impulses_["longer.wav"] = response(100000);
        impulses_["short.wav"] = response(700);
        for (const char* name : {"Bus", "A", "B", "C", "D"}) test::add_bus(session_, name);
    }

    static std::shared_ptr<const kernels::ImpulseResponse> response(std::size_t frames) {
        return std::make_shared<kernels::ImpulseResponse>(kernels::ImpulseResponse{{std::vector<float>(frames, 0.5f)}});
    }
    static RegionSettings settings() {
        RegionSettings made;
        made.chunk_frames = 65536;
        return made;
    }
    static session::Insert room(const std::string& file = "room.wav",
                                std::vector<std::pair<std::string, std::string>> parameters = {}) {
        parameters.emplace_back("impulse", file);
        return test::insert("convolution", parameters);
    }
    session::Strip& add(Layout layout = kStereo, session::Insert insert = room()) {
        session::Strip& track = test::add_track(session_, "Track " + std::to_string(++tracks_), "", layout);
        track.output = "Bus";
        track.inserts = {std::move(insert)};
        return track;
    }
    static session::Send send(const std::string& to) { return {.to = to, .level = session::decibels(-6.0)}; }

    /// The block's outputs: the bus and whatever is sent to, all of it or, for a stem's tap, of some tracks.
    void make_outputs() {
        tempo_map_ = *session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        for (const session::Strip& strip : session_.strips)
            if (strip.kind == session::StripKind::track) {
                auto setup = nodes::set_up_strip(session_, strip, tempo_map_, impulses_);
                ASSERT_TRUE(setup) << setup.error().message;
                sessions_tracks_.push_back(&strip);
                setups_.push_back(std::make_unique<nodes::StripSetup>(std::move(*setup)));
                StripState& made = state_.strips.emplace_back();
                made.strip.setup = setups_.back().get();
                made.strip.channels = strip.layout.channels;
                for (const nodes::InsertSetup& insert : setups_.back()->inserts)
                    made.stages.push_back(make_stage(insert, strip.layout.channels, strip.layout.channels,
                                                     session_.sample_rate, state_.settings.chunk_frames));
            }
        for (const char* name : {"Bus", "A", "B", "C", "D"}) add_output(name, [](std::size_t) { return true; });
    }
    OutputState& add_output(const std::string& to, const std::function<bool(std::size_t)>& holds) {
        OutputState output;
        output.channels = 2;
        for (std::size_t t = 0; t < sessions_tracks_.size(); ++t) {
            const session::Strip& track = *sessions_tracks_[t];
            const auto add_source = [&](int way) {
                if (holds(t))
                    output.sources.push_back(
                        {t, nodes::OutputGain(session_, track, *setups_[t], way, kStereo, track.layout.channels)});
            };
            if (track.output == to) add_source(-1);
            for (std::size_t k = 0; k < track.sends.size(); ++k)
                if (track.sends[k].to == to) add_source(static_cast<int>(k));
        }
        state_.outputs.push_back(std::move(output));
        return state_.outputs.back();
    }

    const MergedSums& find() {
        state_.blocks = {{0, state_.strips.size(), 0, state_.outputs.size(), 0}};
        found_ = find_merged_sums(state_);
        return found_;
    }
    /// The tracks of each group.
    std::vector<std::vector<std::size_t>> groups() const {
        std::vector<std::vector<std::size_t>> made;
        for (const auto& group : found_.groups) {
            made.emplace_back();
            for (std::size_t s = 0; s < found_.strips.size(); ++s)
                if (found_.strips[s].group == group.get()) made.back().push_back(s);
        }
        return made;
    }
    /// With which a track's channel is heard in a row of an output.
    float weight(std::size_t track, std::size_t channel, std::size_t output, int row) const {
        for (const MergedSource& source : found_.of_output[output])
            if (source.row == row && source.group == found_.strips[track].group)
                for (const MergedTerm& term : found_.strips[track].terms[channel])
                    if (term.entry == source.merged_row / kCombineSums)
                        return term.weight[source.merged_row % kCombineSums];
        return 0.0f;
    }

    session::Session session_ = test::empty_session("");
    int tracks_ = 0;
    nodes::Impulses impulses_;
    session::TempoMap tempo_map_;
    std::vector<const session::Strip*> sessions_tracks_;
    std::vector<std::unique_ptr<nodes::StripSetup>> setups_;
    std::unique_ptr<Device> device_;
    RegionState state_;
    MergedSums found_;
};

TEST_F(MergedSumsOf, TracksOfOneBusMeetInItsTwoRows) {
    for (int k = 0; k < 8; ++k) add();
    make_outputs();
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)));
    EXPECT_EQ(found_.groups[0]->rows.size(), 2u);
    for (const MergedStrip& strip : found_.strips) {
        EXPECT_FALSE(strip.alone);
        EXPECT_EQ(strip.dry_gain, 0.0);
    }
    for (const StripState& strip : state_.strips)
        EXPECT_FALSE(dynamic_cast<const FixedStage&>(*strip.stages.back()).comes_out);
}

TEST_F(MergedSumsOf, AWeightIsFaderPanAndGainOfTheWetPart) {
    for (int k = 0; k < 4; ++k) add(kMono);
    session::Strip& last = add(kMono, room("room.wav", {{"mix", "25 %"}, {"gain", "6.0205999 dB"}}));
    last.fader = session::decibels(-6.0205999);
    last.pan = -1.0;
    make_outputs();
    find();
    ASSERT_EQ(found_.groups.size(), 1u);
    EXPECT_NEAR(weight(4, 0, 0, 0), 0.25f, 1e-6);
    EXPECT_EQ(weight(4, 0, 0, 1), 0.0f);
    EXPECT_NEAR(found_.strips[4].dry_gain, 0.75, 1e-7);
    EXPECT_NEAR(weight(0, 0, 0, 0), std::sqrt(0.5), 1e-6);
    EXPECT_NEAR(weight(0, 0, 0, 1), std::sqrt(0.5), 1e-6);
}

TEST_F(MergedSumsOf, WhatMovesComesOutByItself) {
    for (int k = 0; k < 8; ++k) add();
    const auto move = [&](session::Strip& track, const std::string& target, const char* from, const char* to) {
        track.lanes.push_back(test::lane(target, {{"0 s", from}, {"1 s", to}}));
    };
    move(add(), "fader", "-20 dB", "0 dB");
    move(add(), "pan", "-0.5", "0.5");
    move(add(), "inserts/0/mix", "10 %", "90 %");
    move(add(), "inserts/0/gain", "-6 dB", "0 dB");
    session::Strip& sends = add();
    sends.sends = {send("A")};
    move(sends, "sends/0/level", "-20 dB", "0 dB");
    make_outputs();
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)));
    for (std::size_t s = 8; s < found_.strips.size(); ++s) EXPECT_TRUE(found_.strips[s].alone) << s;
}

TEST_F(MergedSumsOf, WhatAKeyHearsComesOutByItself) {
    for (int k = 0; k < 9; ++k) add();
    make_outputs();
    OutputState key;
    key.channels = 2;
    key.sources.push_back({3, std::nullopt});
    state_.outputs.push_back(std::move(key));
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 4, 5, 6, 7, 8)));
}

TEST_F(MergedSumsOf, GridsThatDifferMakeGroupsOfTheirOwn) {
    for (int k = 0; k < 4; ++k) add();
    for (int k = 0; k < 4; ++k) add(kStereo, room("longer.wav"));  // the same grid, more partitions
    for (int k = 0; k < 4; ++k) add(kStereo, room("short.wav"));
    for (int k = 0; k < 4; ++k) add(kStereo, room("room.wav", {{"predelay", "10 ms"}}));
    for (int k = 0; k < 2; ++k) add(kStereo, room("room.wav", {{"predelay", "20 ms"}}));
    make_outputs();
    find();
    EXPECT_THAT(groups(), testing::UnorderedElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7), ElementsAre(8, 9, 10, 11),
                                                        ElementsAre(12, 13, 14, 15), ElementsAre(16, 17)));
    ASSERT_EQ(found_.of_output[0].size(), 8u) << "left and right of each group";
}

TEST_F(MergedSumsOf, AGroupIsMadeWhereItMovesFewerBytes) {
    add();
    make_outputs();
    EXPECT_THAT(find().groups, IsEmpty()) << "two channels there and back, two rows";
}

TEST_F(MergedSumsOf, TracksThatSendElsewhereEachSaveNothing) {
    for (const char* to : {"A", "B", "C", "D"}) add().sends = {send(to)};
    make_outputs();
    EXPECT_THAT(find().groups, IsEmpty()) << "eight channels, ten rows";
}

TEST_F(MergedSumsOf, SixteenTracksShareTheirBusAndFourReturns) {
    for (int k = 0; k < 16; ++k) add().sends = {send(std::string(1, "ABCD"[k % 4]))};
    make_outputs();
    find();
    ASSERT_EQ(found_.groups.size(), 1u);
    EXPECT_EQ(found_.groups[0]->rows.size(), 10u);
    std::size_t reads = 0;
    for (const MergedStrip& strip : found_.strips)
        for (const auto& of_channel : strip.terms) reads += of_channel.size();
    EXPECT_LE(reads, 44u) << "spectra of 32 channels are read little more than once";
}

TEST_F(MergedSumsOf, ATrackWithSendsOfItsOwnStaysOut) {
    for (int k = 0; k < 8; ++k) add();
    add().sends = {send("A"), send("B")};
    make_outputs();
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)));
    EXPECT_EQ(found_.groups[0]->rows.size(), 2u);
}

TEST_F(MergedSumsOf, AMutedSendIsHeardNowhere) {
    for (int k = 0; k < 4; ++k) {
        session::Strip& track = add();
        track.sends = {send(std::string(1, "ABCD"[k]))};
        track.sends[0].mute = true;
    }
    make_outputs();
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 3)));
    EXPECT_EQ(found_.groups[0]->rows.size(), 2u);
}

TEST_F(MergedSumsOf, WhatAStemTapsComesOutBesideWithTheSameGroups) {
    for (int k = 0; k < 8; ++k) add();
    make_outputs();
    add_output("Bus", [](std::size_t track) { return track < 3; }).is_stem_tap = true;
    find();
    EXPECT_THAT(groups(), ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7)));
    EXPECT_THAT(found_.of_output.back(), IsEmpty());
    for (std::size_t s = 0; s < 8; ++s) EXPECT_EQ(found_.strips[s].alone, s < 3) << s;
    EXPECT_EQ(found_.groups[0]->rows.size(), 2u);
}

}  // namespace
}  // namespace dubplate::regions
