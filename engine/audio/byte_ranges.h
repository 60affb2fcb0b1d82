#pragma once

/// Stretches of a file's bytes.
///
/// Threads: pure functions.

#include <cstdint>
#include <vector>

namespace dubplate::audio {

/// [begin, end)
struct ByteRange {
    std::int64_t begin = 0, end = 0;

    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// In order; those that overlap, touch, or have fewer than `least_gap` bytes between them, are one. Empty ones are left
/// out.
std::vector<ByteRange> merged(std::vector<ByteRange> ranges, std::int64_t least_gap);

}  // namespace dubplate::audio
