#pragma once

/// A sound file that a render reads: opened once, read by whoever wants to, hashed while its bytes pass (range_hash.h).
///
/// Threads: everything but expect() is safe from several threads at once; no reader waits for the hash of another.
/// Errors: as SharedFile.

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/audio/range_hash.h"
#include "engine/audio/shared_file.h"

namespace dubplate::audio {

enum class Hashing { none, while_reading };

struct InputHash {
    std::string xxh3_128;           ///< of the file, or hash_of_hashes() of its ranges; 32 hex digits
    std::vector<ByteRange> ranges;  ///< empty: the whole file
};

class InputFile {
public:
    /// Fewer than these are hashed with what is before and behind them.
    static constexpr std::int64_t kLeastGapBytes = 64 << 10;
    static constexpr std::int64_t kAskedBytes = 1 << 20;

    static Result<std::shared_ptr<InputFile>> open(const std::string& path, Hashing hashing = Hashing::none);

    const std::string& path() const { return file_.path(); }
    /// What it was when it was opened.
    const FileStatus& status() const { return file_.status(); }
    /// For short looks at it; stays open at least as long as the answer is held.
    Result<std::shared_ptr<const Descriptor>> descriptor() const { return file_.descriptor(); }
    /// One of the caller's own.
    Result<Descriptor> open_again() const { return file_.open(); }

    /// Reads until `bytes` are there or the file ends; answers how many were read.
    Result<std::int64_t> read(void* to, std::int64_t bytes, std::int64_t offset) const;
    /// Asks the system to have these bytes at hand soon; where they go on behind those of the call before, up to kAskedBytes,
    /// so that most calls find that theirs were asked for. Returns at once, and soonest where the system has them.
    void prefetch(std::int64_t offset, std::int64_t bytes) const;

    /// Of a file opened while_reading: only these bytes count, wherever else it is read. Without it all of them do.
    /// Called before they are read. What is hashed of them stays: who uses the file once more expects the same and hashes
    /// nothing again.
    void expect(std::vector<ByteRange> ranges);
    void expect_all() { expect({whole()}); }
    /// Of a file opened while_reading, after its bytes were read; what was not is read here. Errors: also cancelled.
    Result<InputHash> hash(const std::stop_token& stop) const;
    /// Errors: io if what has the name now is not, or not as, it was when it was opened.
    Result<void> check_unchanged() const;

private:
    InputFile(const std::string& path, FileStatus status, Descriptor file, Hashing hashing);
    ByteRange whole() const { return {0, status().bytes}; }

    SharedFile file_;
    std::vector<ByteRange> ranges_;  // that count; empty: the whole file
    std::unique_ptr<RangeHash> hash_;
    mutable std::mutex asking_;
    mutable ByteRange asked_;  // for last
};

}  // namespace dubplate::audio
