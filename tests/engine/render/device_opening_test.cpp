#include "engine/render/device_opening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "kernels/device/twin/twin.h"
#include "tests/support/render_session.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using render::RenderJob;
using render::Workshop;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// The twin under the name of a CUDA device, of which is known how often it was described and opened. While `held`, opening
/// waits until it is let go.
struct Watched {
    std::atomic<int> described = 0, opened = 0;
    std::atomic<bool> held = false, opening = false;
} watched;

device::Status describe(std::int32_t index, device::DeviceFacts* facts, char* why, std::size_t size) {
    ++watched.described;
    return device::twin_backend()->describe(index, facts, why, size);
}

device::Status open(std::int32_t index, device::Context** context, char* why, std::size_t size) {
    ++watched.opened;
    watched.opening = true;
    for (int turn = 0; watched.held && turn < 10'000; ++turn) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    watched.opening = false;
    if (!watched.held) return device::twin_backend()->open(index, context, why, size);
    std::snprintf(why, size, "nobody let go");
    return device::Status::unavailable;
}

class DeviceOpening : public testing::Test {
protected:
    static void SetUpTestSuite() {
        static device::Backend table = *device::twin_backend();
        table.describe = describe;
        table.open = open;
        char address[32];
        std::snprintf(address, sizeof address, "%p", static_cast<const void*>(&table));
        setenv("DUBPLATE_TEST_TABLE", address, 1);
        setenv("DUBPLATE_CUDA_MODULE", DUBPLATE_TEST_MODULES "/libpassed_on.so", 1);
    }

    DeviceOpening() : session_(empty_session(folder_.path())) {
        watched.described = watched.opened = 0;
        watched.held = false;
        write_wav(folder_.file("room.wav"), {noise(9000, 3, 0.01)});
        write_wav(folder_.file("voice.wav"), {noise(20000, 5, 0.1)});
        for (int k = 0; k < 10; ++k) {
            session::Strip& track = add_track(session_, "Voice " + std::to_string(k), "voice.wav");
            track.inserts.push_back(insert("convolution", {{"impulse", "room.wav"}}));
        }
    }

    RenderJob job(const std::string& device) const {
        RenderJob made;
        made.output_folder = folder_.file("out");
        made.device = device;
        made.threads = 2;
        made.oversubscribe = true;
        made.executor = render::ExecutorKind::threads;
        return made;
    }
    /// Where responses have been read before: by check(), as the program does it, or, as here, by another render (check() runs
    /// on TBB, which thread sanitizers do not understand).
    Result<render::RenderReport> rendered_after_reading(const RenderJob& job,
                                                        const render::ProgressFunction& progress = {}) {
        Workshop workshop;
        EXPECT_TRUE(render::render(session_, this->job("cpu"), {}, &workshop));
        std::filesystem::remove_all(folder_.file("out"));
        return render::render(session_, job, progress, &workshop);
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(DeviceOpening, TakesPlaceBesideTheReadingOfInputs) {
    for (const char* device : {"auto", "cuda", "cuda:0"}) {
        SCOPED_TRACE(device);
        watched.opened = 0;
        watched.held = true;
        bool seen = false;
        const auto report = rendered_after_reading(job(device), [&](const render::Progress& now) {
            if (now.stage == render::Stage::reading && watched.opening) {
                seen = true;
                watched.held = false;
            }
            return true;
        });
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_TRUE(seen);
        EXPECT_THAT(report->device, StartsWith("cuda:0 "));
        EXPECT_EQ(watched.opened, 1);
    }
}

TEST_F(DeviceOpening, GivesTheBitsOfADeviceWhetherItWasOpenedBesideOrLater) {
    const auto beside = rendered_after_reading(job("auto"));
    const auto later = render::render(session_, job("auto"));  // no response was read before
    const auto twin = render::render(session_, job("hosttwin"));
    ASSERT_TRUE(beside && later && twin);
    EXPECT_EQ(later->device, beside->device);
    EXPECT_EQ(beside->outputs[0].file.sha256, twin->outputs[0].file.sha256);
    EXPECT_EQ(later->outputs[0].file.sha256, twin->outputs[0].file.sha256);
}

TEST_F(DeviceOpening, IsNotPaidForBySessionsThatHaveNoWorkForOne) {
    session_.strips.erase(session_.strips.begin() + 3, session_.strips.begin() + 10);  // of ten
    for (const bool read : {false, true}) {
        const auto report = read ? rendered_after_reading(job("auto")) : render::render(session_, job("auto"));
        ASSERT_TRUE(report);
        EXPECT_EQ(report->device, "cpu");
        EXPECT_EQ(watched.described, 0);
    }
    // One that was named is looked for, and left alone.
    const auto report = rendered_after_reading(job("cuda"));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->device, "cpu");
    EXPECT_GT(watched.described, 0);
    EXPECT_EQ(watched.opened, 0);
}

TEST_F(DeviceOpening, OfADeviceThatIsNotThereIsToldBeforeWhatIsWrongWithInputs) {
    std::filesystem::remove(folder_.file("voice.wav"));
    const auto wrong_device = render::render(session_, job("cuda:7"));
    ASSERT_FALSE(wrong_device);
    EXPECT_EQ(wrong_device.error().code, ErrorCode::device);
    EXPECT_THAT(wrong_device.error().message, HasSubstr("'cuda:7' cannot be used"));
    const auto wrong_input = render::render(session_, job("cuda:0"));
    ASSERT_FALSE(wrong_input);
    EXPECT_EQ(wrong_input.error().code, ErrorCode::not_found);
}

TEST_F(DeviceOpening, ThatFailsFailsTheRenderThatNamedItAndIsDoneWithoutWhereNoneWasNamed) {
    device::TwinFaults broken;
    broken.lost_at = 1;
    const device::InjectedTwinFaults faults(broken);
    const auto named = rendered_after_reading(job("cuda"));
    ASSERT_FALSE(named);
    EXPECT_EQ(named.error().code, ErrorCode::device);
    const auto chosen = rendered_after_reading(job("auto"));
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->device, "cpu");
    ASSERT_FALSE(chosen->warnings.empty());
    EXPECT_THAT(chosen->warnings[0].message, StartsWith("rendered on the CPU: "));
}

TEST_F(DeviceOpening, CanBeCancelled) {
    watched.held = true;
    const auto report = rendered_after_reading(job("cuda"), [&](const render::Progress&) {
        if (!watched.opening) return true;
        watched.held = false;
        return false;
    });
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::cancelled);
    EXPECT_THAT(std::filesystem::exists(folder_.file("out/mix.wav")), testing::IsFalse());
}

}  // namespace
}  // namespace dubplate::test
