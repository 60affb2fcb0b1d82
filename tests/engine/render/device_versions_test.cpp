#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "engine/render/workshop.h"
#include "kernels/device/twin/twin.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using device::InjectedTwinFaults;
using device::TwinFaults;
using render::RenderJob;
using render::Workshop;
using session::Session;

/// Tracks whose clips go to the device as their files hold them, on std::threads; and a version with another mix.
class VersionsOnADevice : public testing::Test {
protected:
    static constexpr int kTracks = 5;
    static constexpr std::int64_t kFrames = 20000, kFrameBytes = 4;

    VersionsOnADevice() : session_(empty_session(folder_.path())) {
        add_bus(session_, "Bus");
        write_wav(folder_.file("room.wav"), {noise(9000, 3, 0.01)});
        for (int k = 0; k < kTracks; ++k) {
            const std::string name = "Voice " + std::to_string(k);
            write_wav(folder_.file(name + ".wav"), {noise(kFrames, 10 + static_cast<std::uint64_t>(k), 0.1)});
            session::Strip& track = add_track(session_, name, name + ".wav");
            track.output = k % 2 == 0 ? "Bus" : "Master";
            track.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}}));
        }
        other_ = session_;
        strip(other_, "Voice 1").fader = session::decibels(-9.0);
        strip(other_, "Voice 2").pan = -0.5;
    }

    RenderJob job(const std::string& folder = "out") const {
        RenderJob made;
        made.output_folder = folder_.file(folder);
        made.device = "hosttwin";
        made.executor = render::ExecutorKind::threads;
        made.threads = 3;
        made.oversubscribe = true;
        made.chunk_frames = 8192;
        made.stems.kind = render::StemSelection::Kind::each_bus;
        return made;
    }
    Result<render::RenderReport> rendered(const Session& session, Workshop* workshop = nullptr,
                                          const render::ProgressFunction& progress = {}) const {
        return render::render(session, job(), progress, workshop);
    }
    render::RenderReport report(const Session& session, Workshop* workshop = nullptr) const {
        auto made = rendered(session, workshop);
        if (!made) throw std::runtime_error(made.error().message);
        return std::move(*made);
    }
    /// Of outputs and inputs.
    static std::vector<std::string> hashes(const render::RenderReport& report) {
        std::vector<std::string> all;
        for (const auto& output : report.outputs) all.push_back(output.file.sha256);
        for (const auto& input : report.inputs) all.push_back(input.hash.xxh3_128);
        return all;
    }

    TempFolder folder_;
    Session session_, other_;
};

TEST_F(VersionsOnADevice, AreWhatEachIsAlone) {
    Workshop workshop;
    for (const Session* session : {&session_, &other_, &session_})
        EXPECT_EQ(hashes(report(*session, &workshop)), hashes(report(*session)));
}

TEST_F(VersionsOnADevice, SendUpOnlyWhatIsNewAndReadNothingElse) {
    constexpr std::int64_t kSampleBytes = kTracks * kFrames * kFrameBytes;
    Workshop workshop;
    const auto first = report(session_, &workshop), second = report(other_, &workshop);
    ASSERT_TRUE(first.traffic && second.traffic);
    EXPECT_EQ(first.traffic->resident_bytes, 0);
    EXPECT_EQ(second.traffic->resident_bytes, kSampleBytes);
    EXPECT_GT(first.traffic->copied_up_bytes, kSampleBytes);
    EXPECT_LT(second.traffic->copied_up_bytes, kSampleBytes / 4);
    write_wav(folder_.file("new.wav"), {noise(kFrames, 99, 0.1)});
    strip(other_, "Voice 3").clips[0].file = "new.wav";
    const auto third = report(other_, &workshop);
    EXPECT_EQ(third.traffic->resident_bytes, (kTracks - 1) * kFrames * kFrameBytes);
    EXPECT_EQ(hashes(third), hashes(report(other_)));
}

TEST_F(VersionsOnADevice, KeepNothingThereWhereAWorkshopIsForOneRender) {
    Workshop workshop(Workshop::Renders::one);
    report(session_, &workshop);
    EXPECT_EQ(report(session_, &workshop).traffic->resident_bytes, 0);
}

TEST_F(VersionsOnADevice, GiveTheSameBitsHoweverLittleMemoryThereIs) {
    const auto alone = hashes(report(session_)), other = hashes(report(other_));
    TwinFaults small;
    bool found_all = false, found_less = false;
    for (small.memory_bytes = std::uint64_t{84} << 20;; small.memory_bytes -= small.memory_bytes / 7) {
        const InjectedTwinFaults faults(small);
        Workshop workshop;
        const auto first = rendered(session_, &workshop);
        if (!first) {
            EXPECT_EQ(first.error().code, ErrorCode::device);
            EXPECT_FALSE(rendered(session_)) << "it would do alone with " << small.memory_bytes;
            break;
        }
        EXPECT_EQ(hashes(*first), alone);
        const auto second = rendered(other_, &workshop);
        ASSERT_TRUE(second) << small.memory_bytes << ": " << second.error().message;
        EXPECT_EQ(hashes(*second), other) << small.memory_bytes;
        const std::int64_t bytes = second->traffic->resident_bytes;
        (bytes == kTracks * kFrames * kFrameBytes ? found_all : found_less) = true;
    }
    EXPECT_TRUE(found_all);
    EXPECT_TRUE(found_less);
}

TEST_F(VersionsOnADevice, MakeRoomForOnesThatNeedMore) {
    Session large = session_;
    for (session::Strip& track : large.strips)
        if (track.name.starts_with("Voice")) track.inserts.push_back(track.inserts[0]);
    TwinFaults small;
    const auto expected = hashes(report(large));
    // What is kept beside 64 MiB stands in the way of what is larger.
    for (const std::uint64_t room : {8, 12, 16, 24}) {
        small.memory_bytes = (64 + room) << 20;
        const InjectedTwinFaults faults(small);
        Workshop workshop;
        report(session_, &workshop);
        const auto after = rendered(large, &workshop);
        ASSERT_TRUE(after) << small.memory_bytes << ": " << after.error().message;
        EXPECT_EQ(hashes(*after), expected);
    }
}

TEST_F(VersionsOnADevice, ReadAFileAnewThatWasChangedBetweenThem) {
    Workshop workshop;
    const auto before = hashes(report(session_, &workshop));
    const auto time = std::filesystem::last_write_time(folder_.file("Voice 0.wav"));
    write_wav(folder_.file("Voice 0.wav"), {noise(kFrames, 1234, 0.1)});
    std::filesystem::last_write_time(folder_.file("Voice 0.wav"), time);
    const auto after = hashes(report(session_, &workshop));
    EXPECT_NE(after, before);
    EXPECT_EQ(after, hashes(report(session_)));
}

TEST_F(VersionsOnADevice, GoOnAfterOneThatWasCancelledOrLostItsDevice) {
    const auto expected = hashes(report(other_));
    TwinFaults slow;
    slow.most_delay_us = 300;
    {
        const InjectedTwinFaults faults(slow);
        Workshop workshop;
        const auto late = [](const render::Progress& now) { return now.stage == render::Stage::reading; };
        EXPECT_EQ(rendered(session_, &workshop, late).error().code, ErrorCode::cancelled);
        EXPECT_EQ(hashes(report(other_, &workshop)), expected);
        EXPECT_EQ(hashes(report(other_, &workshop)), expected);
    }
    TwinFaults broken;
    broken.lost_queue = device::Queue::up;
    broken.lost_at = 3;
    Workshop workshop;
    {
        const InjectedTwinFaults faults(broken);
        EXPECT_EQ(rendered(session_, &workshop).error().code, ErrorCode::device);
    }
    EXPECT_EQ(hashes(report(other_, &workshop)), expected);
}

TEST_F(VersionsOnADevice, MayCutTheirFilesAnyWay) {
    std::mt19937 random(7);
    const auto number = [&](std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(0, most)(random); };
    // Of one file on several tracks, so that one finds what another has claimed.
    TwinFaults slow;
    slow.most_delay_us = 100;
    const InjectedTwinFaults faults(slow);
    Workshop workshop;
    for (int version = 0; version < 4; ++version) {
        Session cut = session_;
        for (session::Strip& track : cut.strips) {
            if (!track.name.starts_with("Voice")) continue;
            track.clips.resize(1);
            const session::Clip whole = track.clips[0];
            track.clips.clear();
            for (std::int64_t at = number(700); at < 18000;) {
                session::Clip clip = whole;
                clip.file = number(1) == 0 ? "Voice 0.wav" : whole.file;
                clip.offset = session::frames(number(kFrames / 2));
                const std::int64_t length = 600 + number(5000);
                clip.start = session::frames(at);
                clip.length = session::frames(length);
                at += length + number(1) * number(900);
                track.clips.push_back(std::move(clip));
            }
        }
        EXPECT_EQ(hashes(report(cut, &workshop)), hashes(report(cut))) << version;
    }
}

}  // namespace
}  // namespace dubplate::test
