#include "engine/nodes/lane_places.h"

#include <gtest/gtest.h>

#include <array>

namespace dubplate::nodes {
namespace {

constexpr int kNone = LanePlaces::kNone;
using Places = std::vector<int>;

Places strips(const LanePlaces& places) { return {places.strip_at().begin(), places.strip_at().end()}; }
void arrange(LanePlaces& places, const std::vector<int>& wanted, std::size_t count) {
    std::array<bool, 16> flags{};
    for (const int strip : wanted) flags[static_cast<std::size_t>(strip)] = true;
    places.arrange(std::span(flags).first(count));
}

TEST(LanePlaces, AreAsManyAsAreWantedAtTheLeastWidth) {
    LanePlaces places(16, 1, true);
    EXPECT_EQ(places.lanes(), 0);
    for (const auto& [wanted, width] : std::vector<std::pair<std::vector<int>, int>>{
             {{7}, 1}, {{1, 15}, 4}, {{0, 1, 2, 3, 4}, 8}, {{0, 1, 2, 3, 4, 5, 6, 7, 8}, 16}}) {
        arrange(places, wanted, 16);
        EXPECT_EQ(places.width(), width);
        EXPECT_EQ(places.lanes(), static_cast<int>(wanted.size()));
        EXPECT_EQ(strips(places), wanted);
    }
    arrange(places, {}, 16);
    EXPECT_EQ(places.lanes(), 0);
}

TEST(LanePlaces, StayWhereTheyAreWhileTheWidthDoes) {
    LanePlaces places(8, 1, true);
    arrange(places, {0, 1, 2, 3, 4, 5}, 8);
    arrange(places, {0, 2, 3, 4, 5}, 8);
    EXPECT_EQ(strips(places), (Places{0, kNone, 2, 3, 4, 5}));
    EXPECT_EQ(places.place_of()[1], kNone);
    arrange(places, {0, 2, 3, 4, 7}, 8);
    EXPECT_EQ(strips(places), (Places{0, 7, 2, 3, 4}));
    EXPECT_EQ(places.place_of()[7], 1);
}

TEST(LanePlaces, HoldAllChannelsOfAStrip) {
    LanePlaces places(8, 2, true);
    arrange(places, {3, 6, 7}, 8);
    EXPECT_EQ(places.width(), 8);
    EXPECT_EQ(places.lanes(), 6);
    arrange(places, {6, 7}, 8);
    EXPECT_EQ(places.width(), 4);
    EXPECT_EQ(strips(places), (Places{6, 7}));
}

TEST(LanePlaces, AreThoseOfAllWhereLanesCannotMove) {
    LanePlaces places(3, 1, false);
    arrange(places, {2}, 3);
    EXPECT_EQ(places.width(), 4);
    EXPECT_EQ(strips(places), (Places{0, 1, 2}));
    arrange(places, {}, 3);
    EXPECT_EQ(places.lanes(), 0);
    EXPECT_EQ(places.place_of()[2], kNone);
}

}  // namespace
}  // namespace dubplate::nodes
