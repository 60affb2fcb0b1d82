#include "kernels/cpu/channel_max.h"

#include <gtest/gtest.h>

#include "tests/support/signals.h"

namespace dubplate {
namespace {

TEST(ChannelMax, IsTheGreatestMagnitudeOfEachStripInAllItsLanes) {
    constexpr int kFrames = 64;
    for (const int width : {1, 4, 8, 16})
        for (int channels = 1; channels <= width; ++channels) {
            const test::Signal from = test::noise(static_cast<std::size_t>(kFrames * width), 1);
            test::Signal to(from.size()), in_place = from;
            kernels::channel_max(from.data(), to.data(), kFrames, width, channels);
            kernels::channel_max(in_place.data(), in_place.data(), kFrames, width, channels);
            EXPECT_EQ(in_place, to);
            for (int frame = 0; frame < kFrames; ++frame)
                for (int lane = 0; lane < width; ++lane) {
                    const int first = lane / channels * channels;
                    const bool whole = first + channels <= width;
                    float most = 0.0f;
                    for (int other = whole ? first : lane; other < (whole ? first + channels : lane + 1); ++other)
                        most = std::max(most, std::fabs(from[static_cast<std::size_t>(frame * width + other)]));
                    ASSERT_EQ(to[static_cast<std::size_t>(frame * width + lane)], most)
                        << "lane " << lane << " of " << width << ", " << channels << " channels";
                }
        }
}

}  // namespace
}  // namespace dubplate
