#include "kernels/kernel_set.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>

#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::Isa;
using kernels::kernel_set;
using kernels::ProcessorKind;
using kernels::StripValues;

bool has_both() { return kernels::best_isa() == Isa::v4; }
#define SKIP_WITHOUT_V4() \
    if (!has_both()) GTEST_SKIP() << "no x86-64-v4 on this machine, or not in this build"

/// A counter-based die.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : seed_(seed) {}
    double between(double low, double high) { return low + (high - low) * 0.5 * (random_at(seed_, at_++) + 1.0); }
    int below(int count) { return std::min(count - 1, static_cast<int>(between(0.0, count))); }
    bool one_in(int count) { return below(count) == 0; }
    template <class T, std::size_t N>
    T of(const T (&things)[N]) {
        return things[below(static_cast<int>(N))];
    }

private:
    std::uint64_t seed_, at_ = 0;
};

/// A run of a kind with everything drawn: width, strips, channels, every parameter in its range, what moves and how.
struct RandomRun {
    std::vector<StripRun> strips;
    RunOptions options;
    kernels::ImpulseResponse impulse;
    std::vector<std::string> paths;  // what the maps of the strips name
};

bool is_fixed(const ParameterDescription& parameter) {
    return parameter.motion == Motion::fixed || parameter.unit == ParameterUnit::choice ||
           parameter.unit == ParameterUnit::toggle;
}

double random_value(const ParameterDescription& parameter, Draw& draw) {
    switch (parameter.unit) {
        case ParameterUnit::choice: return draw.below(static_cast<int>(parameter.choices.size()));
        case ParameterUnit::toggle: return draw.below(2);
        case ParameterUnit::file: return parameter.standard;
        default: break;
    }
    // What every sample rate allows.
    const double maximum =
        parameter.unit == ParameterUnit::hertz ? std::min(parameter.maximum, 20000.0) : parameter.maximum;
    if (draw.one_in(5)) return draw.one_in(2) ? parameter.minimum : maximum;
    if (draw.one_in(3)) return parameter.standard;
    // Closer to the standard value than to the ends, as people set things.
    return parameter.standard + (draw.between(parameter.minimum, maximum) - parameter.standard) *
                                    draw.between(0.0, 1.0) * draw.between(0.0, 1.0);
}

RandomRun random_run(const ProcessorKind& kind, std::uint64_t seed) {
    Draw draw(seed);
    RandomRun run;
    const int width = draw.of({1, 4, 8, 16});
    const int channels = width == 1 ? 1 : 1 << draw.below(width == 4 ? 3 : width == 8 ? 4 : 5);
    const int strips = 1 + draw.below(width / channels);
    run.options = {.sample_rate = draw.of({44100.0, 48000.0, 96000.0}),
                   .width = width,
                   .start = 64 * draw.below(300),
                   .block_frames = draw.of({0, 64, 512}),
                   .seed = seed,
                   .tail_frames = 1000,
                   .settle = true};
    const std::size_t frames = 1000 + static_cast<std::size_t>(draw.below(3000));
    for (int channel = 0; channel < (draw.one_in(2) ? 1 : channels); ++channel)
        run.impulse.channels.push_back(noise(std::size_t{draw.of({1u, 700u, 5000u})}, seed + 77, 0.1));
    for (auto& channel : run.impulse.channels) channel.resize(run.impulse.channels[0].size());

    const std::size_t group_size = kind.description.group.empty() ? 0 : 1 + static_cast<std::size_t>(draw.below(5));
    const std::size_t count = parameter_count(kind.description, group_size);
    std::vector<double> shared;
    std::vector<bool> moves;
    for (std::size_t at = 0; at < count; ++at) {
        const ParameterDescription& parameter = parameter_at(kind.description, at);
        shared.push_back(random_value(parameter, draw));
        moves.push_back(!is_fixed(parameter) && draw.one_in(3));
        const std::size_t plain = kind.description.parameters.size();
        const std::size_t in_group = kind.description.group.empty() ? 1 : kind.description.group.size();
        run.paths.push_back(at < plain
                                ? std::string(parameter.name)
                                : std::string(kind.description.group_name) + "/" +
                                      std::to_string((at - plain) / in_group) + "/" + std::string(parameter.name));
    }
    const bool keyed = kind.description.takes_key && draw.one_in(2);
    for (int strip = 0; strip < strips; ++strip) {
        StripRun one;
        for (int channel = 0; channel < channels; ++channel) {
            const std::uint64_t stream = seed * 100 + static_cast<std::uint64_t>(16 * strip + channel);
            one.input.push_back(noise(frames, stream, from_decibels(draw.between(-60.0, 6.0))));
            if (keyed) one.key.push_back(noise(frames, stream + 50, 0.7));
        }
        for (std::size_t at = 0; at < count; ++at) {
            const ParameterDescription& parameter = parameter_at(kind.description, at);
            const bool own = !is_fixed(parameter) && !moves[at];
            one.values.push_back(own ? random_value(parameter, draw) : shared[at]);
            if (!moves[at]) continue;
            const double from = random_value(parameter, draw), to = random_value(parameter, draw);
            const auto start = static_cast<double>(run.options.start), length = static_cast<double>(frames);
            one.moving[run.paths[at]] = [=](FrameCount frame) {
                const double share = std::clamp((static_cast<double>(frame) - start) / length, 0.0, 1.0);
                return from + (to - from) * share;
            };
        }
        run.strips.push_back(std::move(one));
    }
    return run;
}

bool is_valid(const ProcessorKind& kind, const RandomRun& run) {
    if (!kind.validate) return true;
    for (const StripRun& strip : run.strips)
        if (!kind.validate({.sample_rate = run.options.sample_rate,
                            .channels = static_cast<int>(strip.input.size()),
                            .values = strip.values,
                            .greatest = strip.values,
                            .impulse = strip.impulse,
                            .least = strip.values}))
            return false;
    return true;
}

/// Bits that differ; two NaNs are the same whatever they carry.
std::size_t differences(const Signal& a, const Signal& b) {
    std::size_t count = a.size() == b.size() ? 0 : 1;
    for (std::size_t n = 0; n < std::min(a.size(), b.size()); ++n)
        count += std::bit_cast<std::uint32_t>(a[n]) != std::bit_cast<std::uint32_t>(b[n]) &&
                 !(std::isnan(a[n]) && std::isnan(b[n]));
    return count;
}

TEST(KernelSets, HoldTheSameProcessorsInTheSameOrder) {
    SKIP_WITHOUT_V4();
    const auto v3 = kernel_set(Isa::v3)->processors, v4 = kernel_set(Isa::v4)->processors;
    ASSERT_EQ(v3.size(), v4.size());
    for (std::size_t k = 0; k < v3.size(); ++k) {
        EXPECT_NE(v3[k], v4[k]);
        EXPECT_NE(v3[k]->create, v4[k]->create);
        EXPECT_EQ(v3[k]->description.name, v4[k]->description.name);
    }
    EXPECT_NE(kernel_set(Isa::v3)->blocks, kernel_set(Isa::v4)->blocks);
}

TEST(KernelSets, TheChosenOneAnswers) {
    const kernels::KernelSet& chosen = *kernel_set(kernels::chosen_isa());
    EXPECT_EQ(kernels::processor_kinds().data(), chosen.processors.data());
    EXPECT_EQ(&kernels::block_functions(), chosen.blocks);
    EXPECT_EQ(kernels::find_processor("eq")->create, chosen.processors[2]->create);
}

TEST(KernelSets, EveryProcessorGivesTheSameBitsWhateverItsParametersWidthAndAutomation) {
    SKIP_WITHOUT_V4();
    constexpr std::size_t kRunsOfEach = 60;
    for (const ProcessorKind* kind : kernel_set(Isa::v3)->processors) {
        std::size_t runs = 0, sounding = 0;
        for (std::uint64_t seed = 1; runs < kRunsOfEach && seed < 20 * kRunsOfEach; ++seed) {
            RandomRun run = random_run(*kind, seed);
            for (StripRun& strip : run.strips) strip.impulse = &run.impulse;
            if (!is_valid(*kind, run)) continue;
            ++runs;
            RunOptions options = run.options;
            options.isa = Isa::v3;
            const std::vector<Planar> v3 = run_processor(*kind, run.strips, options);
            options.isa = Isa::v4;
            const std::vector<Planar> v4 = run_processor(*kind, run.strips, options);
            for (std::size_t strip = 0; strip < v3.size(); ++strip)
                for (std::size_t channel = 0; channel < v3[strip].size(); ++channel) {
                    sounding += peak(v3[strip][channel]) > 1e-3;
                    ASSERT_EQ(differences(v3[strip][channel], v4[strip][channel]), 0u)
                        << kind->description.name << ", seed " << seed << ", width " << run.options.width << ", strip "
                        << strip << ", channel " << channel;
                }
        }
        EXPECT_EQ(runs, kRunsOfEach) << kind->description.name;
        EXPECT_GT(sounding, kRunsOfEach) << kind->description.name;
    }
}

}  // namespace
}  // namespace dubplate
