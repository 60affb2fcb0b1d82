#include "engine/render/window.h"

#include <gtest/gtest.h>

namespace dubplate::render {
namespace {

/// The chunk a render of so many frames gets, with so many stereo streams beside the mix and the premaster.
FrameCount chunk_of(FrameCount frames, std::size_t streams, FrameCount asked = 0) {
    graph::Plan plan;
    plan.streams.resize(streams + 2);
    plan.mix = static_cast<int>(streams);
    plan.premaster = plan.mix + 1;
    RenderJob job;
    job.chunk_frames = asked;
    job.threads = 2;
    RenderWindow window;
    window.frames.end = frames;
    return program_settings(job, window, plan, {}).chunk_frames;
}

constexpr FrameCount kMinute = 48000 * 60;

TEST(Window, LongRendersRunInLongerChunks) {
    EXPECT_EQ(chunk_of(48000, 10), 32768);
    EXPECT_EQ(chunk_of(kMinute, 10), 32768);
    EXPECT_EQ(chunk_of(3 * kMinute, 10), 65536);
    EXPECT_EQ(chunk_of(60 * kMinute, 10), 65536);
}

TEST(Window, ManyStreamsRunInShorterChunks) {
    EXPECT_EQ(chunk_of(3 * kMinute, 100), 65536);
    EXPECT_EQ(chunk_of(3 * kMinute, 200), 32768);
    EXPECT_EQ(chunk_of(3 * kMinute, 400), 16384);
    EXPECT_EQ(chunk_of(3 * kMinute, 5000), 8192);
}

TEST(Window, ChunksAreAsLongAsTheJobAsks) {
    EXPECT_EQ(chunk_of(3 * kMinute, 5000, 131072), 131072);
    EXPECT_EQ(chunk_of(10000, 5000, -1), 16384);
}

}  // namespace
}  // namespace dubplate::render
