#include "engine/audio/level_meter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/signals.h"

namespace dubplate::audio {
namespace {

using test::Signal;

LevelMeter metered(const Signal& in, int step) {
    LevelMeter meter;
    const int count = static_cast<int>(in.size());
    for (int at = 0; at < count; at += step) meter.add(in.data() + at, std::min(step, count - at));
    return meter;
}

TEST(LevelMeter, SumsSquaresAndFindsThePeak) {
    const Signal in = test::noise(5003, 1, 0.8);
    double squares = 0.0;
    for (const float sample : in) squares += double{sample} * double{sample};
    const LevelMeter meter = metered(in, 1 << 30);
    EXPECT_NEAR(meter.squares(), squares, squares * 1e-13);
    EXPECT_EQ(meter.peak(), test::peak(in));
    EXPECT_EQ(meter.loud_samples(), 0);
}

TEST(LevelMeter, TellsTheSameBitsHoweverFramesAreCut) {
    const Signal in = test::noise(5003, 2, 1.2);
    const LevelMeter whole = metered(in, 1 << 30);
    for (const int step : {1, 2, 7, 15, 16, 17, 512, 1000}) {
        SCOPED_TRACE(step);
        const LevelMeter meter = metered(in, step);
        EXPECT_EQ(meter.squares(), whole.squares());
        EXPECT_EQ(meter.peak(), whole.peak());
        EXPECT_EQ(meter.loud_samples(), whole.loud_samples());
    }
}

TEST(LevelMeter, CountsWhatIsBeyondFullScale) {
    const Signal in = {0.0f, 1.0f, -1.0f, 1.0001f, -1.5f, 3.0f, 0.99f, 0.5f, 2.0f, -0.25f};
    const LevelMeter meter = metered(in, 3);
    EXPECT_EQ(meter.loud_samples(), 4);
    EXPECT_EQ(meter.peak(), 3.0f);
}

TEST(LevelMeter, ShowsNaNAndInfinityAsAnInfinitePeak) {
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
        for (const std::size_t at : {0u, 9u, 18u, 34u}) {
            Signal in(35, 0.5f);
            in[at] = bad;
            EXPECT_TRUE(std::isinf(metered(in, 100).peak())) << bad << " at " << at;
        }
    }
}

}  // namespace
}  // namespace dubplate::audio
