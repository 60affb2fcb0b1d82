// All bodies of a convolution together, with transforms between them, as the engine runs them.

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "kernels/device/kernels.h"
#include "kernels/shared/math.h"
#include "tests/support/device_run.h"
#include "tests/support/direct_convolution.h"

namespace dubplate {
namespace {

using namespace test;
using device::Complex;
using device::Direction;
using device::Kernel;

std::vector<Complex> roots_of(std::size_t points) {
    std::vector<Complex> roots;
    for (std::size_t j = 0; j < points; ++j) {
        double sine = 0.0, cosine = 0.0;
        kernels::sine_cosine_of_turns(static_cast<double>(j) / (4.0 * static_cast<double>(points)), sine, cosine);
        roots.push_back({static_cast<float>(cosine), static_cast<float>(sine)});
    }
    return roots;
}

/// [partition][P], in float64 until the end, with what neither transform scales.
std::vector<Complex> spectra_of(const Signal& response, std::size_t points) {
    std::vector<Complex> spectra;
    kernels::AlignedVector<double> from(2 * points), to(2 * points);
    for (std::size_t first = 0; first < response.size(); first += points) {
        for (std::size_t j = 0; j < points; ++j) {
            double sine = 0.0, cosine = 0.0;
            kernels::sine_cosine_of_turns(static_cast<double>(j) / (4.0 * static_cast<double>(points)), sine, cosine);
            const double tap = first + j < response.size() ? response[first + j] : 0.0;
            from[2 * j] = tap * cosine, from[2 * j + 1] = tap * sine;
        }
        kernels::precise_fft(static_cast<int>(points), from.data(), to.data());
        for (std::size_t k = 0; k < points; ++k)
            spectra.push_back({static_cast<float>(to[2 * k] / static_cast<double>(points)),
                               static_cast<float>(to[2 * k + 1] / static_cast<double>(points))});
    }
    return spectra;
}

struct Path {
    std::size_t in, out, response;
};

/// `outputs` of `inputs` through responses of one length, in calls of so many blocks each; [output][frame].
std::vector<Signal> convolved(std::size_t points, const std::vector<Signal>& inputs,
                              const std::vector<Signal>& responses, const std::vector<Path>& paths, std::size_t outputs,
                              const std::vector<std::size_t>& calls, std::size_t more_slots) {
    DeviceRun run;
    const auto int_points = static_cast<std::int32_t>(points);
    const std::size_t partitions = (responses[0].size() + points - 1) / points, slots = partitions - 1 + more_slots;
    const std::size_t most = *std::max_element(calls.begin(), calls.end());
    const std::size_t capacity = (most + 1) * points + 5;  // so that blocks lie across the end of the ring
    const Complex* const roots = run.up(roots_of(points));
    std::vector<const Complex*> spectra;
    for (const Signal& response : responses) spectra.push_back(run.up(spectra_of(response, points)));
    std::vector<float*> from, to;
    std::vector<Complex*> kept;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        from.push_back(run.zeros<float>(capacity));
        kept.push_back(run.zeros<Complex>(std::max<std::size_t>(slots, 1) * points));
    }
    for (std::size_t k = 0; k < outputs; ++k) to.push_back(run.room<float>(capacity));
    Complex* const fresh = run.room<Complex>(run.whole_batches(int_points, most * inputs.size()) * points);
    Complex* const sums = run.room<Complex>(run.whole_batches(int_points, most * outputs) * points);
    float* const played = run.room<float>(most * points);

    std::vector<Signal> made(outputs);
    std::size_t done = 0;  // blocks
    std::int32_t newest = 0;
    const auto place = [&](std::size_t frame) { return static_cast<std::int64_t>(frame % capacity); };
    const auto ring = [&](float* samples, std::size_t frame) {
        return device::Plane{samples, place(frame), static_cast<std::int64_t>(capacity)};
    };
    for (const std::size_t blocks : calls) {
        const std::size_t first = done * points, frames = blocks * points;
        std::vector<device::EnterEntry> enter;
        for (std::size_t k = 0; k < inputs.size(); ++k) {
            run.put(played, std::span<const float>(inputs[k]).subspan(first, frames));
            const device::UnpackEntry entry{.from = reinterpret_cast<const std::byte*>(played),
                                            .to = ring(from[k], first + points),
                                            .frames = static_cast<std::int64_t>(frames)};
            run.launch(Kernel::unpack,
                       device::UnpackParams{run.up(std::vector{entry}), 1, static_cast<std::int64_t>(frames)});
            for (std::size_t block = 0; block < blocks; ++block)
                enter.push_back({ring(from[k], first + block * points), fresh + enter.size() * points});
        }
        run.launch(Kernel::enter,
                   device::EnterParams{run.up(enter), static_cast<std::int32_t>(enter.size()), int_points, roots});
        run.transform(int_points, Direction::forward, fresh, enter.size());

        std::vector<device::MultiplyPath> through;
        std::vector<device::MultiplyEntry> entries;
        for (std::size_t out = 0; out < outputs; ++out) {
            entries.push_back({static_cast<std::int32_t>(through.size()), 0, sums + out * blocks * points});
            for (const Path& path : paths) {
                if (path.out != out) continue;
                through.push_back({fresh + path.in * blocks * points, kept[path.in], spectra[path.response]});
                ++entries.back().paths;
            }
        }
        run.launch(Kernel::multiply, device::MultiplyParams{.entries = run.up(entries),
                                                            .paths = run.up(through),
                                                            .count = static_cast<std::int32_t>(outputs),
                                                            .points = int_points,
                                                            .blocks = static_cast<std::int32_t>(blocks),
                                                            .partitions = static_cast<std::int32_t>(partitions),
                                                            .kept_slots = static_cast<std::int32_t>(slots),
                                                            .newest_slot = newest});
        run.transform(int_points, Direction::backward, sums, outputs * blocks);

        std::vector<device::LeaveEntry> leave;
        for (std::size_t out = 0; out < outputs; ++out)
            for (std::size_t block = 0; block < blocks; ++block)
                leave.push_back({sums + leave.size() * points, ring(to[out], first + block * points)});
        run.launch(Kernel::leave,
                   device::LeaveParams{run.up(leave), static_cast<std::int32_t>(leave.size()), int_points, roots});

        std::vector<device::RetainEntry> retain;
        for (std::size_t k = 0; k < inputs.size(); ++k)
            for (std::size_t block = blocks - std::min(blocks, slots); block < blocks; ++block)
                retain.push_back({fresh + (k * blocks + block) * points,
                                  kept[k] + (static_cast<std::size_t>(newest) + 1 + block) % slots * points});
        run.launch(Kernel::retain,
                   device::RetainParams{run.up(retain), static_cast<std::int32_t>(retain.size()), int_points});
        if (slots > 0) newest = static_cast<std::int32_t>((static_cast<std::size_t>(newest) + blocks) % slots);

        for (std::size_t out = 0; out < outputs; ++out) {
            const Signal ring_now = run.down(to[out], capacity);
            for (std::size_t n = 0; n < frames; ++n) made[out].push_back(ring_now[(first + n) % capacity]);
        }
        done += blocks;
    }
    return made;
}

/// As long as so many partitions, the last one begun; sparse where the definition would take minutes otherwise.
Signal response_of(std::size_t points, std::size_t partitions, std::uint64_t seed) {
    Signal response = noise(points * partitions - points / 3, seed);
    const std::size_t sparse = std::max<std::size_t>(1, response.size() / 100);
    if (points < 256) return response;
    for (std::size_t k = 0; k < response.size(); ++k)
        if (random_at(seed + 1, k) * static_cast<double>(sparse) > 2.0 - static_cast<double>(sparse) &&
            k % points != 0 && k + 1 != response.size())
            response[k] = 0.0f;
    return response;
}

class DeviceConvolution : public testing::TestWithParam<std::size_t> {
protected:
    std::size_t points() const { return GetParam(); }
    /// Calls of 1 to `most` blocks, so many in all.
    std::vector<std::size_t> calls_of(std::size_t blocks, std::size_t most, std::uint64_t seed) const {
        std::vector<std::size_t> calls;
        for (std::size_t left = blocks; left > 0; left -= calls.back()) {
            const double share = 0.5 + 0.5 * random_at(seed, left);
            calls.push_back(std::min(left, 1 + static_cast<std::size_t>(share * static_cast<double>(most))));
        }
        return calls;
    }
};
INSTANTIATE_TEST_SUITE_P(Points, DeviceConvolution,
                         testing::Values(16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384),
                         testing::PrintToStringParamName());

std::vector<std::size_t> partitions_at(std::size_t points) {
    std::vector<std::size_t> all(20);
    std::iota(all.begin(), all.end(), 1);
    if (points <= 64) return all;
    return points <= 1024 ? std::vector<std::size_t>{1, 2, 11, 12, 13, 20} : std::vector<std::size_t>{1, 3, 20};
}

TEST_P(DeviceConvolution, EqualsDirectConvolutionInCallsOfAnyNumberOfBlocks) {
    for (const std::size_t partitions : partitions_at(points())) {
        SCOPED_TRACE(testing::Message() << partitions << " partitions");
        const std::size_t blocks = partitions + 5;
        const std::vector<Signal> inputs{noise(blocks * points(), 1)};
        const std::vector<Signal> responses{response_of(points(), partitions, 2)};
        const auto run = [&](const std::vector<std::size_t>& calls, std::size_t more_slots) {
            return convolved(points(), inputs, responses, {{0, 0, 0}}, 1, calls, more_slots)[0];
        };
        const Signal made = run(calls_of(blocks, 4, partitions), 0);
        EXPECT_LE(error_db(made, direct_convolution(inputs[0], responses[0], made.size())), -120.0);
        EXPECT_EQ(bits_of(run({blocks}, 0)), bits_of(made));
        EXPECT_EQ(bits_of(run(calls_of(blocks, 9, partitions + 100), 2)), bits_of(made));
    }
}

TEST_P(DeviceConvolution, SumsPathsOfTrueStereoAndOfABus) {
    const std::size_t blocks = 8, partitions = 5;
    std::vector<Signal> inputs, responses;
    for (const std::uint64_t k : {0u, 1u, 2u}) inputs.push_back(noise(blocks * points(), 10 + k));
    for (const std::uint64_t k : {0u, 1u, 2u, 3u}) responses.push_back(response_of(points(), partitions, 20 + k));
    const std::vector<Path> paths{{0, 0, 0}, {0, 1, 1}, {1, 0, 2}, {1, 1, 3}, {2, 2, 0}, {0, 2, 2}, {1, 2, 2}};
    const std::vector<Signal> made = convolved(points(), inputs, responses, paths, 3, calls_of(blocks, 3, 1), 1);
    for (std::size_t out = 0; out < made.size(); ++out) {
        std::vector<double> expected(blocks * points(), 0.0);
        for (const Path& path : paths)
            if (path.out == out) add_direct_convolution(inputs[path.in], responses[path.response], expected);
        EXPECT_LE(error_db(made[out], expected), -120.0) << out;
    }
}

}  // namespace
}  // namespace dubplate
