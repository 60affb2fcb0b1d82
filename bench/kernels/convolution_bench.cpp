// Convolution: ns per sample and response channel, by length of the response and kind of strip.
//
//     kernels_bench --benchmark_filter=convolution

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
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

/// One strip and what is fed to it.
class Strip {
public:
    Strip(int channels, const kernels::ImpulseResponse& response) {
        std::vector<double> values;
        for (const ParameterDescription& parameter : kernels::kConvolution.description.parameters)
            values.push_back(parameter.standard);
        const kernels::StripValues strip{
            .sample_rate = 48000.0, .channels = channels, .values = values, .greatest = values, .impulse = &response};
        processor_ =
            kernels::find_processor("convolution")
                ->create({.width = kWidth, .strips = {&strip, 1}, .moving_per_block = {}, .moving_per_frame = {}});
        for (std::size_t i = 0; i < input_.size(); ++i)
            input_[i] = static_cast<int>(i) % kWidth < channels ? noise_at(i) : 0.0f;
    }

    void feed(FrameCount frames) {
        for (const FrameCount end = start_ + frames; start_ < end; start_ += 512) {
            std::copy(input_.begin(), input_.end(), audio_.begin());
            processor_->process(
                {.start = start_, .frames = 512, .audio = audio_.data(), .key = nullptr, .controls = {}});
        }
        for (const float sample : audio_) loudest_ = std::max(loudest_, std::abs(sample));
    }
    bool sounds_right() const { return loudest_ > 1e-3f && loudest_ < 1e3f; }

private:
    static constexpr int kWidth = 4;
    std::unique_ptr<kernels::Processor> processor_;
    kernels::AlignedVector<float> audio_{kernels::AlignedVector<float>(512 * kWidth)}, input_{audio_};
    FrameCount start_ = 0;
    float loudest_ = 0.0f;
};

/// Each of the strips is fed so many frames, in turn.
void measure(benchmark::State& state, std::vector<Strip>& strips, FrameCount frames, std::int64_t response_channels) {
    const auto feed = [&] {
        for (Strip& strip : strips) strip.feed(frames);
    };
    feed();
    for (auto _ : state) feed();
    if (!std::all_of(strips.begin(), strips.end(), [](const Strip& strip) { return strip.sounds_right(); }))
        state.SkipWithError("silence or nonsense came out");
    const double samples =
        static_cast<double>(frames) * static_cast<double>(strips.size()) * static_cast<double>(state.iterations());
    state.counters["s/sample_and_response_channel"] = benchmark::Counter(
        samples * static_cast<double>(response_channels), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["x_real_time"] = benchmark::Counter(samples / 48000.0, benchmark::Counter::kIsRate);
}

/// One strip alone, whose spectra stay in the cache. range(0): its channels, range(1): response channels, range(2): response
/// frames.
void convolution(benchmark::State& state) {
    const auto channels = static_cast<int>(state.range(0));
    const kernels::ImpulseResponse response =
        decaying_noise(static_cast<std::size_t>(state.range(1)), static_cast<std::size_t>(state.range(2)));
    std::vector<Strip> strips;
    strips.emplace_back(channels, response);
    measure(state, strips, 1 << 17, std::max<std::int64_t>(state.range(1), channels));
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

/// Stereo strips in turn, 3 s each, a chunk of so many frames at a time, as a render does: what they hold comes from memory.
/// range(0): strips, range(1): frames.
void convolutions_in_turn(benchmark::State& state) {
    std::vector<kernels::ImpulseResponse> responses;
    for (std::int64_t strip = 0; strip < state.range(0); ++strip) responses.push_back(decaying_noise(2, 144000));
    std::vector<Strip> strips;
    for (const kernels::ImpulseResponse& response : responses) strips.emplace_back(2, response);
    measure(state, strips, state.range(1), 2);
}
BENCHMARK(convolutions_in_turn)
    ->Name("kernels/convolutions_in_turn/cpu")
    ->ArgNames({"strips", "chunk"})
    ->Args({4, 65536})
    ->Args({16, 65536})
    ->Args({16, 131072})
    ->Unit(benchmark::kMillisecond);

}  // namespace
