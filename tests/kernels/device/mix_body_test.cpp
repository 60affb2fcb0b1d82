#include "kernels/device/mix_body.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/cpu/block_functions.h"
#include "tests/support/device_run.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using device::MixEntry;
using device::MixSource;

class MixBody : public testing::Test {
protected:
    DeviceRun run;

    /// What is made of a signal, and what `failed` says.
    std::pair<Signal, std::int32_t> mixed_alone(const Signal& from, double gain) {
        const auto frames = static_cast<std::int64_t>(from.size());
        float* const to = run.untouched<float>(from.size());
        std::int32_t* const failed = run.zeros<std::int32_t>(1);
        const std::vector sources{MixSource{{run.up(from), 0, frames}, gain, nullptr}};
        const std::vector entries{MixEntry{0, 1, to, failed}};
        run.launch(device::Kernel::mix, device::MixParams{run.up(entries), run.up(sources), 1, frames});
        return {run.down(to, from.size()), run.down(failed, 1)[0]};
    }
};

TEST_F(MixBody, GivesTheCpusBitsForAnyNumberOfSourcesAnywhereInTheirRings) {
    constexpr std::size_t kFrames = 128, kCapacity = 133, kSignals = 40;
    std::vector<Signal> signals;
    std::vector<const float*> rings;
    std::vector<const double*> moving_on_device;
    std::vector<std::vector<double>> moving;
    const auto at = [](std::size_t number) { return number * 37 % kCapacity; };
    for (std::size_t number = 0; number < kSignals; ++number) {
        signals.push_back(noise(kFrames, number, number % 7 == 0 ? 1e-41 : 1.0));
        signals.back()[number] = -0.0f;
        Signal ring(kCapacity, std::numeric_limits<float>::quiet_NaN());
        for (std::size_t n = 0; n < kFrames; ++n) ring[(at(number) + n) % kCapacity] = signals.back()[n];
        rings.push_back(run.up(ring));
        moving.emplace_back();
        for (std::size_t n = 0; n < kFrames; ++n) moving.back().push_back(random_at(100 + number, n));
        moving_on_device.push_back(run.up(moving.back()));
    }
    for (const std::int64_t frames : {128, 95, 33, 1}) {
        std::vector<MixSource> sources;
        std::vector<MixEntry> entries;
        std::vector<std::vector<kernels::MixTerm>> terms;
        float* const to = run.untouched<float>(kSignals * kFrames);
        std::int32_t* const failed = run.zeros<std::int32_t>(1);
        for (std::size_t count = 0; count < kSignals; ++count) {
            entries.push_back({static_cast<std::int32_t>(sources.size()), static_cast<std::int32_t>(count),
                               to + count * kFrames, failed});
            terms.emplace_back();
            for (std::size_t k = 0; k < count; ++k) {
                const std::size_t number = (count * 3 + k) % kSignals;
                const double gain = random_at(7, count * kSignals + k);
                const bool moves = (count + k) % 3 == 0 && count % 2 == 0;
                sources.push_back(
                    {{const_cast<float*>(rings[number]), static_cast<std::int64_t>(at(number)), kCapacity},
                     gain,
                     moves ? moving_on_device[number] : nullptr});
                terms.back().push_back(
                    {signals[number].data(), {gain, 0.0}, {moves ? moving[number].data() : nullptr}});
            }
        }
        run.launch(device::Kernel::mix, device::MixParams{run.up(entries), run.up(sources), kSignals, frames});
        const Signal made = run.down(to, kSignals * kFrames);
        for (std::size_t count = 0; count < kSignals; ++count) {
            Signal expected(kFrames);
            float* const out[] = {expected.data()};
            ASSERT_TRUE(kernels::block_functions().mix(terms[count], kFrames, kernels::Stores::into_caches,
                                                       std::span<float* const>(out, 1)));
            std::fill(expected.begin() + frames, expected.end(), __builtin_bit_cast(float, kUntouched));
            ASSERT_EQ(bits_of(std::span(made).subspan(count * kFrames, kFrames)), bits_of(expected)) << count;
        }
        EXPECT_EQ(run.down(failed, 1)[0], 0);
    }
}

TEST_F(MixBody, SaysWhereASumIsNotFinite) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(mixed_alone({1.0f, -0.0f, 3e38f}, 1.0).second, 0);
    EXPECT_EQ(mixed_alone({1.0f, kInfinity, 0.0f}, 1.0).second, 1);
    EXPECT_EQ(mixed_alone({-kInfinity}, 1.0).second, 1);
    EXPECT_EQ(mixed_alone({0.0f, kNan}, 0.0).second, 1);
    EXPECT_EQ(mixed_alone({3e38f}, 2.0).second, 1);  // finite in float64, not when it is rounded
}

}  // namespace
}  // namespace dubplate
