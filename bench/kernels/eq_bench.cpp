// EQ: ns per sample and lane, by chain and width.
//
//     kernels_bench --benchmark_filter=kernels/eq

#include "kernels/processors/eq.h"

#include <array>

#include "bench/kernels/lanes_bench.h"
#include "kernels/processors/eq_design.h"

namespace {

using namespace dubplate;
using namespace dubplate::bench;

/// reference: the bands of the reference sessions' tracks. low: four bells below 4 kHz. high: four of 4 to 16 kHz with
/// much gain. passes: 24 dB/oct at both ends. moving parts are not among them.
enum Chain { reference, low, high, passes };
constexpr const char* kChainNames[] = {"reference", "low", "high", "passes"};

kernels::EqBand band_of(Chain chain, int band, int lane) {
    const auto draw = [&](double from, double to) { return spread(from, to, lane, 7 * band + chain); };
    const auto gain = [&](double most) { return spread(-most, most, lane, 7 * band + 3); };
    using enum kernels::EqType;
    switch (chain) {
        case reference:
            if (band == 0) return {low_shelf, 2, draw(80, 200), gain(4)};
            if (band == 3) return {high_shelf, 2, draw(6000, 12000), gain(4)};
            return {bell, 2, band == 1 ? draw(250, 1000) : draw(1500, 6000), gain(5), spread(.7, 2, lane, band)};
        case low: return {bell, 2, draw(80, 3900), gain(12), spread(.5, 4, lane, band)};
        case high: return {bell, 2, draw(8000, 16000), gain(12), spread(.5, 4, lane, band)};
        case passes: break;
    }
    return {band % 2 == 0 ? high_pass : low_pass, 4, band % 2 == 0 ? draw(30, 120) : draw(12000, 18000)};
}
int band_count(Chain chain) { return chain == passes ? 2 : 4; }

Values values_of(Chain chain, int lane) {
    Values values(kernels::kEq, static_cast<std::size_t>(band_count(chain)));
    for (int index = 0; index < band_count(chain); ++index) {
        const kernels::EqBand band = band_of(chain, index, lane);
        const std::string at = "bands/" + std::to_string(index) + "/";
        values.set(at + "type", static_cast<double>(band.type)).set(at + "slope", band.order - 1.0);
        values.set(at + "frequency", band.frequency_hz).set(at + "gain", band.gain_db).set(at + "q", band.q);
    }
    return values;
}

/// All sections of a lane as the textbook has them, those that are wires left out.
std::vector<kernels::Biquad<double>> sections_of(Chain chain, int lane) {
    std::vector<kernels::Biquad<double>> result;
    for (int index = 0; index < band_count(chain); ++index) {
        const kernels::EqBand band = band_of(chain, index, lane);
        std::array<kernels::EqSection, kernels::kEqMostSections> sections;
        const bool corrected = kernels::design_eq_band(band, kBenchRate, sections.data());
        for (int i = 0; i < kernels::eq_section_count(band.type, band.order); i += corrected ? 1 : 2)
            result.push_back(kernels::biquad_of(sections[static_cast<std::size_t>(i)]));
    }
    return result;
}

struct PlainSection {
    kernels::Biquad<double> k;
    double s1 = 0.0, s2 = 0.0;
};

/// A channel through its sections, sample by sample; out [frame].
void plain_chain(std::vector<PlainSection>& sections, const float* in, int stride, float* out) {
    for (int frame = 0; frame < kBenchFrames; ++frame) {
        double x = static_cast<double>(in[frame * stride]);
        for (PlainSection& section : sections) {
            const double y = section.k.b0 * x + section.s1;
            section.s1 = section.k.b1 * x + section.k.c1 * y + section.s2;
            section.s2 = section.k.b2 * x + section.k.c2 * y;
            x = y;
        }
        out[frame * stride] = static_cast<float>(x);
    }
}

std::vector<std::vector<PlainSection>> plain_sections(Chain chain, int width) {
    std::vector<std::vector<PlainSection>> lanes;
    for (int lane = 0; lane < width; ++lane) {
        lanes.emplace_back();
        for (const kernels::Biquad<double>& k : sections_of(chain, lane)) lanes.back().push_back({k});
    }
    return lanes;
}

/// range(0): chain, range(1): width.
void eq(benchmark::State& state) {
    const auto chain = static_cast<Chain>(state.range(0));
    const int width = static_cast<int>(state.range(1));
    std::vector<Values> strips;
    for (int lane = 0; lane < width; ++lane) strips.push_back(values_of(chain, lane));
    LanesRun run(width, 1, std::move(strips));
    run.step();
    std::vector<float> plain(run.audio().size());
    auto lanes = plain_sections(chain, width);
    for (int lane = 0; lane < width; ++lane)
        plain_chain(lanes[static_cast<std::size_t>(lane)], run.input().data() + lane, width, plain.data() + lane);
    if (relative_difference(run.audio(), plain) > 1e-6) state.SkipWithError("not what the plain loop gives");
    run.measure(state, kChainNames[chain]);
}
BENCHMARK(eq)
    ->Name("kernels/eq/cpu")
    ->ArgNames({"chain", "width"})
    ->ArgsProduct({{reference, low, high, passes}, {1, 4, 8, 16}});

void plain_eq(benchmark::State& state) {
    const auto chain = static_cast<Chain>(state.range(0));
    const auto input = swelling_noise(kBenchFrames, 1);
    std::vector<float> output(input.size());
    auto lanes = plain_sections(chain, 1);
    for (auto _ : state) {
        plain_chain(lanes[0], input.data(), 1, output.data());
        benchmark::DoNotOptimize(output.data());
    }
    state.SetLabel(kChainNames[chain]);
    count_samples(state, kBenchFrames);
}
BENCHMARK(plain_eq)->Name("kernels/eq/naive")->ArgNames({"chain"})->ArgsProduct({{reference, low, high, passes}});

}  // namespace
