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

}  // namespace
}  // namespace dubplate::audio
