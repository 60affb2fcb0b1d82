/// What the engine computes outside of processors, in each set of kernels, and the plain loop beside it.

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>

#include "bench/kernels/lanes_bench.h"
#include "kernels/cpu/packed_samples.h"
#include "kernels/cpu/quantise.h"
#include "kernels/kernel_set.h"

namespace dubplate::bench {
namespace {

using kernels::BlockFunctions;
using kernels::Isa;

constexpr int kFrames = kBenchFrames;

/// The set of a benchmark's first argument, 3 or 4; nullptr, and the benchmark skipped, where it cannot run.
const BlockFunctions* set_of(benchmark::State& state) {
    const Isa isa = state.range(0) == 4 ? Isa::v4 : Isa::v3;
    if (isa == Isa::v4 && kernels::best_isa() != Isa::v4) {
        state.SkipWithError("no x86-64-v4 here");
        return nullptr;
    }
    return kernels::kernel_set(isa)->blocks;
}

struct Planes {
    Planes() {
        for (std::size_t lane = 0; lane < rows.size(); ++lane) rows[lane] = memory.data() + lane * kFrames;
    }
    kernels::AlignedVector<float> memory = swelling_noise(kFrames, kernels::kMaxLanes);
    std::array<float*, kernels::kMaxLanes> rows;
};

void planes_to_lanes(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const auto width = static_cast<int>(state.range(1));
    Planes planes;
    kernels::AlignedVector<float> audio(static_cast<std::size_t>(width * kFrames));
    for (auto _ : state) set->planes_to_lanes(width, planes.rows.data(), kFrames, width, audio.data());
    if (audio[static_cast<std::size_t>(width) + 1] != planes.rows[1][1]) state.SkipWithError("wrong");
    count_samples(state, width * kFrames);
}
void lanes_to_planes(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const auto width = static_cast<int>(state.range(1));
    Planes planes;
    const auto audio = swelling_noise(kFrames, width);
    for (auto _ : state) set->lanes_to_planes(width, audio.data(), kFrames, width, planes.rows.data());
    if (audio[static_cast<std::size_t>(width) + 1] != planes.rows[1][1]) state.SkipWithError("wrong");
    count_samples(state, width * kFrames);
}
void naive_planes_to_lanes(benchmark::State& state) {
    const auto width = static_cast<int>(state.range(0));
    Planes planes;
    kernels::AlignedVector<float> audio(static_cast<std::size_t>(width * kFrames));
    for (auto _ : state) {
        for (int lane = 0; lane < width; ++lane)
            for (int frame = 0; frame < kFrames; ++frame)
                audio[static_cast<std::size_t>(frame * width + lane)] =
                    planes.rows[static_cast<std::size_t>(lane)][frame];
        benchmark::ClobberMemory();
    }
    count_samples(state, width * kFrames);
}

/// Sources of one channel in both rows of a destination.
void mix(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const Planes planes;
    std::vector<kernels::MixTerm> terms;
    for (int k = 0; k < state.range(1); ++k)
        terms.push_back({planes.rows[static_cast<std::size_t>(k)], {0.5, 0.25}, {}});
    kernels::AlignedVector<float> left(kFrames), right(kFrames);
    const std::array<float*, 2> rows{left.data(), right.data()};
    bool finite = true;
    for (auto _ : state) finite &= set->mix(terms, kFrames, kernels::Stores::into_caches, rows);
    if (!finite || left[1] != 2.0f * right[1]) state.SkipWithError("wrong");
    count_samples(state, static_cast<int>(terms.size()) * kFrames * 2);
}
void sum_planes(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const Planes planes;
    const std::vector<const float*> rows(planes.rows.begin(), planes.rows.begin() + 8);
    kernels::AlignedVector<float> sum(kFrames);
    for (auto _ : state) set->sum_planes(rows, kFrames, sum.data());
    double expected = 0.0;
    for (const float* row : rows) expected += double{row[1]};
    if (sum[1] != static_cast<float>(expected)) state.SkipWithError("wrong");
    count_samples(state, static_cast<int>(rows.size()) * kFrames);
}

void unpack_24(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    std::vector<std::byte> packed(3 * kFrames + kernels::kPackedSlack, std::byte{0x41});
    kernels::AlignedVector<float> out(kFrames);
    for (auto _ : state) set->unpack_24(packed.data(), kFrames, out.data());
    if (out[kFrames - 1] != static_cast<float>(0x414141) / 8388608.0f) state.SkipWithError("wrong");
    count_samples(state, kFrames);
}
void pack_24(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const std::vector<std::int32_t> in(kFrames, 0x414141);
    std::vector<std::byte> packed(3 * kFrames + kernels::kPackedSlack);
    for (auto _ : state) set->pack_24(in.data(), kFrames, packed.data());
    if (packed[3 * kFrames - 1] != std::byte{0x41}) state.SkipWithError("wrong");
    count_samples(state, kFrames);
}
void pack_24_pairs(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const std::vector<std::int32_t> in(kFrames, 0x414141);
    std::vector<std::byte> packed(6 * kFrames + kernels::kPackedSlack);
    for (auto _ : state) set->pack_24_pairs(in.data(), in.data(), kFrames, packed.data());
    if (packed[6 * kFrames - 1] != std::byte{0x41}) state.SkipWithError("wrong");
    count_samples(state, 2 * kFrames);
}
void add_squares(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const auto in = swelling_noise(kFrames, 1);
    double squares[kernels::kSquares] = {};
    std::int32_t peak = 0;
    for (auto _ : state) benchmark::DoNotOptimize(peak = set->add_squares(in.data(), 0, kFrames, squares));
    count_samples(state, kFrames);
}
void dither_words(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    std::vector<std::uint32_t> words(kFrames);
    std::int64_t first = 0;
    for (auto _ : state) set->dither_words(1, 2, 3, first += kFrames, kFrames, words.data());
    count_samples(state, kFrames);
}
void quantise(benchmark::State& state) {
    const BlockFunctions* set = set_of(state);
    if (!set) return;
    const auto in = swelling_noise(kFrames, 1);
    const std::vector<std::uint32_t> words(kFrames, 0x00010001);
    std::vector<std::int32_t> out(kFrames);
    for (auto _ : state) set->quantise(in.data(), words.data(), kFrames, 24, out.data());
    count_samples(state, kFrames);
}
void naive_quantise(benchmark::State& state) {
    const auto in = swelling_noise(kFrames, 1);
    const std::vector<std::uint32_t> words(kFrames, 0x00010001);
    std::vector<std::int32_t> out(kFrames);
    for (auto _ : state) {
        for (std::size_t k = 0; k < kFrames; ++k) {
            const double dither =
                (static_cast<double>(words[k] & 0xffff) - static_cast<double>(words[k] >> 16)) / 65536;
            out[k] =
                static_cast<std::int32_t>(std::nearbyint(std::clamp(in[k] * 0x1p23 + dither, -0x1p23, 0x1p23 - 1)));
        }
        benchmark::ClobberMemory();
    }
    count_samples(state, kFrames);
}

BENCHMARK(planes_to_lanes)
    ->Name("kernels/planes_to_lanes/cpu")
    ->ArgNames({"set", "width"})
    ->ArgsProduct({{3, 4}, {4, 8, 16}});
BENCHMARK(naive_planes_to_lanes)->Name("kernels/planes_to_lanes/naive")->ArgName("width")->Arg(16);
BENCHMARK(lanes_to_planes)
    ->Name("kernels/lanes_to_planes/cpu")
    ->ArgNames({"set", "width"})
    ->ArgsProduct({{3, 4}, {4, 8, 16}});
BENCHMARK(mix)->Name("kernels/mix/cpu")->ArgNames({"set", "sources"})->ArgsProduct({{3, 4}, {1, 4, 16}});
BENCHMARK(sum_planes)->Name("kernels/sum_planes/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(unpack_24)->Name("kernels/unpack_24/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(pack_24)->Name("kernels/pack_24/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(pack_24_pairs)->Name("kernels/pack_24_pairs/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(add_squares)->Name("kernels/add_squares/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(dither_words)->Name("kernels/dither_words/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(quantise)->Name("kernels/quantise/cpu")->ArgName("set")->Arg(3)->Arg(4);
BENCHMARK(naive_quantise)->Name("kernels/quantise/naive");

}  // namespace
}  // namespace dubplate::bench
