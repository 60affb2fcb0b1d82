#pragma once

/// Philox4x32-10, the counter-based random generator of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as
/// easy as 1, 2, 3", SC11): four random words as a pure function of a 128-bit counter and a 64-bit key.
///
/// There is no state, so any frame's noise can be had at once, in any order, on any device, with the same bits.

#include <cstdint>

#include "kernels/shared/host_device.h"

namespace dubplate::kernels {

inline constexpr int kPhiloxRounds = 10;
inline constexpr std::uint32_t kPhiloxMultiplier0 = 0xD2511F53u;
inline constexpr std::uint32_t kPhiloxMultiplier1 = 0xCD9E8D57u;
inline constexpr std::uint32_t kPhiloxStep0 = 0x9E3779B9u;  ///< golden ratio, added to key[0] after each round
inline constexpr std::uint32_t kPhiloxStep1 = 0xBB67AE85u;  ///< sqrt(3) - 1, added to key[1]

struct PhiloxWords {
    std::uint32_t word[4];
};

DUBPLATE_HD PhiloxWords philox4x32(PhiloxWords counter, std::uint32_t key0, std::uint32_t key1) {
    for (int round = 0; round < kPhiloxRounds; ++round) {
        const std::uint64_t product0 = static_cast<std::uint64_t>(kPhiloxMultiplier0) * counter.word[0];
        const std::uint64_t product1 = static_cast<std::uint64_t>(kPhiloxMultiplier1) * counter.word[2];
        counter = {{static_cast<std::uint32_t>(product1 >> 32) ^ counter.word[1] ^ key0,
                    static_cast<std::uint32_t>(product1),
                    static_cast<std::uint32_t>(product0 >> 32) ^ counter.word[3] ^ key1,
                    static_cast<std::uint32_t>(product0)}};
        key0 += kPhiloxStep0;
        key1 += kPhiloxStep1;
    }
    return counter;
}

}  // namespace dubplate::kernels
