#pragma once

/// The length that a FLAC file's header promises.
///
/// libsndfile stops at that length and does not tell if more follows, so the count is read here, and hidden from it.
/// Standard: RFC 9639, section 8.2 (STREAMINFO). Threads: pure functions. Errors: io.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/audio/posix_file.h"
#include "engine/base/time.h"

namespace dubplate::audio {

struct FlacLength {
    FrameCount frames = 0;            ///< 0: the encoder did not know
    std::int64_t bytes_at = 0;        ///< where in the file the five bytes stand that hold it
    std::array<std::byte, 5> hidden;  ///< those bytes with "unknown" in its place
};

/// Nothing where this is no FLAC file, or one without STREAMINFO. An ID3v2 tag before it is skipped.
Result<std::optional<FlacLength>> find_flac_length(const Descriptor& file, const std::string& path);

}  // namespace dubplate::audio
