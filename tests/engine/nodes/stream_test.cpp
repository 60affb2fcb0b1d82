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
        const float* const read = stream.read(start - 128, 256, 0, out.data());
        EXPECT_FLOAT_EQ(read[0], start == -640 ? 0.0f : static_cast<float>(start - 128));
        EXPECT_FLOAT_EQ(read[255], static_cast<float>(start + 127));
    }
}

TEST(Stream, ReadsAsSilenceWhereNothingWasWritten) {
    const Stream stream(2, 128);
    std::vector<float> out(64, 1.0f);
    EXPECT_EQ(stream.read(64, 64, 1, out.data()), out.data());
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
    EXPECT_EQ(stream.read(0, 256, 0, out.data()), out.data());
    EXPECT_FLOAT_EQ(out[63], 64.0f);
    EXPECT_FLOAT_EQ(out[64], 0.0f);
    EXPECT_FLOAT_EQ(out[127], 0.0f);
    EXPECT_FLOAT_EQ(out[128], 129.0f);
}

TEST(Stream, IsReadWhereItLiesEvenAcrossTheWrap) {
    for (const int capacity : {128, 320, 512, 640, 1088, 4096}) {
        const int frames = std::min(capacity - 64, 512);
        Stream stream(2, capacity);
        for (FrameCount start = -2 * capacity; start < 3 * capacity; start += 64) {
            for (int channel = 0; channel < 2; ++channel) {
                const auto audio = ramp(start + 10000 * channel, 64);
                std::copy(audio.begin(), audio.end(), stream.begin_write(start, channel));
            }
            stream.end_write(start, 64);
            const FrameCount first = start + 64 - frames;
            if (first < -2 * capacity) continue;
            for (int channel = 0; channel < 2; ++channel) {
                const float* const read = stream.read(first, frames, channel, nullptr);
                for (int f = 0; f < frames; ++f)
                    ASSERT_EQ(read[f], static_cast<float>(first + f + 10000 * channel))
                        << "capacity " << capacity << ", frame " << first + f;
            }
        }
    }
}

TEST(Stream, IsWrittenInOnePieceAcrossTheWrap) {
    Stream stream(1, 1088);
    for (FrameCount start = 0; start < 20 * 512; start += 512) {
        const auto audio = ramp(start, 512);
        std::copy(audio.begin(), audio.end(), stream.begin_write(start, 0));
        stream.end_write(start, 512);
        for (FrameCount first = std::max<FrameCount>(start - 512, 0); first <= start; first += 64) {
            const float* const read = stream.read(first, 512, 0, nullptr);
            for (int f = 0; f < 512; ++f) ASSERT_EQ(read[f], static_cast<float>(first + f));
        }
    }
}

}  // namespace
}  // namespace dubplate::nodes
