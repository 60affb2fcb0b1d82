#include "engine/nodes/stream.h"

#include <gtest/gtest.h>

#include <numeric>

namespace dubplate::nodes {
namespace {

std::vector<float> ramp(FrameCount start, int frames) {
    std::vector<float> audio(static_cast<std::size_t>(frames));
    std::iota(audio.begin(), audio.end(), static_cast<float>(start));
    return audio;
}

TEST(Stream, GivesBackWhatWasWrittenAcrossTheWrapAndBeforeFrameZero) {
    Stream stream(1, 320);
    for (FrameCount start = -640; start < 640; start += 128) {
        const auto audio = ramp(start, 128);
        const float* rows[] = {audio.data()};
        stream.write(start, 128, rows);
        std::vector<float> out(256);
        stream.read(start - 128, 256, 0, out.data());
        EXPECT_FLOAT_EQ(out[0], start == -640 ? 0.0f : static_cast<float>(start - 128));
        EXPECT_FLOAT_EQ(out[255], static_cast<float>(start + 127));
    }
}

TEST(Stream, ReadsAsSilenceWhereNothingWasWritten) {
    const Stream stream(2, 128);
    std::vector<float> out(64, 1.0f);
    stream.read(64, 64, 1, out.data());
    EXPECT_EQ(out, std::vector<float>(64, 0.0f));
    EXPECT_TRUE(stream.is_silent(0, 128));
}

TEST(Stream, SilenceHidesWhatLayThereBefore) {
    Stream stream(1, 256);
    const auto audio = ramp(1, 256);
    const float* rows[] = {audio.data()};
    stream.write(0, 256, rows);
    stream.write_silence(64, 64);
    EXPECT_FALSE(stream.is_silent(0, 128));
    EXPECT_TRUE(stream.is_silent(64, 64));
    std::vector<float> out(256);
    stream.read(0, 256, 0, out.data());
    EXPECT_FLOAT_EQ(out[63], 64.0f);
    EXPECT_FLOAT_EQ(out[64], 0.0f);
    EXPECT_FLOAT_EQ(out[127], 0.0f);
    EXPECT_FLOAT_EQ(out[128], 129.0f);
}

}  // namespace
}  // namespace dubplate::nodes
