#include "engine/regions/resident_audio.h"

#include <gtest/gtest.h>

#include <memory>

#include "kernels/device/twin/twin.h"

namespace dubplate::regions {
namespace {

constexpr FrameCount kTile = ResidentAudio::kTileFrames;

/// Sources of two tiles and a half, 4 bytes a frame, in a device that holds `memory_bytes`.
class ResidentSamples : public testing::Test {
protected:
    static constexpr std::size_t kTileBytes = kTile * 4;
    static constexpr FrameCount kFrames = 2 * kTile + kTile / 2;

    /// `memory_bytes` beyond what is left free.
    void open(std::uint64_t memory_bytes = std::uint64_t{64} << 20) {
        device::TwinFaults faults;
        faults.memory_bytes = memory_bytes + (std::uint64_t{64} << 20);
        const device::InjectedTwinFaults injected(faults);
        device_ = std::move(Device::open(*device::twin_backend(), 0).value());
        audio_ = std::make_unique<ResidentAudio>(*device_);
    }
    void render(std::initializer_list<std::uint64_t> sources) {
        std::vector<ResidentAudio::Wanted> wanted;
        for (const std::uint64_t source : sources) wanted.push_back({{source, 0, kFrames}, kFrames, 4});
        static_cast<void>(device_->ask([&]() -> Result<void> {
            audio_->begin_render();
            audio_->reserve(wanted);
            return {};
        }));
    }
    /// Claims and sends up.
    void send(std::uint64_t source, FrameCount start, FrameCount count) {
        const auto place = audio_->find({source, start, count}, 1);
        ASSERT_TRUE(place.memory);
        ASSERT_FALSE(place.is_there);
        ASSERT_EQ(place.count, count);
        audio_->arrived({source, start, count});
    }

    std::unique_ptr<Device> device_;
    std::unique_ptr<ResidentAudio> audio_;
};

TEST_F(ResidentSamples, AreClaimedOnceAndFoundOnceTheyHaveArrived) {
    open();
    render({1});
    const ResidentAudio::Frames frames{1, 1000, 5000};
    const auto first = audio_->find(frames, 512);
    ASSERT_TRUE(first.memory);
    EXPECT_FALSE(first.is_there);
    EXPECT_EQ(first.count, 5000);
    EXPECT_EQ(audio_->find(frames, 512).memory, nullptr);
    audio_->arrived(frames);
    const auto second = audio_->find({1, 2000, 9000}, 512);
    EXPECT_TRUE(second.is_there);
    EXPECT_EQ(second.memory, first.memory + 4 * 1000);
    EXPECT_EQ(second.count, 4000);
    EXPECT_EQ(audio_->found_bytes(), 4u * 4000);
    const auto rest = audio_->find({1, 6000, 5000}, 512);
    EXPECT_FALSE(rest.is_there);
    EXPECT_EQ(rest.memory, first.memory + 4 * 5000);
    EXPECT_EQ(rest.count, 5000);
}

TEST_F(ResidentSamples, EndAtTilesAndBeforeWhatIsClaimed) {
    open();
    render({1});
    EXPECT_EQ(audio_->find({1, kTile - 100, 5000}, 512).count, 100);
    send(1, 10000, 1000);
    const auto gap = audio_->find({1, 9000, 5000}, 512);
    EXPECT_FALSE(gap.is_there);
    EXPECT_EQ(gap.count, 1000);
    const auto short_gap = audio_->find({1, 8900, 50}, 512);
    EXPECT_EQ(short_gap.count, 50);
    // Too little before what is there: it goes its own way, with what follows.
    const auto none = audio_->find({1, 8970, 5000}, 512);
    EXPECT_EQ(none.memory, nullptr);
    EXPECT_EQ(none.count, 512);
}

TEST_F(ResidentSamples, BecomeOneWithTheirNeighbours) {
    open();
    render({1});
    send(1, 0, 1000);
    send(1, 2000, 1000);
    send(1, 1000, 1000);
    const auto all = audio_->find({1, 0, 3000}, 512);
    EXPECT_TRUE(all.is_there);
    EXPECT_EQ(all.count, 3000);
    EXPECT_TRUE(audio_->is_there({1, 500, 2500}));
    EXPECT_FALSE(audio_->is_there({1, 500, 2501}));
    EXPECT_FALSE(audio_->is_there({2, 0, 1}));
}

TEST_F(ResidentSamples, ThatNeverArrivedAreClaimedAnewByTheNextRender) {
    open();
    render({1});
    audio_->find({1, 0, 1000}, 512);
    render({1});
    EXPECT_TRUE(audio_->find({1, 0, 1000}, 512).memory);
}

TEST_F(ResidentSamples, HaveNoPlaceWhereNoneWasReserved) {
    open();
    render({1});
    EXPECT_EQ(audio_->find({2, 0, 1000}, 512).memory, nullptr);
    EXPECT_EQ(audio_->find({2, 0, 1000}, 512).count, 1000);
}

TEST_F(ResidentSamples, LeaveSomeOfTheMemoryAndTakeWhatFits) {
    open(2 * kTileBytes + kTileBytes / 4);
    render({1});
    EXPECT_TRUE(audio_->find({1, 0, 1000}, 512).memory);
    EXPECT_TRUE(audio_->find({1, kTile, 1000}, 512).memory);
    EXPECT_EQ(audio_->find({1, 2 * kTile, 1000}, 512).memory, nullptr);
    EXPECT_EQ(audio_->slab_bytes(), 2 * kTileBytes + kTileBytes / 4);
}

TEST_F(ResidentSamples, ThatARenderHasNoUseForMakeRoom) {
    open(4 * kTileBytes);
    render({1});
    send(1, 0, 1000);
    render({2});
    EXPECT_TRUE(audio_->find({2, 0, 1000}, 512).memory);
    EXPECT_EQ(audio_->find({1, 0, 1000}, 512).memory, nullptr);
    EXPECT_FALSE(device_->ask([&]() -> Result<void> {
        return audio_->make_room() ? Result<void>{} : fail(ErrorCode::out_of_memory, "in use");
    }));
    static_cast<void>(device_->ask([&]() -> Result<void> {
        audio_->begin_render();
        EXPECT_TRUE(audio_->make_room());
        while (audio_->make_room()) {
        }
        return {};
    }));
    EXPECT_EQ(audio_->slab_bytes(), 0u);
}

}  // namespace
}  // namespace dubplate::regions
