#pragma once

/// The compressor as docs/dynamics.md writes it, one frame after the other in double with libm. Standing parameters.

#include <cmath>
#include <vector>

#include "tests/support/processor_run.h"

namespace dubplate::test {

struct CompressorSettings {
    bool upward = false, rms = false, auto_release = false;
    double threshold = -18, ratio = 4, knee = 6, attack = 0.01, release = 0.1, hold = 0, range = 100, makeup = 0,
           mix = 100, link = 100, lookahead = 0, key_high_pass = 0, key_low_pass = 0;
};

inline std::vector<double> values_of(const CompressorSettings& s, const kernels::ProcessorKind& kind) {
    return values_of(kind, {{"mode", s.upward},
                            {"detector", s.rms},
                            {"threshold", s.threshold},
                            {"ratio", s.ratio},
                            {"knee", s.knee},
                            {"attack", s.attack},
                            {"release", s.release},
                            {"hold", s.hold},
                            {"auto_release", s.auto_release},
                            {"range", s.range},
                            {"makeup", s.makeup},
                            {"mix", s.mix},
                            {"link", s.link},
                            {"lookahead", s.lookahead},
                            {"key_high_pass", s.key_high_pass},
                            {"key_low_pass", s.key_low_pass}});
}

/// Gain in dB for a level in dBFS.
inline double static_curve(const CompressorSettings& s, double level) {
    const double slope = s.ratio >= 100.0 ? 1.0 : 1.0 - 1.0 / s.ratio;
    const double over = s.upward ? s.threshold - level : level - s.threshold;
    double excess = std::max(over, 0.0);
    if (2.0 * std::fabs(over) < s.knee) excess = (over + s.knee / 2) * (over + s.knee / 2) / (2.0 * s.knee);
    const double change = std::min(slope * excess, s.range);
    return s.upward ? std::min(change, std::max(0.0, level + 120.0)) : -change;
}

/// Second-order Butterworth by the bilinear transform, direct form I: not the structure under test.
class ButterworthReference {
public:
    ButterworthReference(double hertz, double rate, bool high) : on_(hertz > 0.0) {
        if (!on_) return;
        const double k = std::tan(3.14159265358979323846 * hertz / rate),
                     norm = 1.0 / (1.0 + std::sqrt(2.0) * k + k * k);
        b0_ = (high ? 1.0 : k * k) * norm;
        b1_ = (high ? -2.0 : 2.0) * b0_;
        a1_ = 2.0 * (k * k - 1.0) * norm;
        a2_ = (1.0 - std::sqrt(2.0) * k + k * k) * norm;
    }
    double process(double x) {
        if (!on_) return x;
        const double y = b0_ * x + b1_ * x1_ + b0_ * x2_ - a1_ * y1_ - a2_ * y2_;
        x2_ = x1_, x1_ = x, y2_ = y1_, y1_ = y;
        return y;
    }

private:
    bool on_;
    double b0_ = 1, b1_ = 0, a1_ = 0, a2_ = 0, x1_ = 0, x2_ = 0, y1_ = 0, y2_ = 0;
};

/// Time constant of the release stage, found by bisection on the step response of the two poles.
inline double release_stage_reference(double attack, double release) {
    if (attack == 0.0) return release;
    if (attack >= release) return 0.0;
    double low = 1e-4 * release, high = release;
    for (int k = 0; k < 60; ++k) {
        const double b = (low + high) / 2;
        const double left = std::fabs(b - attack) < 1e-9 * release
                                ? (1 + release / b) * std::exp(-release / b)
                                : (b * std::exp(-release / b) - attack * std::exp(-release / attack)) / (b - attack);
        (left < std::exp(-1.0) ? low : high) = b;
    }
    return (low + high) / 2;
}

/// Output lined up with the input, [channel][frame]. `key` empty: the input.
inline std::vector<std::vector<double>> compress_reference(const CompressorSettings& s, double rate,
                                                           const Planar& input, const Planar& key = {}) {
    const Planar& heard = key.empty() ? input : key;
    const std::size_t channels = input.size(), frames = input[0].size();
    const auto step = [&](double seconds) { return seconds == 0.0 ? 1.0 : 1.0 - std::exp(-1.0 / (seconds * rate)); };
    std::vector<ButterworthReference> high(channels, {s.key_high_pass, rate, true}),
        low(channels, {s.key_low_pass, rate, false});
    std::vector<double> power(channels), fast(channels), slow(channels), gain(channels), wait(channels);
    const auto ahead = static_cast<std::size_t>(std::lround(s.lookahead * rate));
    std::vector<std::vector<double>> output(channels, std::vector<double>(frames));
    for (std::size_t n = 0; n < frames + ahead; ++n) {
        std::vector<double> level(channels);
        for (std::size_t c = 0; c < channels; ++c) {
            const double x = low[c].process(high[c].process(n < frames ? heard[c][n] : 0.0));
            power[c] += step(0.01) * (x * x - power[c]);
            level[c] = std::max(s.rms ? 10 * std::log10(power[c]) : 20 * std::log10(std::fabs(x)), -200.0);
        }
        const double most = *std::max_element(level.begin(), level.end());
        for (std::size_t c = 0; c < channels; ++c) {
            const double link = s.link / 100;
            const double target = link * static_curve(s, most) + (1 - link) * static_curve(s, level[c]);
            const double release = wait[c] > 0.0 ? 0.0 : step(release_stage_reference(s.attack, s.release));
            wait[c] = target <= fast[c] && most > -120.0 ? std::round(s.hold * rate) : std::max(wait[c] - 1.0, 0.0);
            fast[c] = std::min(target, fast[c] + release * (target - fast[c]));
            slow[c] += step(10 * s.release) * (fast[c] - slow[c]);
            gain[c] += step(s.attack) * ((s.auto_release ? std::min(fast[c], slow[c]) : fast[c]) - gain[c]);
            if (n < ahead) continue;
            const double factor = std::pow(10.0, (gain[c] + s.makeup) / 20), mix = s.mix / 100;
            output[c][n - ahead] = (1 - mix + mix * factor) * input[c][n - ahead];
        }
    }
    return output;
}

}  // namespace dubplate::test
