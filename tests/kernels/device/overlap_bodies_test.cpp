#include "kernels/device/overlap_bodies.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "kernels/cpu/overlap_window.h"
#include "tests/support/device_run.h"
#include "tests/support/direct_convolution.h"

namespace dubplate {
namespace {

using namespace test;
using device::Complex;
using device::Direction;
using device::Kernel;

class OverlapBodies : public testing::Test {
protected:
    DeviceRun run;
};

TEST_F(OverlapBodies, WeighWindowsAndTurnsABlockAtEveryPlaceOfARing) {
    constexpr std::size_t kPoints = 16, kCapacity = 19;
    const Signal signal = noise(kPoints, 1), window = noise(kPoints, 2);
    const std::vector<Complex> roots = random_bins(kPoints, 3);
    Complex* const to = run.untouched<Complex>((kCapacity + 1) * kPoints);
    std::vector<device::WeighEntry> entries;
    for (std::size_t at = 0; at < kCapacity; ++at) {
        Signal ring(kCapacity, __builtin_bit_cast(float, kUntouched));
        for (std::size_t n = 0; n < kPoints; ++n) ring[(at + n) % kCapacity] = signal[n];
        entries.push_back({{run.up(ring), static_cast<std::int64_t>(at), kCapacity}, to + at * kPoints});
    }
    run.launch(Kernel::weigh, device::WeighParams{run.up(entries), kCapacity, kPoints, run.up(window), run.up(roots)});
    const std::vector<Complex> made = run.down(to, (kCapacity + 1) * kPoints);
    for (std::size_t k = 0; k < made.size(); ++k) {
        const std::size_t j = k % kPoints;
        if (k >= kCapacity * kPoints) {
            ASSERT_EQ(__builtin_bit_cast(std::uint32_t, made[k].re), kUntouched);
            continue;
        }
        // Rounded after each product, as the CPU does.
        const float sample = signal[j] * window[j];
        ASSERT_EQ(made[k].re, sample * roots[j].re) << k;
        ASSERT_EQ(made[k].im, sample * roots[j].im) << k;
    }
}

/// Each hop of each block, alone and together, at every place of a ring, added and in place of what stood there.
TEST_F(OverlapBodies, OverlapAddsTheHopsOfFourBlocks) {
    constexpr std::size_t kPoints = 16, kHop = 8, kCapacity = 11;
    const std::vector<Complex> roots = random_bins(kPoints, 1);
    const Signal before = noise(kCapacity, 2);
    std::vector<std::vector<Complex>> blocks;
    std::vector<const Complex*> up;
    for (const std::uint64_t k : {0u, 1u, 2u, 3u}) {
        blocks.push_back(random_bins(kPoints, 10 + k));
        up.push_back(run.up(blocks.back()));
    }
    std::vector<device::OverlapEntry> entries;
    for (std::size_t at = 0; at < kCapacity; ++at)
        for (unsigned there = 0; there < 16; ++there)
            for (const std::int32_t add : {0, 1}) {
                device::OverlapEntry& entry = entries.emplace_back();
                for (std::size_t k = 0; k < 4; ++k) entry.from[k] = there >> k & 1 ? up[k] : nullptr;
                entry.to = {run.up(before), static_cast<std::int64_t>(at), kCapacity};
                entry.add = add;
            }
    run.launch(Kernel::overlap, device::OverlapParams{run.up(entries), static_cast<std::int32_t>(entries.size()),
                                                      kPoints, run.up(roots)});
    for (std::size_t e = 0; e < entries.size(); ++e) {
        SCOPED_TRACE(e);
        const Signal made = run.down(entries[e].to.samples, kCapacity);
        std::vector<double> expected(before.begin(), before.end());
        for (std::size_t frame = 0; frame < kHop; ++frame) {
            double& sum = expected[(static_cast<std::size_t>(entries[e].to.at) + frame) % kCapacity];
            if (entries[e].add == 0) sum = 0.0;
            for (std::size_t k = 0; k < 4; ++k) {
                if (entries[e].from[k] == nullptr) continue;
                const std::size_t point = k % 2 == 0 ? kHop + frame : frame;
                const double re = blocks[k][point].re, im = blocks[k][point].im;
                const double root_re = roots[point].re, root_im = roots[point].im;
                sum += k < 2 ? im * root_re - re * root_im : re * root_re + im * root_im;
            }
        }
        for (std::size_t n = 0; n < kCapacity; ++n) ASSERT_NEAR(made[n], expected[n], 1e-6) << n;
    }
}

/// exp(pi i j / 2P), in the library's own functions.
std::vector<Complex> roots_of(std::size_t points) {
    std::vector<Complex> roots;
    for (std::size_t j = 0; j < points; ++j) {
        const double angle = M_PI * static_cast<double>(j) / (2.0 * static_cast<double>(points));
        roots.push_back({static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))});
    }
    return roots;
}

std::vector<Complex> spectrum_of(const Signal& response) {
    const std::size_t points = response.size();
    kernels::AlignedVector<double> from(2 * points), to(2 * points);
    for (std::size_t j = 0; j < points; ++j) {
        const double angle = M_PI * static_cast<double>(j) / (2.0 * static_cast<double>(points));
        from[2 * j] = response[j] * std::cos(angle) / static_cast<double>(points);
        from[2 * j + 1] = response[j] * std::sin(angle) / static_cast<double>(points);
    }
    kernels::precise_fft(static_cast<int>(points), from.data(), to.data());
    std::vector<Complex> spectrum;
    for (std::size_t k = 0; k < points; ++k)
        spectrum.push_back({static_cast<float>(to[2 * k]), static_cast<float>(to[2 * k + 1])});
    return spectrum;
}

/// `input` in blocks of responses.front().size() frames that begin a hop apart, the first one a hop before it, each with the
/// response of its number; in calls of so many blocks.
Signal moved(const Signal& input, const std::vector<Signal>& responses, const std::vector<std::size_t>& calls) {
    DeviceRun run;
    const std::size_t points = responses.front().size(), hop = points / 2, most = responses.size();
    const auto int_points = static_cast<std::int32_t>(points);
    const std::size_t capacity = (most + 5) * hop;
    Signal padded(capacity, 0.0f);
    std::copy(input.begin(), input.end(), padded.begin() + static_cast<std::ptrdiff_t>(hop));
    float* const from = run.up(padded);
    float* const to = run.zeros<float>(capacity);
    const kernels::AlignedVector<float> window = kernels::overlap_window(int_points);
    const float* const weights = run.up(Signal(window.begin(), window.end()));
    const Complex* const roots = run.up(roots_of(points));
    Complex* const fresh = run.room<Complex>(run.whole_batches(int_points, most) * points);
    Complex* const made = run.room<Complex>(run.whole_batches(int_points, most) * points);
    const auto ring = [&](float* samples, std::size_t frame) {
        return device::Plane{samples, static_cast<std::int64_t>(frame), static_cast<std::int64_t>(capacity)};
    };
    std::size_t first = 0;
    for (const std::size_t blocks : calls) {
        std::vector<device::WeighEntry> weigh;
        std::vector<device::MultiplyPath> paths;
        std::vector<device::MultiplyEntry> products;
        for (std::size_t b = 0; b < blocks; ++b) {
            weigh.push_back({ring(from, (first + b) * hop), fresh + b * points});
            paths.push_back({fresh + b * points, nullptr, run.up(spectrum_of(responses[first + b]))});
            products.push_back({static_cast<std::int32_t>(b), 1, made + b * points});
        }
        const auto count = static_cast<std::int32_t>(blocks);
        run.launch(Kernel::weigh, device::WeighParams{run.up(weigh), count, int_points, weights, roots});
        run.transform(int_points, Direction::forward, fresh, blocks);
        run.launch(Kernel::multiply, device::MultiplyParams{.entries = run.up(products),
                                                            .paths = run.up(paths),
                                                            .count = count,
                                                            .points = int_points,
                                                            .blocks = 1,
                                                            .partitions = 1});
        run.transform(int_points, Direction::backward, made, blocks);
        std::vector<device::OverlapEntry> overlaps;
        for (std::size_t hops = first; hops < first + blocks + 3; ++hops) {
            device::OverlapEntry& entry = overlaps.emplace_back();
            for (std::size_t k = 0; k < 4; ++k) {
                const std::size_t block = hops + k;  // and three more
                if (block >= first + 3 && block < first + blocks + 3)
                    entry.from[k] = made + (block - 3 - first) * points;
            }
            entry.to = ring(to, hops * hop);
            entry.add = hops < first + 3 ? 1 : 0;
        }
        run.launch(Kernel::overlap, device::OverlapParams{run.up(overlaps), static_cast<std::int32_t>(overlaps.size()),
                                                          int_points, roots});
        first += blocks;
    }
    Signal whole = run.down(to, capacity);
    whole.erase(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(hop));
    return whole;
}

class DeviceMovingConvolution : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Points, DeviceMovingConvolution, testing::Values(16, 64, 1024, 4096, 16384, 65536),
                         testing::PrintToStringParamName());

TEST_P(DeviceMovingConvolution, IsTheSumOfItsBlocksConvolutionsInCallsOfAnyNumberOfBlocks) {
    const std::size_t points = GetParam(), hop = points / 2, blocks = 9;
    const Signal input = noise((blocks - 1) * hop, 1);
    std::vector<Signal> responses;
    for (std::size_t b = 0; b < blocks; ++b) {
        Signal& response = responses.emplace_back(points, 0.0f);
        // Sparse: the definition takes as long as there are taps.
        for (std::size_t k = 0; k < 60; ++k)
            response[static_cast<std::size_t>((0.5 + 0.5 * random_at(b, k)) * static_cast<double>(points))] =
                static_cast<float>(random_at(b + 100, k));
    }
    const Signal made = moved(input, responses, {1, 3, 1, 4});
    std::vector<double> expected(made.size(), 0.0);
    for (std::size_t b = 0; b < blocks; ++b) {
        // sin^2 over the block; the first one begins a hop before the input.
        std::vector<double> exact(b == 0 ? hop : points, 0.0);
        const std::size_t begin = b == 0 ? 0 : (b - 1) * hop, skipped = points - exact.size();
        for (std::size_t n = 0; n < exact.size() && begin + n < input.size(); ++n) {
            const double sine = std::sin(M_PI * (static_cast<double>(n + skipped) + 0.5) / static_cast<double>(points));
            exact[n] = sine * sine * static_cast<double>(input[begin + n]);
        }
        for (std::size_t k = 0; k < points; ++k) {
            const double tap = responses[b][k];
            if (tap == 0.0) continue;
            for (std::size_t n = 0; n < exact.size() && begin + k + n < expected.size(); ++n)
                expected[begin + k + n] += tap * exact[n];
        }
    }
    EXPECT_LE(error_db(made, expected), -120.0);
    for (const std::vector<std::size_t>& calls : {std::vector<std::size_t>{9}, {2, 2, 2, 2, 1}, {8, 1}})
        EXPECT_EQ(bits_of(moved(input, responses, calls)), bits_of(made));
}

}  // namespace
}  // namespace dubplate
