#pragma once

/// Gives the pages of an Ogg stream a serial number of our own, so that the same audio is the same bytes: libsndfile
/// draws a number from the clock.
///
/// Bytes go in as they come and come out page by page, with their checksums made anew. Threads: one caller at a time.
/// Errors: corrupt_input where what goes in is no Ogg stream.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/result.h"

namespace dubplate::audio {

class OggPages {
public:
    using Write = std::function<Result<void>(const std::byte* bytes, std::size_t count)>;

    OggPages(std::uint32_t serial, Write write) : serial_(serial), write_(std::move(write)) {}
    Result<void> put(const void* bytes, std::size_t count);
    /// Nothing of an unfinished page is left.
    bool is_empty() const { return held_.empty(); }

private:
    std::uint32_t serial_;
    Write write_;
    std::vector<std::byte> held_;  // less than a page
};

}  // namespace dubplate::audio
