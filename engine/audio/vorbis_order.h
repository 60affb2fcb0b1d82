#pragma once

/// The channel order of Vorbis I (section 4.3.9) and of Opus's mapping family 1 (RFC 7845, section 5.1.1), which is not
/// that of our layouts: L C R, then the surrounds, the LFE last. Threads: pure function.

#include <array>
#include <span>

namespace dubplate::audio {

/// Which of our channels each of the file's is; empty where both orders agree (1, 2, 4, and more than 8 channels).
inline std::span<const int> vorbis_order(int channels) {
    static constexpr std::array<int, 3> k3{0, 2, 1};
    static constexpr std::array<int, 5> k5{0, 2, 1, 3, 4};
    static constexpr std::array<int, 6> k6{0, 2, 1, 4, 5, 3};
    static constexpr std::array<int, 7> k7{0, 2, 1, 5, 6, 4, 3};
    static constexpr std::array<int, 8> k8{0, 2, 1, 6, 7, 4, 5, 3};
    switch (channels) {
        case 3: return k3;
        case 5: return k5;
        case 6: return k6;
        case 7: return k7;
        case 8: return k8;
        default: return {};
    }
}

}  // namespace dubplate::audio
