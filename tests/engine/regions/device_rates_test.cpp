#include "engine/regions/device_rates.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/device/twin/twin.h"

namespace dubplate::regions {
namespace {

Result<DeviceRates> measured(const device::TwinFaults& faults = {}) {
    const device::InjectedTwinFaults injected(faults);
    return measure_rates(*device::twin_backend(), 0);
}

TEST(DeviceRates, AreMeasuredOfTheTwin) {
    const auto rates = measured();
    ASSERT_TRUE(rates) << rates.error().message;
    for (const double figure : {rates->open_seconds, rates->pinned_seconds, rates->launch_seconds, rates->turn_seconds})
        EXPECT_GT(figure, 0.0);
    // What any machine does, and none.
    EXPECT_GT(rates->multiply_rate, 1e5);
    EXPECT_LT(rates->multiply_rate, 1e12);
    EXPECT_EQ(rates->memory_left, device::kTwinMemoryBytes);
    ASSERT_EQ(rates->copies.size(), 4u);
    for (const CopyRate& copy : rates->copies)
        for (const double rate : {copy.up, copy.down, copy.both}) {
            EXPECT_GT(rate, 1e5) << copy.bytes;
            EXPECT_LT(rate, 1e13) << copy.bytes;
        }
    EXPECT_TRUE(std::ranges::is_sorted(rates->copies, {}, &CopyRate::bytes));
    ASSERT_EQ(rates->transforms.size(), 4u);
    EXPECT_TRUE(std::ranges::is_sorted(rates->transforms, {}, &TransformRate::numbers));
    for (const TransformRate& transform : rates->transforms) EXPECT_GT(transform.rate, 1e5);
}

TEST(DeviceRates, OfADeviceWithLittleMemoryAreThoseOfSmallSizes) {
    device::TwinFaults small;
    small.memory_bytes = std::uint64_t{40} << 20;
    const auto rates = measured(small);
    ASSERT_TRUE(rates) << rates.error().message;
    EXPECT_EQ(rates->copies.back().bytes, std::size_t{8} << 20);
    EXPECT_EQ(rates->transforms.back().numbers, std::size_t{1} << 21);
    EXPECT_EQ(rates->memory_left, small.memory_bytes);
}

TEST(DeviceRates, OfADeviceWithNextToNoMemoryCannotBeTold) {
    device::TwinFaults small;
    small.pinned_bytes = 1 << 20;
    const auto rates = measured(small);
    ASSERT_FALSE(rates);
    EXPECT_EQ(rates.error().code, ErrorCode::device);
    EXPECT_NE(rates.error().message.find("bytes were asked for"), std::string::npos) << rates.error().message;
}

TEST(DeviceRates, OfADeviceThatIsNotThereOrBreaksCannotBeTold) {
    device::TwinFaults absent;
    absent.absent = true;
    EXPECT_EQ(measured(absent).error().code, ErrorCode::device);
    for (const auto queue : {device::Queue::up, device::Queue::compute, device::Queue::down}) {
        device::TwinFaults broken;
        broken.lost_queue = queue;
        broken.lost_at = 5;
        const auto rates = measured(broken);
        ASSERT_FALSE(rates);
        EXPECT_EQ(rates.error().code, ErrorCode::device);
    }
}

}  // namespace
}  // namespace dubplate::regions
