#pragma once

/// Signals for tests and the figures they are judged by. Everything is a function of its arguments: no clock, no global
/// generator. Levels and errors are in dB, times in frames, signals [frame] of one channel.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace dubplate::test {

using Signal = std::vector<float>;

/// Counter-based: sample `index` of stream `seed`, uniform in [-1, 1).
inline double random_at(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t z = seed * 0x9e3779b97f4a7c15u + index * 0xd1b54a32d192ed03u + 0x2545f4914f6cdd1du;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1.0;
}

/// White, uniform in [-amplitude, amplitude).
inline Signal noise(std::size_t frames, std::uint64_t seed, double amplitude = 1.0) {
    Signal signal(frames);
    for (std::size_t n = 0; n < frames; ++n) signal[n] = static_cast<float>(amplitude * random_at(seed, n));
    return signal;
}

/// amplitude * sin(2 pi (hz n / rate + turns)).
inline Signal sine(std::size_t frames, double hz, double rate, double amplitude = 1.0, double turns = 0.0) {
    Signal signal(frames);
    for (std::size_t n = 0; n < frames; ++n)
        signal[n] =
            static_cast<float>(amplitude * std::sin(6.283185307179586 * (hz / rate * static_cast<double>(n) + turns)));
    return signal;
}

inline Signal impulse(std::size_t frames, std::size_t at = 0, double amplitude = 1.0) {
    Signal signal(frames, 0.0f);
    signal.at(at) = static_cast<float>(amplitude);
    return signal;
}

/// Every frame the same.
inline Signal constant(std::size_t frames, double value) { return Signal(frames, static_cast<float>(value)); }

inline double decibels(double gain) { return 20.0 * std::log10(gain); }
inline double from_decibels(double level) { return std::pow(10.0, level / 20.0); }

template <class T>
double peak(std::span<const T> signal) {
    double greatest = 0.0;
    for (const T value : signal) greatest = std::max(greatest, std::fabs(static_cast<double>(value)));
    return greatest;
}
inline double peak(const Signal& signal) { return peak(std::span<const float>(signal)); }

template <class T>
double rms(std::span<const T> signal) {
    double sum = 0.0;
    for (const T value : signal) sum += static_cast<double>(value) * static_cast<double>(value);
    return signal.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(signal.size()));
}
inline double rms(const Signal& signal) { return rms(std::span<const float>(signal)); }

/// Energy of the difference relative to the energy of the reference, over whole signals. -infinity where they are equal,
/// +infinity where the lengths differ or the actual signal holds a NaN.
template <class A, class B>
double error_db(const std::vector<A>& actual, const std::vector<B>& reference) {
    if (actual.size() != reference.size()) return std::numeric_limits<double>::infinity();
    double error = 0.0, energy = 0.0;
    for (std::size_t n = 0; n < actual.size(); ++n) {
        const double difference = static_cast<double>(actual[n]) - static_cast<double>(reference[n]);
        error += difference * difference;
        energy += static_cast<double>(reference[n]) * static_cast<double>(reference[n]);
    }
    if (error == 0.0) return -std::numeric_limits<double>::infinity();
    const double level = 10.0 * std::log10(error / std::max(energy, 1e-300));
    return std::isnan(level) ? std::numeric_limits<double>::infinity() : level;
}

}  // namespace dubplate::test
