#include "engine/audio/byte_ranges.h"

#include <gtest/gtest.h>

namespace dubplate::audio {
namespace {

using Ranges = std::vector<ByteRange>;

TEST(ByteRanges, ThatOverlapTouchOrLieWithinOneAnotherBecomeOne) {
    EXPECT_EQ(merged({{10, 20}, {0, 5}, {15, 30}, {30, 40}, {12, 13}}, 1), (Ranges{{0, 5}, {10, 40}}));
    EXPECT_EQ(merged({{0, 100}, {10, 20}, {30, 40}, {100, 101}}, 0), (Ranges{{0, 101}}));
}

TEST(ByteRanges, WithASmallGapBetweenThemBecomeOne) {
    EXPECT_EQ(merged({{0, 10}, {19, 30}}, 10), (Ranges{{0, 30}}));
    EXPECT_EQ(merged({{0, 10}, {20, 30}}, 10), (Ranges{{0, 10}, {20, 30}}));
}

TEST(ByteRanges, WithoutBytesAreLeftOut) {
    EXPECT_EQ(merged({{5, 5}, {9, 8}, {1, 2}}, 1), (Ranges{{1, 2}}));
    EXPECT_EQ(merged({}, 1), Ranges{});
}

TEST(ByteRanges, AreAskedForAheadOfWhoReadsOn) {
    constexpr std::int64_t kAhead = 1000, kFile = 1850;
    std::vector<ByteRange> asks;
    ByteRange asked;
    for (std::int64_t at = 0; at < 1800; at += 200)
        if (const ByteRange ask = read_ahead({at, at + 200}, asked, kAhead, kFile); ask.begin < ask.end) {
            asks.push_back(ask);
            asked = ask;
        }
    EXPECT_EQ(asks, (std::vector<ByteRange>{{0, 200}, {200, 1200}, {1200, 1850}}));
}

TEST(ByteRanges, OfWhoReadsBackwardsOrElsewhereAreAskedForAsTheyAre) {
    EXPECT_EQ(read_ahead({300, 500}, {500, 700}, 1000, 5000), (ByteRange{300, 500}));
    EXPECT_EQ(read_ahead({300, 550}, {500, 700}, 1000, 5000), (ByteRange{300, 550}));
    EXPECT_EQ(read_ahead({900, 950}, {500, 700}, 1000, 5000), (ByteRange{900, 950}));
    EXPECT_EQ(read_ahead({600, 2000}, {500, 700}, 1000, 5000), (ByteRange{600, 2000}));
    EXPECT_EQ(read_ahead({550, 700}, {500, 700}, 1000, 5000), (ByteRange{}));
}

}  // namespace
}  // namespace dubplate::audio
