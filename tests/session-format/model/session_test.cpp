#include "session-format/model/session.h"

#include <gtest/gtest.h>

namespace dubplate::session {
namespace {

Session two_strips() {
    Session session;
    session.strips.resize(2);
    session.strips[0].name = "Kick";
    session.strips[1].name = "Master";
    session.strips[1].kind = StripKind::master;
    return session;
}

TEST(Session, FindsStripsByName) {
    const Session session = two_strips();
    EXPECT_EQ(find_strip(session, "Kick"), &session.strips[0]);
    EXPECT_EQ(find_strip(session, "kick"), nullptr);
    EXPECT_EQ(&master_of(session), &session.strips[1]);
}

TEST(Session, EqualityLeavesOutPlacesAndFilesAndSeesEverythingElse) {
    const Session session = two_strips();
    Session other = session;
    other.file = "elsewhere.dub.json";
    other.folder = "/";
    other.strips[0].place = {3, 4, "/tracks/0"};
    EXPECT_EQ(session, other);
    other.strips[0].fader = decibels(-6.0);
    EXPECT_FALSE(session == other);
    other = session;
    other.seed = 1;
    EXPECT_FALSE(session == other);
    other = session;
    other.stem_rule = StemRule::each_track;
    EXPECT_FALSE(session == other);
}

TEST(Session, StemRuleMeansNothingWhereStemsAreListed) {
    Session session = two_strips();
    session.stems.push_back({"Drums", {"Kick"}});
    Session other = session;
    other.stem_rule = StemRule::listed;
    EXPECT_EQ(session, other);
}

TEST(Session, LocatesPartsInTheirFile) {
    Session session;
    session.file = "song.dub.json";
    EXPECT_EQ(locate(session, {3, 4, "/tracks/0"}), "song.dub.json:3:4 (/tracks/0)");
    EXPECT_EQ(locate(session, {1, 1, ""}), "song.dub.json:1:1");
    EXPECT_EQ(locate(session, {}), "");
}

}  // namespace
}  // namespace dubplate::session
