#include "bench/sessions/numpy_random.h"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

#include "kernels/shared/math.h"

namespace dubplate::bench {
namespace {

constexpr std::size_t kPoolWords = 4;
using Pool = std::array<std::uint32_t, kPoolWords>;

struct HashMix {
    std::uint32_t constant = 0x43b0d7e5u;
    std::uint32_t operator()(std::uint32_t value) {
        value ^= constant;
        constant *= 0x931e8875u;
        value *= constant;
        return value ^ (value >> 16);
    }
};

std::uint32_t mix(std::uint32_t x, std::uint32_t y) {
    const std::uint32_t value = 0xca01f9ddu * x - 0x4973f715u * y;
    return value ^ (value >> 16);
}

/// SeedSequence(seed).pool: a seed of 64 bits is at most two words of entropy, so the pool holds it whole.
Pool mix_entropy(std::uint64_t seed) {
    const Pool entropy{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), 0, 0};
    HashMix hash;
    Pool pool;
    for (std::size_t word = 0; word < kPoolWords; ++word) pool[word] = hash(entropy[word]);
    for (std::size_t from = 0; from < kPoolWords; ++from)
        for (std::size_t to = 0; to < kPoolWords; ++to)
            if (from != to) pool[to] = mix(pool[to], hash(pool[from]));
    return pool;
}

/// SeedSequence.generate_state(4, uint64).
std::array<std::uint64_t, 4> generate_state(const Pool& pool) {
    std::array<std::uint64_t, 4> state{};
    std::uint32_t constant = 0x8b51f9ddu;
    for (std::size_t word = 0; word < 8; ++word) {
        std::uint32_t value = pool[word % kPoolWords] ^ constant;
        constant *= 0x58f38dedu;
        value *= constant;
        value ^= value >> 16;
        state[word / 2] |= static_cast<std::uint64_t>(value) << (32 * (word % 2));
    }
    return state;
}

unsigned __int128 wide(std::uint64_t high, std::uint64_t low) {
    return (static_cast<unsigned __int128>(high) << 64) | low;
}

constexpr std::uint64_t kMultiplierHigh = 2549297995355413924u, kMultiplierLow = 4865540595714422341u;

}  // namespace

NumpyRandom::NumpyRandom(std::uint64_t seed) {
    const auto words = generate_state(mix_entropy(seed));
    increment_ = (wide(words[2], words[3]) << 1) | 1u;
    // The generator's own seeding: one step from state 0, the seed added, one more step.
    state_ = increment_ + wide(words[0], words[1]);
    state_ = state_ * wide(kMultiplierHigh, kMultiplierLow) + increment_;
}

std::uint64_t NumpyRandom::bits() {
    state_ = state_ * wide(kMultiplierHigh, kMultiplierLow) + increment_;
    const auto high = static_cast<std::uint64_t>(state_ >> 64);
    const std::uint64_t folded = high ^ static_cast<std::uint64_t>(state_);
    const unsigned turn = static_cast<unsigned>(high >> 58);
    return (folded >> turn) | (folded << ((64 - turn) & 63));
}

double NumpyRandom::unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double NumpyRandom::uniform(double low, double high) { return low + (high - low) * unit(); }

int NumpyRandom::index(int count) {
    assert(count >= 1);
    return static_cast<int>(unit() * count);
}

double NumpyRandom::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    const double radius = std::sqrt(-2.0 * kernels::log(1.0 - unit()));
    double sine, cosine;
    kernels::sine_cosine_of_turns(unit(), sine, cosine);
    spare_normal_ = radius * sine;
    has_spare_ = true;
    return radius * cosine;
}

double round_decimals(double value, int digits) {
    std::array<char, 40> text{};
    const auto printed = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
    double rounded = 0.0;
    std::from_chars(text.data(), printed.ptr, rounded);
    return rounded;
}

}  // namespace dubplate::bench
