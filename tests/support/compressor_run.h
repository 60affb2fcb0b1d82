#pragma once

/// What the tests of the compressor share: a run of it over settings, gains in dB, signals, and settings at random.

#include <cmath>
#include <vector>

#include "kernels/processors/compressor.h"
#include "tests/support/compressor_reference.h"
#include "tests/support/processor_run.h"

namespace dubplate::test {

inline constexpr double kRates[] = {44100.0, 48000.0, 96000.0, 192000.0};

inline Planar compress(const CompressorSettings& settings, const Planar& input, RunOptions options = {}) {
    return run_processor(kernels::kCompressor, {.input = input, .values = values_of(settings, kernels::kCompressor)},
                         options);
}

/// Gains in dB, frame by frame. Nothing is where the input is 0.
inline std::vector<double> gains(const Signal& output, const Signal& input) {
    std::vector<double> result(output.size());
    for (std::size_t n = 0; n < output.size(); ++n) result[n] = decibels(std::fabs(output[n] / input[n]));
    return result;
}

/// A level that changes at a frame, as alternating samples: every sample is a peak.
inline Signal step_signal(std::size_t frames, std::size_t at, double before_db, double after_db) {
    Signal signal(frames);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] = static_cast<float>((n % 2 ? -1.0 : 1.0) * from_decibels(n < at ? before_db : after_db));
    return signal;
}

/// Settings drawn from the whole space.
inline CompressorSettings random_settings(std::uint64_t seed) {
    std::uint64_t draws = 0;
    const auto uniform = [&](double from, double to) {
        return from + (to - from) * 0.5 * (1.0 + random_at(seed, draws++));
    };
    const auto sometimes = [&](double value) { return uniform(0, 1) < 0.5 ? value : 0.0; };
    CompressorSettings s{
        .upward = uniform(0, 1) < 0.3, .rms = uniform(0, 1) < 0.4, .auto_release = uniform(0, 1) < 0.4};
    s.threshold = uniform(-50, -6);
    s.ratio = uniform(1, 20);
    s.knee = sometimes(uniform(0, 30));
    s.attack = sometimes(uniform(0, 0.05));
    s.release = uniform(0.005, 0.3);
    s.hold = sometimes(uniform(0, 0.02));
    s.range = uniform(6, 60);
    s.makeup = uniform(-6, 12);
    s.mix = uniform(0, 100);
    s.link = uniform(0, 1) < 0.5 ? 100.0 : uniform(0, 100);
    s.lookahead = sometimes(uniform(0, 0.01));
    s.key_high_pass = sometimes(uniform(20, 500));
    s.key_low_pass = sometimes(uniform(800, 12000));
    return s;
}

/// Bursts of noise between passages of near silence.
inline Signal programme(std::size_t frames, std::uint64_t seed) {
    Signal signal = noise(frames, seed);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] *= static_cast<float>(from_decibels(-6.0 + 40.0 * std::min(0.0, random_at(seed + 1000, n / 1500))));
    return signal;
}

}  // namespace dubplate::test
