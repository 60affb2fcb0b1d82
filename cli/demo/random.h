#pragma once

/// A counter-based generator: the n-th number of a series without the ones before it, the same on every machine.
/// SplitMix64's finaliser (Steele, Lea, Flood 2014) over seed and counter.

#include <cstdint>

namespace dubplate::demo {

constexpr std::uint64_t mixed_bits(std::uint64_t seed, std::uint64_t counter) {
    std::uint64_t z = seed * 0xD1342543DE82EF95ull + (counter + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

/// Evenly spread over [-1, 1).
constexpr double bipolar_noise(std::uint64_t seed, std::uint64_t counter) {
    return static_cast<double>(mixed_bits(seed, counter) >> 11) * (2.0 / 9007199254740992.0) - 1.0;
}

}  // namespace dubplate::demo
