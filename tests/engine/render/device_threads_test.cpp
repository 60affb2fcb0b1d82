#include <gtest/gtest.h>

#include "kernels/device/twin/twin.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using device::InjectedTwinFaults;
using device::TwinFaults;
using render::RenderJob;

/// Regions small enough to run under a sanitizer, on std::threads: Debian's TBB is not instrumented.
class DeviceThreads : public testing::Test {
protected:
    DeviceThreads() : session_(empty_session(folder_.path())) {
        add_bus(session_, "Bus");
        write_wav(folder_.file("room.wav"), {noise(9000, 3, 0.01)});
        for (int k = 0; k < 10; ++k) {
            const std::string name = "Voice " + std::to_string(k);
            write_wav(folder_.file(name + ".wav"), {noise(20000, 10 + static_cast<std::uint64_t>(k), 0.1)});
            session::Strip& track = add_track(session_, name, name + ".wav");
            if (k % 2 == 0) track.output = "Bus";
            if (k % 3 == 0) track.inserts.push_back(insert("trim", {{"gain", "-3 dB"}}));
            track.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}}));
            if (k % 4 != 1) continue;
            track.inserts.push_back(insert("linear_eq", {{"length", "0"}, {"bands/0/gain", "3 dB"}}));
            track.lanes = {lane("inserts/" + std::to_string(track.inserts.size() - 1) + "/bands/0/gain",
                                {{"0 s", "3 dB"}, {"0.3 s", "-3 dB"}})};
        }
    }

    RenderJob job() const {
        RenderJob made;
        made.output_folder = folder_.file("out");
        made.device = "hosttwin";
        made.executor = render::ExecutorKind::threads;
        made.threads = 3;
        made.oversubscribe = true;
        made.chunk_frames = 8192;
        return made;
    }
    std::string mix_hash() const {
        const auto report = render::render(session_, job());
        if (!report) return report.error().message;
        for (const render::OutputReport& output : report->outputs)
            if (output.kind == render::OutputKind::mix) return output.file.sha256;
        return "no mix";
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(DeviceThreads, ChunksInFlightGiveTheSameBitsHoweverSlowTheDeviceIs) {
    const std::string reference = mix_hash();
    EXPECT_EQ(reference.size(), 64u) << reference;
    TwinFaults slow;
    slow.most_delay_us = 200;
    const InjectedTwinFaults faults(slow);
    EXPECT_EQ(mix_hash(), reference);
}

TEST_F(DeviceThreads, ALostDeviceEndsTheRenderCleanly) {
    TwinFaults broken;
    broken.lost_at = 60;
    const InjectedTwinFaults faults(broken);
    const auto report = render::render(session_, job());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::device);
}

TEST_F(DeviceThreads, ACancelledRenderStopsCleanly) {
    TwinFaults slow;
    slow.most_delay_us = 500;
    const InjectedTwinFaults faults(slow);
    const auto report =
        render::render(session_, job(), [](const render::Progress& now) { return now.frames_total == 0; });
    if (!report) {
        EXPECT_EQ(report.error().code, ErrorCode::cancelled);
    }
}

}  // namespace
}  // namespace dubplate::test
