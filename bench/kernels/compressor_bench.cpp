// Compressor: ns per sample and lane, by kind and width.
//
//     kernels_bench --benchmark_filter=kernels/compressor

#include "kernels/processors/compressor.h"

#include "bench/kernels/lanes_bench.h"
#include "kernels/shared/dynamics.h"

namespace {

using namespace dubplate;
using namespace dubplate::bench;

/// plain: by peaks, with a knee. held: with hold. ahead: with lookahead. stereo: strips of two channels. power: as the
/// reference sessions' tracks, by power without a knee.
enum Kind { plain, held, ahead, stereo, power };
constexpr const char* kKindNames[] = {"plain", "held", "ahead", "stereo", "power"};

struct Settings {
    double threshold, ratio, attack, release, makeup;
};
Settings settings_of(int strip) {
    return {spread(-28, -14, strip, 0), spread(2, 4, strip, 1), spread(.005, .02, strip, 2), spread(.08, .25, strip, 3),
            spread(0, 3, strip, 4)};
}

Values values_of(Kind kind, int strip) {
    const Settings settings = settings_of(strip);
    Values values(kernels::kCompressor, 0);
    values.set("threshold", settings.threshold).set("ratio", settings.ratio).set("attack", settings.attack);
    values.set("release", settings.release).set("makeup", settings.makeup);
    if (kind == held) values.set("hold", 0.02);
    if (kind == ahead) values.set("lookahead", 0.004);
    if (kind == power) values.set("detector", 1.0).set("knee", 0.0);
    return values;
}

/// The same compressor over one channel with the library's functions, sample by sample; out [frame].
struct PlainCompressor {
    Settings settings;
    double fast = 0.0, out = 0.0;

    void process(const float* in, int stride, float* to) {
        const double attack = kernels::one_pole_step(settings.attack * kBenchRate);
        const double release =
            kernels::one_pole_step(kernels::release_stage(settings.attack * kBenchRate, settings.release * kBenchRate));
        constexpr double kKnee = 6.0;
        for (int frame = 0; frame < kBenchFrames; ++frame) {
            const double sample = static_cast<double>(in[frame * stride]);
            const double over = 20.0 * std::log10(std::max(std::fabs(sample), 1e-10)) - settings.threshold;
            double excess = 0.0;
            if (over > 0.5 * kKnee)
                excess = over;
            else if (over > -0.5 * kKnee)
                excess = (over + 0.5 * kKnee) * (over + 0.5 * kKnee) / (2.0 * kKnee);
            const double target = -(1.0 - 1.0 / settings.ratio) * excess;
            fast = std::min(target, fast + release * (target - fast));
            out += attack * (fast - out);
            to[frame * stride] = static_cast<float>(sample * std::pow(10.0, (out + settings.makeup) / 20.0));
        }
    }
};

/// range(0): kind, range(1): width.
void compressor(benchmark::State& state) {
    const auto kind = static_cast<Kind>(state.range(0));
    const int width = static_cast<int>(state.range(1)), channels = kind == stereo ? 2 : 1;
    std::vector<Values> strips;
    for (int strip = 0; strip < width / channels; ++strip) strips.push_back(values_of(kind, strip));
    LanesRun run(width, channels, std::move(strips));
    run.step();
    if (kind == plain) {
        std::vector<float> output(run.audio().size());
        for (int lane = 0; lane < width; ++lane)
            PlainCompressor{settings_of(lane)}.process(run.input().data() + lane, width, output.data() + lane);
        if (relative_difference(run.audio(), output) > 2e-6) state.SkipWithError("not what the plain loop gives");
    }
    run.measure(state, kKindNames[kind]);
}
BENCHMARK(compressor)
    ->Name("kernels/compressor/cpu")
    ->ArgNames({"kind", "width"})
    ->ArgsProduct({{plain, power, held, ahead}, {1, 4, 8, 16}})
    ->Args({stereo, 4})
    ->Args({stereo, 16});

void plain_compressor(benchmark::State& state) {
    const auto input = swelling_noise(kBenchFrames, 1);
    std::vector<float> output(input.size());
    PlainCompressor plain_loop{settings_of(0)};
    for (auto _ : state) {
        plain_loop.process(input.data(), 1, output.data());
        benchmark::DoNotOptimize(output.data());
    }
    count_samples(state, kBenchFrames);
}
BENCHMARK(plain_compressor)->Name("kernels/compressor/naive");

}  // namespace
