#include "kernels/device/convolution_bodies.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/processors/convolution.h"
#include "tests/support/device_run.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using device::BlendEntry;
using device::Complex;
using device::Kernel;

class ConvolutionBodies : public testing::Test {
protected:
    DeviceRun run;

    /// A ring of `capacity` that holds `signal` from `at` on, and NaN besides.
    float* ring_of(const Signal& signal, std::size_t capacity, std::size_t at) {
        Signal ring(capacity, __builtin_bit_cast(float, kUntouched));
        for (std::size_t n = 0; n < signal.size(); ++n) ring[(at + n) % capacity] = signal[n];
        return run.up(ring);
    }
};

std::vector<std::uint32_t> bits_of_bins(const std::vector<Complex>& bins) {
    std::vector<float> parts;
    for (const Complex bin : bins) parts.insert(parts.end(), {bin.re, bin.im});
    return bits_of(parts);
}

TEST_F(ConvolutionBodies, EnterTurnsABlockAndTheOneBeforeItAtEveryPlaceOfARing) {
    constexpr std::size_t kPoints = 16, kCapacity = 35;
    const Signal signal = noise(2 * kPoints, 1);
    const std::vector<Complex> roots = random_bins(kPoints, 2);
    std::vector<device::EnterEntry> entries;
    Complex* const to = run.untouched<Complex>(kCapacity * kPoints);
    for (std::size_t at = 0; at < kCapacity; ++at)
        entries.push_back(
            {{ring_of(signal, kCapacity, at), static_cast<std::int64_t>(at), kCapacity}, to + at * kPoints});
    run.launch(Kernel::enter, device::EnterParams{run.up(entries), kCapacity, kPoints, run.up(roots)});
    const auto made = run.down(to, kCapacity * kPoints);
    for (std::size_t k = 0; k < made.size(); ++k) {
        const std::size_t j = k % kPoints;
        const double re = signal[j], im = signal[kPoints + j], root_re = roots[j].re, root_im = roots[j].im;
        ASSERT_NEAR(made[k].re, re * root_re - im * root_im, 2e-7) << k;
        ASSERT_NEAR(made[k].im, re * root_im + im * root_re, 2e-7) << k;
    }
}

TEST_F(ConvolutionBodies, LeaveTakesTheImaginaryPartOfTheProductWithTheConjugateRootAtEveryPlaceOfARing) {
    constexpr std::size_t kPoints = 32, kCapacity = 37;
    const std::vector<Complex> bins = random_bins(kPoints, 1), roots = random_bins(kPoints, 2);
    const Complex* const from = run.up(bins);
    float* const rings = run.untouched<float>(kCapacity * kCapacity);
    std::vector<device::LeaveEntry> entries;
    for (std::size_t at = 0; at < kCapacity; ++at)
        entries.push_back({from, {rings + at * kCapacity, static_cast<std::int64_t>(at), kCapacity}});
    run.launch(Kernel::leave, device::LeaveParams{run.up(entries), kCapacity, kPoints, run.up(roots)});
    const Signal made = run.down(rings, kCapacity * kCapacity);
    for (std::size_t at = 0; at < kCapacity; ++at)
        for (std::size_t n = 0; n < kCapacity; ++n) {
            const float value = made[at * kCapacity + (at + n) % kCapacity];
            if (n >= kPoints) {
                ASSERT_EQ(__builtin_bit_cast(std::uint32_t, value), kUntouched);
                continue;
            }
            const double re = bins[n].re, im = bins[n].im, root_re = roots[n].re, root_im = roots[n].im;
            ASSERT_NEAR(value, im * root_re - re * root_im, 2e-7) << at << ", " << n;
        }
}

TEST_F(ConvolutionBodies, RetainCopiesSpectraBitByBit) {
    constexpr std::size_t kPoints = 64;
    std::vector<Complex> bins = random_bins(3 * kPoints, 1);
    bins[5] = {-0.0f, 1e-42f};
    const Complex* const from = run.up(bins);
    Complex* const to = run.untouched<Complex>(3 * kPoints);
    std::vector<device::RetainEntry> entries;
    for (const std::size_t k : {0u, 1u, 2u}) entries.push_back({from + k * kPoints, to + (2 - k) * kPoints});
    run.launch(Kernel::retain, device::RetainParams{run.up(entries), 3, kPoints});
    std::vector<Complex> expected;
    for (const std::size_t k : {2u, 1u, 0u})
        expected.insert(expected.end(), bins.begin() + static_cast<std::ptrdiff_t>(k * kPoints),
                        bins.begin() + static_cast<std::ptrdiff_t>((k + 1) * kPoints));
    EXPECT_EQ(bits_of_bins(run.down(to, 3 * kPoints)), bits_of_bins(expected));
}

/// One product after the other, in order, as kernels.h has it.
TEST_F(ConvolutionBodies, MultiplyAddsPathAfterPathAndPartitionAfterPartition) {
    constexpr std::size_t kPoints = 16, kPaths = 5;
    for (std::int32_t partitions = 1; partitions <= 20; ++partitions)
        for (const std::int32_t blocks : {1, 2, 3, 7, 8, 9, 17})
            for (const std::int32_t more_slots : {0, 3}) {
                SCOPED_TRACE(testing::Message()
                             << partitions << " partitions, " << blocks << " blocks, " << more_slots);
                const std::int32_t slots = partitions - 1 + more_slots, newest = slots == 0 ? 0 : (5 * blocks) % slots;
                const auto size = [](std::int32_t rows) { return static_cast<std::size_t>(rows) * kPoints; };
                std::vector<std::vector<Complex>> fresh, kept, response;
                std::vector<device::MultiplyPath> paths;
                for (std::size_t path = 0; path < kPaths; ++path) {
                    fresh.push_back(random_bins(size(blocks), 10 + path));
                    kept.push_back(random_bins(size(slots), 20 + path));
                    response.push_back(random_bins(size(partitions), 30 + path));
                    paths.push_back(
                        {run.up(fresh[path]), slots == 0 ? nullptr : run.up(kept[path]), run.up(response[path])});
                }
                const std::pair<std::int32_t, std::int32_t> of_entries[] = {{0, 1}, {1, 3}, {0, 5}, {2, 0}};
                for (const bool from_zero : {false, true}) {
                    std::vector<std::vector<Complex>> sums;
                    std::vector<device::MultiplyEntry> entries;
                    for (const auto& [first, count] : of_entries) {
                        sums.push_back(random_bins(size(blocks), 40 + entries.size()));
                        entries.push_back({first, count, run.up(sums.back())});
                    }
                    run.launch(Kernel::multiply,
                               device::MultiplyParams{run.up(entries), run.up(paths), 4, kPoints, blocks, partitions,
                                                      slots, newest, from_zero ? 0 : 1});
                    for (std::size_t e = 0; e < entries.size(); ++e) {
                        std::vector<Complex>& sum = sums[e];
                        for (std::size_t k = 0; k < sum.size(); ++k) {
                            if (from_zero) sum[k] = {};
                            const auto block = static_cast<std::int32_t>(k / kPoints);
                            const std::size_t bin = k % kPoints;
                            for (std::int32_t path = entries[e].first_path;
                                 path < entries[e].first_path + entries[e].paths; ++path)
                                for (std::int32_t p = 0; p < partitions; ++p) {
                                    const auto number = static_cast<std::size_t>(path);
                                    const std::int32_t slot = newest + 1 + block - p;
                                    const Complex x = block >= p ? fresh[number][size(block - p) + bin]
                                                                 : kept[number][size((slot + slots) % slots) + bin];
                                    const Complex h = response[number][size(p) + bin];
                                    sum[k].re = std::fma(-x.im, h.im, std::fma(x.re, h.re, sum[k].re));
                                    sum[k].im = std::fma(x.im, h.re, std::fma(x.re, h.im, sum[k].im));
                                }
                        }
                        ASSERT_EQ(bits_of_bins(run.down(entries[e].to, sum.size())), bits_of_bins(sum)) << e;
                    }
                }
            }
}

TEST_F(ConvolutionBodies, BlendGivesTheBitsOfTheConvolutionProcessor) {
    constexpr std::size_t kFrames = 3000, kCapacity = 3007;
    const kernels::ImpulseResponse response{{noise(700, 1)}};
    const Planar input{noise(kFrames, 2)};
    const std::function<double(FrameCount)> mix = [](FrameCount frame) {
        return 50.0 + 50.0 * random_at(3, static_cast<std::uint64_t>(frame) / 4);
    };
    const std::function<double(FrameCount)> gain = [](FrameCount frame) {
        return frame % 11 == 0 ? -144.0 : -60.0 + 84.0 * random_at(4, static_cast<std::uint64_t>(frame));
    };
    Signal mixes, gains;
    for (FrameCount frame = 0; frame < static_cast<FrameCount>(kFrames); ++frame) {
        mixes.push_back(static_cast<float>(mix(frame)));
        gains.push_back(static_cast<float>(gain(frame)));
    }
    const auto on_cpu = [&](double constant_mix, double constant_gain, bool mix_moves, bool gain_moves) {
        StripRun strip{.input = input,
                       .values = values_of(kernels::kConvolution, {{"mix", constant_mix}, {"gain", constant_gain}}),
                       .impulse = &response};
        if (mix_moves) strip.moving["mix"] = mix;
        if (gain_moves) strip.moving["gain"] = gain;
        return run_processor(kernels::kConvolution, strip)[0];
    };
    const Signal wet = on_cpu(100.0, 0.0, false, false);
    const auto at = [](std::size_t place) { return static_cast<std::int64_t>(place); };
    const device::Plane wet_ring{ring_of(wet, kCapacity, 3006), at(3006), kCapacity};
    const device::Plane dry_ring{ring_of(input[0], kCapacity, 77), at(77), kCapacity};
    const float *const mixes_up = run.up(mixes), *const gains_up = run.up(gains);
    for (const double constant_mix : {0.0, 37.5, 100.0})
        for (const double constant_gain : {-144.0, -143.99, -6.02, 0.0, 24.0})
            for (const int moving : {0, 1, 2, 3}) {
                SCOPED_TRACE(testing::Message() << constant_mix << " %, " << constant_gain << " dB, " << moving);
                const bool mix_moves = (moving & 1) != 0, gain_moves = (moving & 2) != 0;
                float* const to = run.untouched<float>(kCapacity);
                const BlendEntry entry{.wet = wet_ring,
                                       .dry = constant_mix == 100.0 && !mix_moves ? device::Plane() : dry_ring,
                                       .to = {to, at(1234), kCapacity},
                                       .mix = mix_moves ? mixes_up : nullptr,
                                       .gain = gain_moves ? gains_up : nullptr,
                                       .constant_mix = static_cast<float>(constant_mix),
                                       .constant_gain = static_cast<float>(constant_gain)};
                run.launch(Kernel::blend, device::BlendParams{run.up(std::vector{entry}), 1, at(kFrames)});
                const Signal expected = on_cpu(constant_mix, constant_gain, mix_moves, gain_moves);
                const auto made = bits_of(run.down(to, kCapacity)), wanted = bits_of(expected);
                for (std::size_t n = 0; n < kCapacity; ++n)
                    ASSERT_EQ(made[(1234 + n) % kCapacity], n < kFrames ? wanted[n] : kUntouched) << n;
            }
}

}  // namespace
}  // namespace dubplate
