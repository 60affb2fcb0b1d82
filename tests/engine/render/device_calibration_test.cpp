#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/render/calibration.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

/// Renders of five seconds on the twin, as it was or was not measured.
class MeasuredTwin : public testing::Test {
protected:
    MeasuredTwin() : session_(empty_session(folder_.path())) {
        write_wav(folder_.file("room.wav"), {noise(20000, 3, 0.01)});
        write_wav(folder_.file("voice.wav"), {noise(5 * 48000, 10, 0.1)});
        for (int k = 0; k < 3; ++k) {
            session::Strip& track = add_track(session_, "Voice " + std::to_string(k), "voice.wav");
            track.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}}));
        }
    }

    /// What a device of these habits is measured to be.
    std::string measured(const std::string& device, double turn_seconds, double pinned_seconds,
                         std::size_t fastest_wave) {
        render::Calibration made{device, "2026-11-22T01:02:03Z", {}};
        made.rates = {0.1,
                      pinned_seconds,
                      1e-6,
                      turn_seconds,
                      1e9,
                      std::uint64_t{2} << 30,
                      {{65536, 1e9, 1e9, 1e9}},
                      {{fastest_wave, 2e9}, {1 << 25, 1e9}}};
        EXPECT_TRUE(render::write_calibrations(folder_.file("calibration.json"), {made}));
        return folder_.file("calibration.json");
    }

    Rendered rendered(const std::string& calibration, FrameCount chunk_frames = 0) {
        return render(session_, folder_.path(), [&](render::RenderJob& job) {
            job.device = "hosttwin";
            job.stems.kind = render::StemSelection::Kind::each_track;
            job.calibration_path = calibration;
            job.chunk_frames = chunk_frames;
        });
    }

    TempFolder folder_;
    session::Session session_;
};

/// Six seconds are the first that hold all of it.
constexpr FrameCount kUnmeasured = 131072, kTwoSeconds = 98304, kSixSeconds = 294912;

TEST_F(MeasuredTwin, RunsInOtherChunksAndWavesAndGivesTheSameBits) {
    const Rendered reference = rendered(folder_.file("nothing"));
    EXPECT_EQ(reference.report.chunk_frames, kUnmeasured);
    EXPECT_EQ(reference.report.device, "hosttwin");
    const Rendered brief = rendered(measured("hosttwin", 1e-6, 1e-3, 1 << 14));
    EXPECT_EQ(brief.report.chunk_frames, kTwoSeconds);
    EXPECT_THAT(differing(brief, reference), testing::IsEmpty());
    const Rendered lengthy = rendered(measured("hosttwin", 10.0, 1e-12, 1 << 22));
    EXPECT_EQ(lengthy.report.chunk_frames, kSixSeconds);
    EXPECT_THAT(differing(lengthy, reference), testing::IsEmpty());
}

TEST_F(MeasuredTwin, RunsInTheChunksThatAJobNames) {
    EXPECT_EQ(rendered(measured("hosttwin", 10.0, 1e-12, 1 << 22), 16384).report.chunk_frames, 16384);
}

TEST_F(MeasuredTwin, IsTakenForUnmeasuredWhereTheFileIsOfAnotherDeviceOrNone) {
    EXPECT_EQ(rendered(measured("hosttwin, another", 10.0, 1e-12, 1 << 22)).report.chunk_frames, kUnmeasured);
    std::ofstream(folder_.file("broken.json")) << "{\"schema\": \"dubplate-calibration-1\"";
    EXPECT_EQ(rendered(folder_.file("broken.json")).report.chunk_frames, kUnmeasured);
}

}  // namespace
}  // namespace dubplate::test
