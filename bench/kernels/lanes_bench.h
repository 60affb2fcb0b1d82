#pragma once

/// What the benchmarks of processors share: sixteen strips of noise with settings of their own, a processor over them,
/// and the figure, seconds per sample of a lane.
///
/// The instruction set is the one a render would take: DUBPLATE_ISA=v3 or v4 in the environment says otherwise.
/// Names are `kernels/THING/cpu/...` for what renders use and `kernels/THING/naive/...` for the plain loop beside it: one
/// channel after the other, as a textbook has it. Every benchmark holds its answer against what the other would give.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cpu/aligned.h"
#include "kernels/processors/processor.h"

namespace dubplate::bench {

inline constexpr double kBenchRate = 48000.0;
inline constexpr int kBenchFrames = kernels::kMaxBlockFrames;

/// In -1..1, by index alone.
inline float noise_at(std::uint64_t index) {
    index = (index + 1) * 0x9e3779b97f4a7c15u;
    index = (index ^ (index >> 30)) * 0xbf58476d1ce4e5b9u;
    return static_cast<float>(static_cast<std::int64_t>(index ^ (index >> 31))) * 0x1p-63f;
}
/// In low..high, another for each lane.
inline double spread(double low, double high, int lane, int draw) {
    return low +
           (high - low) * (0.5 + 0.5 * static_cast<double>(noise_at(static_cast<std::uint64_t>(97 * lane + draw))));
}

/// Noise that swells and falls, so that levels move; [frame][width].
inline kernels::AlignedVector<float> swelling_noise(int frames, int width) {
    kernels::AlignedVector<float> audio(static_cast<std::size_t>(frames * width));
    for (std::size_t at = 0; at < audio.size(); ++at) {
        const double frame = static_cast<double>(at) / width;
        audio[at] = noise_at(at) * static_cast<float>(0.3 + 0.25 * std::sin(frame * 0.002));
    }
    return audio;
}

/// The values of all parameters of a kind with a group of `members`, standard but for what is set by path.
struct Values {
    Values(const kernels::ProcessorKind& of, std::size_t members) : kind(&of) {
        for (const ParameterDescription& parameter : of.description.parameters) values.push_back(parameter.standard);
        for (std::size_t member = 0; member < members; ++member)
            for (const ParameterDescription& parameter : of.description.group) values.push_back(parameter.standard);
    }
    Values& set(std::string_view path, double value) {
        values.at(parameter_index(kind->description, path)) = value;
        return *this;
    }
    const kernels::ProcessorKind* kind;
    std::vector<double> values;
};

/// One instance of a processor over strips of `channels` channels each.
class LanesRun {
public:
    LanesRun(int width, int channels, std::vector<Values> strips)
        : width_(width),
          values_(std::move(strips)),
          input_(swelling_noise(kBenchFrames, width)),
          audio_(input_.size()) {
        for (const Values& strip : values_)
            strips_.push_back({.sample_rate = kBenchRate,
                               .channels = channels,
                               .values = strip.values,
                               .greatest = strip.values,
                               .impulse = nullptr});
        // Of the instruction set that DUBPLATE_ISA chooses.
        processor_ = kernels::find_processor(values_[0].kind->description.name)
                         ->create({.width = width, .strips = strips_, .moving_per_block = {}, .moving_per_frame = {}});
    }
    /// One block of the same input.
    void step() {
        std::copy(input_.begin(), input_.end(), audio_.begin());
        processor_->process(
            {.start = start_, .frames = kBenchFrames, .audio = audio_.data(), .key = nullptr, .controls = {}});
        start_ += kBenchFrames;
    }
    /// step() as a benchmark of this label.
    void measure(benchmark::State& state, const char* label);
    const kernels::AlignedVector<float>& input() const { return input_; }
    const kernels::AlignedVector<float>& audio() const { return audio_; }
    int width() const { return width_; }

private:
    int width_;
    std::vector<Values> values_;
    std::vector<kernels::StripValues> strips_;
    kernels::AlignedVector<float> input_, audio_;
    std::unique_ptr<kernels::Processor> processor_;
    FrameCount start_ = 0;
};

/// Tells the figure: seconds per sample, of `samples` in each iteration.
inline void count_samples(benchmark::State& state, std::int64_t samples) {
    state.counters["s/sample"] =
        benchmark::Counter(static_cast<double>(samples) * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

inline void LanesRun::measure(benchmark::State& state, const char* label) {
    for (auto _ : state) {
        step();
        benchmark::DoNotOptimize(audio_.data());
    }
    state.SetLabel(label);
    count_samples(state, kBenchFrames * width_);
}

/// Largest difference of two signals over the largest magnitude of the second.
template <class A, class B>
double relative_difference(const A& a, const B& b) {
    double most = 0.0, size = 1e-30;
    for (std::size_t at = 0; at < b.size(); ++at) {
        most = std::max(most, std::fabs(static_cast<double>(a[at]) - static_cast<double>(b[at])));
        size = std::max(size, std::fabs(static_cast<double>(b[at])));
    }
    return most / size;
}

}  // namespace dubplate::bench
