#pragma once

/// True peak by 16 times oversampling with a long interpolator, in double: 96 taps per phase under a Blackman window, flat
/// to 0.47 of the rate. Independent of everything the engine measures or limits with.

#include <cmath>

#include "tests/support/signals.h"

namespace dubplate::test {

inline double true_peak_reference(const Signal& signal) {
    constexpr int kOver = 16, kHalf = 48;
    constexpr double kPi = 3.14159265358979323846;
    static const auto taps = [] {
        std::vector<double> table(kOver * 2 * kHalf);  // [phase][tap]
        for (int phase = 0; phase < kOver; ++phase) {
            double sum = 0.0;
            for (int k = 0; k < 2 * kHalf; ++k) {
                const double t = static_cast<double>(phase) / kOver - (k - kHalf + 1), x = t / kHalf;
                const double window =
                    std::fabs(x) >= 1 ? 0.0 : 0.42 + 0.5 * std::cos(kPi * x) + 0.08 * std::cos(2 * kPi * x);
                const double value = t == 0.0 ? 1.0 : std::sin(kPi * t) / (kPi * t) * window;
                table[static_cast<std::size_t>(phase * 2 * kHalf + k)] = value;
                sum += value;
            }
            for (int k = 0; k < 2 * kHalf; ++k) table[static_cast<std::size_t>(phase * 2 * kHalf + k)] /= sum;
        }
        return table;
    }();
    std::vector<double> padded(signal.size() + 2 * kHalf, 0.0);
    for (std::size_t n = 0; n < signal.size(); ++n) padded[n + kHalf] = signal[n];
    double greatest = 0.0;
    for (std::size_t n = 0; n + 2 * kHalf <= padded.size(); ++n)
        for (int phase = 0; phase < kOver; ++phase) {
            double value = 0.0;
            for (int k = 0; k < 2 * kHalf; ++k)
                value +=
                    padded[n + static_cast<std::size_t>(k)] * taps[static_cast<std::size_t>(phase * 2 * kHalf + k)];
            greatest = std::max(greatest, std::fabs(value));
        }
    return greatest;
}

}  // namespace dubplate::test
