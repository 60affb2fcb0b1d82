#include "engine/graph/routing.h"

#include <gmock/gmock.h>

#include "tests/support/render_session.h"

namespace dubplate::graph {
namespace {

using test::add_bus;
using test::add_return;
using test::add_track;
using test::strip;
using testing::HasSubstr;

session::Send send_to(const std::string& name) {
    session::Send send;
    send.to = name;
    return send;
}

int level_of(const Routing& routing, const session::Session& session, const std::string& name) {
    for (std::size_t i = 0; i < session.strips.size(); ++i)
        if (session.strips[i].name == name) return routing.final_unit(static_cast<int>(i)).level;
    return -1;
}

TEST(Routing, LevelsFollowTheLongestWay) {
    auto session = test::empty_session("");
    add_track(session, "A", "").output = "Inner";
    add_track(session, "B", "").sends = {send_to("Verb")};
    add_bus(session, "Outer");
    add_bus(session, "Inner").output = "Outer";
    add_return(session, "Verb").output = "Inner";
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value());
    EXPECT_EQ(level_of(*routing, session, "A"), 0);
    EXPECT_EQ(level_of(*routing, session, "Verb"), 1);
    EXPECT_EQ(level_of(*routing, session, "Inner"), 2);
    EXPECT_EQ(level_of(*routing, session, "Outer"), 3);
    EXPECT_EQ(level_of(*routing, session, "Master"), 4);
}

TEST(Routing, ACircleIsAnErrorThatNamesTheWayRound) {
    auto session = test::empty_session("");
    add_bus(session, "One").output = "Two";
    add_bus(session, "Two").sends = {send_to("Three")};
    add_return(session, "Three").output = "One";
    const auto routing = route(session);
    ASSERT_FALSE(routing.has_value());
    EXPECT_EQ(routing.error().code, ErrorCode::bad_argument);
    for (const char* words : {"'One' feeds 'Two'", "'Two' sends to 'Three'", "'Three' feeds 'One'"})
        EXPECT_THAT(routing.error().message, HasSubstr(words));
}

TEST(Routing, AStripThatFeedsItselfIsACircle) {
    auto session = test::empty_session("");
    add_bus(session, "Loop").sends = {send_to("Loop")};
    EXPECT_FALSE(route(session).has_value());
}

TEST(Routing, StripsMayKeyEachOtherAtDifferentTaps) {
    auto session = test::empty_session("");
    for (const char* name : {"A", "B"}) {
        auto& track = add_track(session, name, "");
        track.inserts = {test::insert("trim"), test::insert("compressor")};
        track.inserts[1].key = session::Key{std::string(name) == "A" ? "B" : "A", session::Tap::insert, 0, {}};
    }
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value()) << routing.error().message;
    EXPECT_EQ(routing->units_of[0].size(), 2u);
    EXPECT_EQ(routing->units_of[1].size(), 2u);
}

TEST(Routing, StripsThatKeyEachOthersWholeChainAreACircle) {
    auto session = test::empty_session("");
    for (const char* name : {"A", "B"}) {
        auto& track = add_track(session, name, "");
        track.inserts = {test::insert("compressor")};
        track.inserts[0].key = session::Key{std::string(name) == "A" ? "B" : "A", session::Tap::post_fader, 0, {}};
    }
    const auto routing = route(session);
    ASSERT_FALSE(routing.has_value());
    EXPECT_THAT(routing.error().message, HasSubstr("keys insert 1 of"));
}

TEST(Routing, StripsAreNotSplitWhereNothingAsksForIt) {
    auto session = test::empty_session("");
    add_track(session, "A", "").inserts = {test::insert("trim"), test::insert("trim")};
    auto& keyed = add_track(session, "B", "");
    keyed.inserts = {test::insert("compressor")};
    keyed.inserts[0].key = session::Key{"A", session::Tap::insert, 0, {}};
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value());
    EXPECT_EQ(routing->units.size(), 3u);
}

TEST(Routing, SoloKeepsWhatFeedsItAndWhatItFeeds) {
    auto session = test::empty_session("");
    auto& soloed = add_track(session, "Soloed", "");
    soloed.solo = true;
    soloed.output = "Bus";
    soloed.sends = {send_to("Verb")};
    add_track(session, "Other", "").output = "Bus";
    add_track(session, "Safe", "").solo_safe = true;
    add_bus(session, "Bus");
    add_bus(session, "Elsewhere");
    add_return(session, "Verb");
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value());
    const std::vector<bool> expected{true, false, true, true, false, true, true};  // in session order, master last
    EXPECT_EQ(routing->sounds, expected);
}

TEST(Routing, ASoloedBusKeepsItsTracks) {
    auto session = test::empty_session("");
    add_track(session, "In", "").output = "Bus";
    add_track(session, "Out", "");
    add_bus(session, "Bus").solo = true;
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value());
    const std::vector<bool> expected{true, false, true, true};
    EXPECT_EQ(routing->sounds, expected);
}

TEST(Routing, DisabledStripsAreNotThereAtAll) {
    auto session = test::empty_session("");
    auto& off = add_track(session, "Off", "");
    off.disabled = true;
    off.sends = {send_to("Verb")};
    add_return(session, "Verb");
    const auto routing = route(session);
    ASSERT_TRUE(routing.has_value());
    EXPECT_TRUE(routing->feeds[1].empty());
    EXPECT_TRUE(routing->units_of[0].empty());
}

TEST(Routing, AnUnknownOutputIsAnError) {
    auto session = test::empty_session("");
    add_track(session, "A", "").output = "Nowhere";
    const auto routing = route(session);
    ASSERT_FALSE(routing.has_value());
    EXPECT_EQ(routing.error().code, ErrorCode::not_found);
    EXPECT_THAT(routing.error().message, HasSubstr("'Nowhere'"));
}

}  // namespace
}  // namespace dubplate::graph
