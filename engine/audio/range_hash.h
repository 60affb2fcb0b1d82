#pragma once

/// XXH3-128 of ranges of a file, of each while its bytes pass.
///
/// A range's hash takes the bytes that go on where it stands. What readers leave out is read for the hash alone: at once
/// up to kMostGapBytes, so that a header or the beginning that no clip plays does not end it, all the rest in finish().
/// Threads: everything is safe from several threads at once; no reader waits for the hash of another.
/// Determinism: the bytes of the ranges alone decide, not who reads them when.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/audio/byte_ranges.h"
#include "engine/audio/hash.h"
#include "engine/audio/posix_file.h"

namespace dubplate::audio {

class RangeHash {
public:
    static constexpr std::int64_t kMostGapBytes = 16 << 20;

    /// In order, not overlapping.
    explicit RangeHash(const std::vector<ByteRange>& ranges);

    /// What was read of the file, any of it. Where another thread is feeding, or something cannot be read, these bytes are
    /// left to a later call.
    void feed(const Descriptor& file, const std::string& path, const void* bytes, std::int64_t count,
              std::int64_t offset);
    /// The hash of each range, or of what the file has of it. Errors: io, cancelled.
    Result<std::vector<Xxh3Digest>> finish(const Descriptor& file, const std::string& path,
                                           const std::stop_token& stop);

private:
    struct Range {
        ByteRange bytes;
        std::atomic<std::int64_t> at{0};  // hashed up to here; written while feeding
        std::mutex feeding;
        std::optional<Xxh3> hash;  // while some of it is hashed
        Xxh3Digest digest;         // while none is, and when all is

        void take(const void* more, std::int64_t count);
        Result<std::int64_t> take_from(const Descriptor& file, const std::string& path, std::int64_t count);
    };

    std::vector<Range> ranges_;
};

/// XXH3-128 of ranges of a file: of their hashes, 16 bytes each, in order. 32 hex digits.
std::string hash_of_hashes(const std::vector<Xxh3Digest>& hashes);
/// Errors: also cancelled, once `stop` is asked for. A range beyond the file's end counts as far as it goes.
Result<std::string> hash_file_ranges(const std::string& path, const std::vector<ByteRange>& ranges,
                                     const std::stop_token& stop = {});

}  // namespace dubplate::audio
