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

/// What to ask the system for so that `wanted` is at hand, when `asked` was asked for last: nothing where that holds it. Who goes
/// on there reads on, most likely: up to `ahead` bytes of the file's. Others may want no more: a clip ends after its first
/// bytes, and what is read backwards lies before them.
ByteRange read_ahead(const ByteRange& wanted, const ByteRange& asked, std::int64_t ahead, std::int64_t file_bytes);

}  // namespace dubplate::audio
