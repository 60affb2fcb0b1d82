#include "engine/regions/sounding.h"

#include <gtest/gtest.h>

namespace dubplate::regions {
namespace {

TEST(Sounding, IsWhereFramesWereSaidToSoundAndNowhereElse) {
    Sounding sounding;
    EXPECT_FALSE(sounding.within(-1000, 1000));
    sounding.add(-64, 64);
    sounding.add(512, 1024);
    EXPECT_TRUE(sounding.within(-65, -63));
    EXPECT_TRUE(sounding.within(63, 64));
    EXPECT_FALSE(sounding.within(-1000, -64));
    EXPECT_FALSE(sounding.within(64, 512));
    EXPECT_TRUE(sounding.within(64, 513));
    EXPECT_FALSE(sounding.within(1024, 5000));
    EXPECT_FALSE(sounding.within(64, 64));
}

TEST(Sounding, PiecesThatMeetAreOne) {
    Sounding sounding;
    for (FrameCount first = 0; first < 4096; first += 512) sounding.add(first, first + 512);
    sounding.forget_before(2000);
    // What is kept of it is more than is asked for.
    EXPECT_TRUE(sounding.within(2000, 2001));
    EXPECT_TRUE(sounding.within(4095, 9000));
}

TEST(Sounding, WhatIsForgottenIsSilent) {
    Sounding sounding;
    sounding.add(0, 512);
    sounding.add(1024, 1536);
    sounding.forget_before(512);
    EXPECT_FALSE(sounding.within(0, 1024));
    EXPECT_TRUE(sounding.within(1024, 1025));
}

}  // namespace
}  // namespace dubplate::regions
