#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "tests/support/device_session.h"
#include "tests/support/session_fuzzer.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using device::InjectedTwinFaults;
using device::TwinFaults;
using render::RenderJob;
using session::StripKind;
using Kind = render::StemSelection::Kind;

/// Twenty tracks that convolve after other inserts, before them, or not at all, with responses of many lengths, some of
/// them automated; buses, sends, two returns.
class Rooms : public DeviceSession {
protected:
    static constexpr std::size_t kFrames = 60000;
    static constexpr int kTracks = 20;

    Rooms() {
        for (int k = 0; k < 4; ++k) add_bus(session_, "Bus " + std::to_string(k));
        for (int k = 0; k < 2; ++k) {
            session::Strip& room = add_return(session_, "Room " + std::to_string(k));
            room.inserts.push_back(
                insert("convolution", {{"impulse", response("room" + std::to_string(k), 2, 30000)}}));
        }
        strip(session_, "Bus 1").inserts.push_back(insert("convolution", {{"impulse", response("true", 4, 5000)}}));
        for (int k = 0; k < kTracks; ++k) add_voice(k);
    }

    std::string response(const std::string& name, int channels, std::size_t frames) {
        Audio audio;
        for (int c = 0; c < channels; ++c) {
            Signal taps = noise(frames, 77 + static_cast<std::uint64_t>(c) + name.back(), 0.2);
            for (std::size_t n = 0; n < frames; ++n)
                taps[n] *= static_cast<float>(std::exp(-6.0 * static_cast<double>(n) / static_cast<double>(frames)));
            audio.push_back(std::move(taps));
        }
        write_wav(folder_.file(name + ".wav"), audio);
        return name + ".wav";
    }

    void add_voice(int k) {
        const std::string number = std::to_string(k), name = "Voice " + number;
        const bool stereo = k % 3 == 0;
        Audio audio{noise(kFrames, 10 + static_cast<std::uint64_t>(k), 0.1)};
        if (stereo) audio.push_back(noise(kFrames, 50 + static_cast<std::uint64_t>(k), 0.1));
        write_wav(folder_.file("voice" + number + ".wav"), audio);
        session::Strip& track = add_track(session_, name, "voice" + number + ".wav",
                                          stereo ? Layout{Layout::Kind::stereo, 2} : Layout{Layout::Kind::mono, 1});
        track.output = "Bus " + std::to_string(k % 4);
        track.invert = k % 5 == 1;
        track.sends = {
            {.to = "Room " + std::to_string(k % 2), .pre_fader = k % 3 == 1, .level = session::decibels(-9.0)}};
        if (k % 2 == 0) track.inserts.push_back(insert("compressor", {{"threshold", "-30 dB"}, {"ratio", "3"}}));
        if (k % 7 == 3) track.inserts.push_back(insert("linear_eq", {{"length", k % 2 ? "0" : "2"}}));
        if (k % 4 != 3) {
            const std::size_t taps[] = {700, 3000, 17000, 60000};
            track.inserts.push_back(
                insert("convolution", {{"impulse", response("own" + number, stereo ? 2 : 1, taps[k % 4])},
                                       {"mix", k % 5 == 0 ? "40 %" : "100 %"},
                                       {"predelay", k % 6 == 0 ? "13 ms" : "0 ms"}}));
            if (k % 10 == 5)
                track.lanes.push_back(lane("inserts/" + std::to_string(track.inserts.size() - 1) + "/mix",
                                           {{"0 s", "10 %"}, {"1 s", "90 %"}}));
        }
        if (k % 11 == 4) track.inserts.push_back(insert("trim", {{"gain", "-3 dB"}}));
        if (k % 4 == 2) track.lanes.push_back(lane("fader", {{"0 s", "-20 dB"}, {"0.9 s", "0 dB"}}));
    }
};

TEST_F(Rooms, OnTheTwinNullAgainstTheCpu) { expect_null(on("cpu"), on("hosttwin")); }

TEST_F(Rooms, WithAStemOfEveryTrackNullToo) {
    const auto stems = [](RenderJob& job) { job.stems.kind = Kind::each_track; };
    expect_null(on("cpu", stems), on("hosttwin", stems));
}

TEST_F(Rooms, ChunksThreadsAndDelaysChangeNoBit) {
    expect_that_chunks_threads_and_delays_change_no_bit({8192, 24576, -1});
}

TEST_F(Rooms, StemsThatAreAskedForChangeNoBitOfTheMix) {
    const auto hash = [&](Kind kind) { return mix_hash([&](RenderJob& job) { job.stems.kind = kind; }); };
    const std::string none = hash(Kind::none);
    EXPECT_EQ(hash(Kind::each_bus), none);
    EXPECT_EQ(hash(Kind::each_track), none);
}

TEST_F(Rooms, ARangeIsACutOfTheWhole) { expect_that_a_range_is_a_cut_of_the_whole(); }

TEST_F(Rooms, LittleMemoryMeansSmallerWavesAndTheSameBits) {
    EXPECT_GT(renders_in_less_memory(std::uint64_t{1} << 30), 0);
}

TEST_F(Rooms, ADeviceThatIsLostFailsTheRenderThatNamedItAndLeavesNoFile) {
    for (const auto queue : {device::Queue::up, device::Queue::compute, device::Queue::down}) {
        TwinFaults broken;
        broken.lost_queue = queue;
        broken.lost_at = queue == device::Queue::compute ? 400 : 2;
        const InjectedTwinFaults faults(broken);
        RenderJob job;
        job.output_folder = folder_.file("lost");
        job.device = "hosttwin";
        job.chunk_frames = 8192;
        const auto report = render::render(session_, job);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, ErrorCode::device);
        EXPECT_FALSE(std::filesystem::exists(folder_.file("lost") + "/mix.wav"));
    }
}

/// A process loads one module, so this is the one test that looks for CUDA devices.
TEST_F(Rooms, ADeviceThatIsLostIsDoneWithoutWhereNoneWasNamed) {
    char address[32];
    std::snprintf(address, sizeof address, "%p", static_cast<const void*>(device::twin_backend()));
    setenv("DUBPLATE_TEST_TABLE", address, 1);
    setenv("DUBPLATE_CUDA_MODULE", DUBPLATE_TEST_MODULES "/libpassed_on.so", 1);
    const auto short_chunks = [](RenderJob& job) { job.chunk_frames = 8192; };
    const Rendered chosen = on("auto", short_chunks);
    EXPECT_THAT(chosen.report.device, testing::StartsWith("cuda:0"));
    EXPECT_THAT(differing(chosen, on("hosttwin")), testing::IsEmpty());
    TwinFaults broken;
    broken.lost_at = 300;
    const InjectedTwinFaults faults(broken);
    const Rendered without = on("auto", short_chunks);
    EXPECT_EQ(without.report.device, "cpu");
    ASSERT_EQ(without.report.warnings.size(), 1u);
    EXPECT_THAT(without.report.warnings[0].message, testing::StartsWith("rendered on the CPU: "));
    EXPECT_THAT(differing(without, on("cpu")), testing::IsEmpty());
}

TEST_F(Rooms, CancellingStopsWhatTheDeviceDoes) {
    TwinFaults slow;
    slow.most_delay_us = 2000;
    const InjectedTwinFaults faults(slow);
    RenderJob job;
    job.output_folder = folder_.file("cancelled");
    job.device = "hosttwin";
    job.chunk_frames = 8192;
    const auto report = render::render(session_, job, [](const render::Progress& progress) {
        return progress.stage != render::Stage::rendering || progress.frames_done == 0;
    });
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::cancelled);
}

TEST(DeviceParity, SessionsWithoutConvolutionAreTheSameBits) {
    TempFolder folder;
    session::Session session = random_session(4711, folder.path());
    for (session::Strip& strip : session.strips)
        std::erase_if(strip.inserts, [](const session::Insert& insert) {
            return insert.processor == "convolution" || insert.processor == "linear_eq";
        });
    for (session::Strip& strip : session.strips) strip.lanes.clear();
    const auto on = [&](const char* device) {
        return render(session, folder.path(), [&](RenderJob& job) { job.device = device; });
    };
    EXPECT_THAT(differing(on("cpu"), on("hosttwin")), testing::IsEmpty());
}

}  // namespace
}  // namespace dubplate::test
