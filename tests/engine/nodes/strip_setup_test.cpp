#include "engine/nodes/strip_setup.h"

#include <gtest/gtest.h>

#include "tests/engine/audio/memory_source.h"
#include "tests/support/render_session.h"

namespace dubplate::nodes {
namespace {

using test::insert;

/// How many inserts of a stereo track keep its channels equal, whose clips give all channels the same.
class EqualInserts : public testing::Test {
protected:
    EqualInserts() {
        for (const auto& [name, channels] :
             {std::pair{"mono.wav", 1}, std::pair{"stereo.wav", 2}, std::pair{"true.wav", 4}})
            impulses_[name] = std::make_shared<kernels::ImpulseResponse>(
                kernels::ImpulseResponse{std::vector(static_cast<std::size_t>(channels), std::vector(100, 0.5f))});
    }

    int of(std::vector<session::Insert> inserts, std::vector<int> picks = {0, 0},
           std::vector<session::Lane> lanes = {}) {
        session::Session session = test::empty_session("");
        test::add_track(session, "Other", "");
        session::Strip& track = test::add_track(session, "Track", "", {Layout::Kind::stereo, 2});
        track.inserts = std::move(inserts);
        track.lanes = std::move(lanes);
        const auto tempo_map = *session::TempoMap::create(session.tempos, session.meters, session.sample_rate);
        auto setups = set_up_strips(session, tempo_map, impulses_);
        EXPECT_TRUE(setups) << setups.error().message;
        std::vector<std::unique_ptr<audio::ClipTrack>> tracks(setups->size());
        audio::ResolvedClip clip;
        clip.source = &source_;
        clip.length = 100;
        clip.channels = std::move(picks);
        std::vector<audio::ResolvedClip> clips{clip};
        const int channels = audio::leave_one_channel(clips) ? 1 : 2;
        tracks[1] = std::make_unique<audio::ClipTrack>(std::move(clips), session::Overlap::sum, channels);
        find_equal_channels(session, tracks, *setups);
        EXPECT_EQ((*setups)[0].equal_inserts, -1);
        return (*setups)[1].equal_inserts;
    }

    static session::Insert eq(const std::string& kind, const std::string& channels) {
        return insert(kind, {{"bands/0/type", "bell"}, {"bands/1/type", "bell"}, {"bands/1/channels", channels}});
    }
    static session::Insert room(const std::string& response) {
        return insert("convolution", {{"impulse", response + ".wav"}});
    }

    const test::MemorySource source_{test::noise_channels(2, 100, 1)};
    Impulses impulses_;
};

TEST_F(EqualInserts, AreAllWhereNoneTellsChannelsApart) {
    EXPECT_EQ(of({}), 0);
    EXPECT_EQ(of({insert("trim"), insert("compressor", {{"link", "30 %"}}), insert("limiter"), insert("delay"),
                  eq("eq", "stereo"), eq("linear_eq", "stereo"), room("mono")}),
              7);
}

TEST_F(EqualInserts, EndBeforeTheFirstThatMayTellThemApart) {
    for (const session::Insert& parting :
         {insert("pan"), insert("delay", {{"ping_pong", "true"}}), eq("eq", "mid"), eq("eq", "left"),
          eq("linear_eq", "side"), eq("linear_eq", "right"), room("stereo"), room("true")})
        EXPECT_EQ(of({insert("trim"), parting, insert("trim")}), 1) << parting.processor;
}

TEST_F(EqualInserts, EndBeforeAKeyWhichMayDifferFromChannelToChannel) {
    session::Insert keyed = insert("compressor");
    keyed.key = session::Key{"Other", session::Tap::pre_fader, 0, {}};
    EXPECT_EQ(of({insert("trim"), keyed}), 1);
}

TEST_F(EqualInserts, GoOnBehindABypass) {
    session::Insert bypassed = insert("pan");
    bypassed.bypass = true;
    EXPECT_EQ(of({bypassed, insert("trim"), insert("pan")}), 2);
    bypassed = insert("compressor");
    bypassed.bypass = true;
    bypassed.key = session::Key{"Other", session::Tap::pre_fader, 0, {}};
    EXPECT_EQ(of({bypassed, insert("trim"), insert("pan")}), 2);
}

TEST_F(EqualInserts, AreNoneWhereAnyClipTellsChannelsApart) { EXPECT_EQ(of({insert("trim")}, {0, 1}), -1); }

}  // namespace
}  // namespace dubplate::nodes
