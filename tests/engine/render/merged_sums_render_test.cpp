// Strips whose spectra are summed before their way back (engine/regions/merged_sums.h), as renders show it.

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/device/twin/touches.h"
#include "tests/support/device_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using Kind = render::StemSelection::Kind;

/// Thirty tracks, mono and stereo, into two buses and two sends; rooms of two sizes and three lengths, some with their dry
/// part, some behind an EQ, a few whose mix or fader moves. What plays is over after a second; a third bus is silent.
class MergedSums : public DeviceSession {
protected:
    static constexpr std::size_t kFrames = 48000;
    static constexpr int kTracks = 30;

    MergedSums() {
        for (const char* name : {"Bus 0", "Bus 1", "Quiet"}) add_bus(session_, name);
        for (int k = 0; k < 2; ++k) add_return(session_, "Return " + std::to_string(k));
        write_wav(folder_.file("silence.wav"), {Signal(kFrames, 0.0f)});
        for (int k = 0; k < kTracks; ++k) add_voice(k);
    }

    std::string response(int k, int channels) {
        const std::size_t frames[] = {3000, 50000, 70000};
        Audio audio;
        for (int c = 0; c < channels; ++c) {
            audio.push_back(noise(frames[k % 3], 70 + static_cast<std::uint64_t>(8 * k + c), 0.1));
            Signal& taps = audio.back();
            for (std::size_t n = 0; n < taps.size(); ++n)
                taps[n] *=
                    static_cast<float>(std::exp(-6.0 * static_cast<double>(n) / static_cast<double>(taps.size())));
        }
        const std::string name = "room" + std::to_string(k) + ".wav";
        write_wav(folder_.file(name), audio);
        return name;
    }

    void add_voice(int k) {
        const int channels = k % 2 == 0 ? 2 : 1;
        const std::string number = std::to_string(k), file = "voice" + number + ".wav";
        const bool quiet = k % 7 == 6;
        Audio audio;
        for (int c = 0; c < channels; ++c)
            audio.push_back(quiet ? Signal(kFrames, 0.0f)
                                  : noise(kFrames, static_cast<std::uint64_t>(100 + 2 * k + c), 0.1));
        write_wav(folder_.file(file), audio);
        session::Strip& track =
            add_track(session_, "Voice " + number, file,
                      channels == 2 ? Layout{Layout::Kind::stereo, 2} : Layout{Layout::Kind::mono, 1});
        track.output = quiet ? "Quiet" : "Bus " + std::to_string(k % 2);
        track.pan = 0.1 * (k % 9) - 0.4;
        track.fader = session::decibels(-0.5 * k);
        track.invert = k % 5 == 1;
        if (!quiet)
            track.sends = {{.to = "Return " + std::to_string(k / 4 % 2),
                            .pre_fader = k % 3 == 1,
                            .level = session::decibels(-9.0)}};
        if (k % 4 == 2) track.inserts.push_back(insert("linear_eq", {{"length", "0"}}));
        track.inserts.push_back(
            insert("convolution", {{"impulse", response(k, channels)}, {"mix", k % 6 == 3 ? "40 %" : "100 %"}}));
        if (k % 13 == 7) track.lanes.push_back(lane("fader", {{"0 s", "-20 dB"}, {"0.9 s", "0 dB"}}));
    }
};

TEST_F(MergedSums, NullAgainstTheCpuWithTheirBuses) {
    const auto buses = [](RenderJob& job) { job.stems.kind = Kind::each_bus; };
    expect_null(on("cpu", buses), on("hosttwin", buses));
}

/// Sixteen tracks of one bus: sixteen times two transforms back are two.
TEST_F(MergedSums, MoveFewerBytesThanStripsThatAreHeardApart) {
    std::erase_if(session_.strips, [](const session::Strip& strip) { return strip.kind == session::StripKind::track; });
    const std::string room = response(1, 2);
    for (int k = 0; k < 16; ++k) {
        session::Strip& track =
            add_track(session_, "Track " + std::to_string(k), "voice0.wav", Layout{Layout::Kind::stereo, 2});
        track.output = "Bus 0";
        track.inserts.push_back(insert("convolution", {{"impulse", room}}));
    }
    const auto bytes = [&] {
        const std::uint64_t before = device::twin::touched_bytes();
        on("hosttwin");
        return static_cast<double>(device::twin::touched_bytes() - before);
    };
    const double merged = bytes();
    for (session::Strip& strip : session_.strips)
        if (strip.kind == session::StripKind::track)
            strip.lanes.push_back(lane("fader", {{"0 s", "-20 dB"}, {"60 s", "-19 dB"}}));
    EXPECT_LT(merged, 0.75 * bytes());
}

TEST_F(MergedSums, DoNotDependOnChunksThreadsOrDelays) {
    expect_that_chunks_threads_and_delays_change_no_bit({8192, 24576, 65536});
    const Rendered reference = on("hosttwin");
    device::TwinFaults slow;
    slow.most_delay_us = 300;
    const device::InjectedTwinFaults faults(slow);
    EXPECT_THAT(differing(on("hosttwin",
                             [](RenderJob& job) {
                                 job.executor = render::ExecutorKind::threads;
                                 job.threads = 5;
                                 job.chunk_frames = 16384;
                             }),
                          reference),
                testing::IsEmpty());
}

TEST_F(MergedSums, DoNotDependOnTheDevicesMemory) { EXPECT_GT(renders_in_less_memory(std::uint64_t{1} << 29), 3); }

TEST_F(MergedSums, DoNotDependOnStemsThatAreAskedFor) {
    const std::string none = mix_hash([](RenderJob& job) { job.stems.kind = Kind::none; });
    for (const Kind kind : {Kind::each_bus, Kind::each_track})
        EXPECT_EQ(mix_hash([&](RenderJob& job) { job.stems.kind = kind; }), none);
}

/// A part of a merged group, as stems hear it: its strips come out by themselves.
TEST_F(MergedSums, StemsOfSomeOfTheirStripsNullToo) {
    session_.stems.push_back({.name = "Some", .strips = {"Voice 0", "Voice 4", "Voice 12", "Voice 28"}, .place = {}});
    session_.stems.push_back({.name = "Others", .strips = {"Bus 1", "Voice 2"}, .place = {}});
    const auto stems = [](RenderJob& job) { job.stems.kind = Kind::all; };
    const Rendered device = on("hosttwin", stems);
    expect_null(on("cpu", stems), device);
    EXPECT_EQ(device.hashes.at("mix"), mix_hash([](RenderJob& job) { job.stems.kind = Kind::none; }));
}

TEST_F(MergedSums, ARangeIsACutOfTheWhole) { expect_that_a_range_is_a_cut_of_the_whole(); }

TEST_F(MergedSums, WhereNothingSoundsIsDigitalSilence) {
    const Rendered rendered = on("hosttwin", [](RenderJob& job) {
        job.stems.kind = Kind::each_bus;
        job.to = session::frames(300000);
    });
    for (const Signal& channel : rendered.outputs.at("Quiet"))
        EXPECT_TRUE(std::all_of(channel.begin(), channel.end(), [](float sample) { return sample == 0.0f; }));
    // Blocks of 16384 frames and the one before them hold nothing from 180000 on, responses have ended 70000 later.
    for (const auto& [name, audio] : rendered.outputs)
        for (const Signal& channel : audio)
            EXPECT_TRUE(std::all_of(channel.begin() + 180000, channel.end(), [](float sample) {
                return sample == 0.0f;
            })) << name;
}

}  // namespace
}  // namespace dubplate::test
