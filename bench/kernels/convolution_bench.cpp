// Convolution: ns per sample and response channel, by length of the response and kind of strip.
//
//     kernels_bench --benchmark_filter=convolution

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/cpu/aligned.h"
#include "kernels/processors/convolution.h"

namespace {

using namespace dubplate;

float noise_at(std::uint64_t index) {
    index = (index + 1) * 0x9e3779b97f4a7c15u;
    index = (index ^ (index >> 30)) * 0xbf58476d1ce4e5b9u;
    return static_cast<float>(static_cast<std::int64_t>(index ^ (index >> 31))) * 0x1p-63f;
}

kernels::ImpulseResponse decaying_noise(std::size_t channels, std::size_t frames) {
    kernels::ImpulseResponse response;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::vector<float>& samples = response.channels.emplace_back(frames);
        for (std::size_t n = 0; n < frames; ++n)
            samples[n] =
                noise_at(channel << 32 | n) * 0.02f * (1.0f - static_cast<float>(n) / static_cast<float>(frames));
    }
    return response;
}

/// range(0): strip channels, range(1): response channels, range(2): response frames.
void convolution(benchmark::State& state) {
    constexpr int kWidth = 4;
    const auto channels = static_cast<int>(state.range(0));
    const kernels::ImpulseResponse response =
        decaying_noise(static_cast<std::size_t>(state.range(1)), static_cast<std::size_t>(state.range(2)));
    std::vector<double> values;
    for (const ParameterDescription& parameter : kernels::kConvolution.description.parameters)
        values.push_back(parameter.standard);
    const kernels::StripValues strip{
        .sample_rate = 48000.0, .channels = channels, .values = values, .greatest = values, .impulse = &response};
    const auto processor =
        kernels::find_processor("convolution")
            ->create({.width = kWidth, .strips = {&strip, 1}, .moving_per_block = {}, .moving_per_frame = {}});
    kernels::AlignedVector<float> audio(512 * kWidth), input(512 * kWidth);
    for (std::size_t i = 0; i < input.size(); ++i)
        input[i] = static_cast<int>(i) % kWidth < channels ? noise_at(i) : 0.0f;
    const FrameCount per_iteration = 1 << 17;
    FrameCount start = 0;
    const auto feed = [&] {
        for (const FrameCount end = start + per_iteration; start < end; start += 512) {
            std::copy(input.begin(), input.end(), audio.begin());
            processor->process({.start = start, .frames = 512, .audio = audio.data(), .key = nullptr, .controls = {}});
        }
    };
    feed();
    float loudest = 0.0f;
    for (auto _ : state) {
        feed();
        for (const float sample : audio) loudest = std::max(loudest, std::abs(sample));
    }
    if (!(loudest > 1e-3f && loudest < 1e3f)) state.SkipWithError("silence or nonsense came out");
    const double samples = static_cast<double>(per_iteration) * static_cast<double>(state.iterations());
    const auto response_channels = static_cast<double>(std::max<std::int64_t>(state.range(1), channels));
    state.counters["s/sample_and_response_channel"] =
        benchmark::Counter(samples * response_channels, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["x_real_time"] = benchmark::Counter(samples / 48000.0, benchmark::Counter::kIsRate);
}
BENCHMARK(convolution)
    ->Name("kernels/convolution/cpu")
    ->ArgNames({"channels", "response_channels", "frames"})
    ->Args({1, 1, 4096})
    ->Args({1, 1, 24000})
    ->Args({1, 1, 48000})
    ->Args({1, 1, 144000})
    ->Args({2, 2, 144000})
    ->Args({2, 4, 144000})
    ->Args({1, 1, 480000})
    ->Unit(benchmark::kMillisecond);

}  // namespace
