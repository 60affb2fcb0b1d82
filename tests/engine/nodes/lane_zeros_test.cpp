#include "engine/nodes/lane_zeros.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace dubplate::nodes {
namespace {

TEST(ZerosFrom, IsTheGranuleAfterTheLastSampleThatIsNot) {
    constexpr int kWidth = 4, kFrames = 256;
    std::vector<float> audio(kFrames * kWidth, 0.0f);
    audio[63 * kWidth + 0] = 1e-45f;
    audio[128 * kWidth + 1] = -1.0f;
    audio[255 * kWidth + 2] = 1.0f;
    audio[200 * kWidth + 3] = -0.0f;
    std::array<FrameCount, kWidth> zeros{};
    zeros_from(6400, kFrames, kWidth, audio.data(), 0b1111, zeros.data());
    EXPECT_EQ(zeros, (std::array<FrameCount, kWidth>{6464, 6592, kNeverZero, 6400}));
}

TEST(ZerosFrom, LooksOnlyAtLanesThatAreAskedFor) {
    const std::vector<float> audio(64 * 16, 1.0f);
    std::array<FrameCount, 16> zeros;
    zeros.fill(7);
    zeros_from(0, 64, 16, audio.data(), 0b10, zeros.data());
    EXPECT_EQ(zeros[0], 7);
    EXPECT_EQ(zeros[1], kNeverZero);
}

}  // namespace
}  // namespace dubplate::nodes
