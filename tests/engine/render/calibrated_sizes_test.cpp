#include "engine/render/calibrated_sizes.h"

#include <gtest/gtest.h>

namespace dubplate::render {
namespace {

constexpr int kRate = 48000;
constexpr FrameCount kMinutes = 180 * kRate;
constexpr FrameCount kTwoSeconds = 98304, kEightSeconds = 385024;  // up to the next 8192

/// About what GPU and bus are taken to be.
regions::DeviceRates rates() {
    return {0.3,
            2e-10,
            3e-6,
            2e-5,
            1e11,
            100'000'000'000,
            {{65536, 5e9, 5e9, 4e9}, {1 << 26, 5e10, 5e10, 4e10}},
            {{1 << 17, 9e10}, {1 << 23, 1e11}}};
}

/// 256 stereo tracks of a response of 3 s.
DeviceWork work() {
    DeviceWork made;
    made.up_bytes = 256 * 8.0;
    made.down_bytes = 64 * 8.0;
    made.kept_bytes = 256 * 24.0;
    made.numbers = 256 * 12.0;
    made.multiplies = 256 * 2 * 18.0;
    made.chunk_numbers = made.multiplies * 8192;
    made.strips = 256;
    made.stages = 1;
    return made;
}

FrameCount chunk(const regions::DeviceRates& given, FrameCount frames = kMinutes) {
    return calibrated_chunk(given, work(), frames, kRate, 2, [](FrameCount) { return true; });
}

TEST(CalibratedSizes, AreTheLongestWhereAChunkCostsMuchHoweverShortItIs) {
    regions::DeviceRates slow = rates();
    slow.turn_seconds = 1.0;
    EXPECT_EQ(chunk(slow), kEightSeconds);
}

TEST(CalibratedSizes, AreTheShortestWherePinnedMemoryCostsMuch) {
    regions::DeviceRates slow = rates();
    slow.pinned_seconds = 1e-6;
    EXPECT_EQ(chunk(slow), kTwoSeconds);
}

TEST(CalibratedSizes, AreTheShortestForARenderThatTheyHoldWhole) { EXPECT_EQ(chunk(rates(), kRate), kTwoSeconds); }

TEST(CalibratedSizes, LieBetweenWhereFillingAndChunksWeighTheSame) {
    const FrameCount found = chunk(rates());
    EXPECT_EQ(found % kSettleFrames, 0);
    EXPECT_GE(found, kTwoSeconds);
    EXPECT_LE(found, kEightSeconds);
    for (int seconds = 2; seconds <= 8; ++seconds)
        EXPECT_LE(seconds_in_chunks(rates(), work(), kMinutes, found, 2),
                  seconds_in_chunks(rates(), work(), kMinutes, round_up(seconds * kRate, kSettleFrames), 2));
}

TEST(CalibratedSizes, FitIntoAQuarterOfTheMemory) {
    regions::DeviceRates small = rates();
    small.turn_seconds = 1.0;
    const double frame = 2 * (work().up_bytes + work().down_bytes) + work().kept_bytes;
    small.memory_left = static_cast<std::uint64_t>(4.0 * frame * 200'000.0);
    EXPECT_EQ(chunk(small), 196608);  // 4 s: one of 5 s is more than 200,000 frames
    small.memory_left = 1 << 20;
    EXPECT_EQ(chunk(small), 0);
}

TEST(CalibratedSizes, LetOthersRefuseWhatIsTooLong) {
    regions::DeviceRates slow = rates();
    slow.turn_seconds = 1.0;
    EXPECT_EQ(calibrated_chunk(slow, work(), kMinutes, kRate, 2, [](FrameCount frames) { return frames < 150'000; }),
              147456);
    EXPECT_EQ(calibrated_chunk(slow, work(), kMinutes, kRate, 2, [](FrameCount) { return false; }), 0);
}

TEST(CalibratedSizes, OfAChunkHoldAllThatIsPutIntoIt) {
    // One chunk overlaps with none: its parts are added up.
    regions::DeviceRates plain = rates();
    plain.pinned_seconds = 1e-9;
    const double bytes = work().up_bytes * 100'000, back = work().down_bytes * 100'000;
    const double compute =
        (work().numbers * 100'000 + work().chunk_numbers) / 1e11 + work().multiplies * 100'000 / 1e11;
    EXPECT_NEAR(seconds_in_chunks(plain, work(), 100'000, 100'000, 2),
                3 * 2e-5 + 12 * 3e-6 + bytes / 4e9 + back / 4e9 + compute + 1e-9 * 2 * (bytes + back), 1e-9);
}

TEST(CalibratedSizes, OfSumsOnTheDeviceCountOneRowThatComesDownAndThoseThatStay) {
    graph::Plan plan;
    plan.streams = {{2, true}, {2, true}, {2}};
    for (const int stream : {0, 1}) {
        graph::PlanBlock& block = plan.blocks.emplace_back();
        block.on_device = true;
        block.outputs.push_back({stream, {}, {}});
    }
    plan.sums.push_back({"sum", 2, {0, 1}});
    const DeviceWork counted = device_work(plan, {}, {});
    EXPECT_EQ(counted.down_bytes, 2 * 4);
    EXPECT_EQ(counted.kept_bytes, 4 * 4);
}

TEST(CalibratedSizes, OfWavesAreThoseThatAreTransformedFastest) {
    regions::DeviceRates given = rates();
    EXPECT_EQ(calibrated_wave(given), 0u);  // the largest
    given.transforms = {{1 << 17, 1.03e11}, {1 << 23, 1e11}};
    EXPECT_EQ(calibrated_wave(given), 0u);  // by chance
    given.transforms = {{1 << 17, 1e11}, {1 << 19, 2e11}, {1 << 23, 1e11}};
    EXPECT_EQ(calibrated_wave(given), std::size_t{1} << 19);
}

}  // namespace
}  // namespace dubplate::render
