#pragma once

/// A sound file that a render reads: opened once, read by whoever wants to, hashed while its bytes pass.
///
/// The hash takes the bytes that go on where it stands. What readers leave out is read for the hash alone: at once up to
/// kMostGapBytes, so that a header or the beginning that no clip plays does not end it, all the rest in xxh3().
/// Threads: everything is safe from several threads at once; no reader waits for the hash of another.
/// Errors: as SharedFile.

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/audio/hash.h"
#include "engine/audio/shared_file.h"

namespace dubplate::audio {

enum class Hashing { none, while_reading };

class InputFile {
public:
    static constexpr std::int64_t kMostGapBytes = 16 << 20;

    static Result<std::shared_ptr<const InputFile>> open(const std::string& path, Hashing hashing = Hashing::none);

    const std::string& path() const { return file_.path(); }
    /// What it was when it was opened.
    const FileStatus& status() const { return file_.status(); }
    /// For short looks at it; stays open at least as long as the answer is held.
    Result<std::shared_ptr<const Descriptor>> descriptor() const { return file_.descriptor(); }
    /// One of the caller's own.
    Result<Descriptor> open_again() const { return file_.open(); }

    /// Reads until `bytes` are there or the file ends; answers how many were read.
    Result<std::int64_t> read(void* to, std::int64_t bytes, std::int64_t offset) const;
    /// Asks the system to have these bytes at hand soon; returns at once, and soonest where it has them.
    void prefetch(std::int64_t offset, std::int64_t bytes) const;

    /// XXH3-128 of the whole file, 32 hex digits. Last call of a file opened while_reading. Errors: also cancelled.
    Result<std::string> xxh3(const std::stop_token& stop) const;
    /// Errors: io if what has the name now is not, or not as, it was when it was opened.
    Result<void> check_unchanged() const;

private:
    InputFile(const std::string& path, FileStatus status, Descriptor file, Hashing hashing);
    void feed(const Descriptor& file, const void* bytes, std::int64_t count, std::int64_t offset) const;
    Result<std::int64_t> feed_from_file(const Descriptor& file, std::int64_t bytes) const;

    SharedFile file_;
    mutable std::mutex feeding_;  // of hash_ and writing hashed_
    mutable std::optional<Xxh3> hash_;
    mutable std::atomic<std::int64_t> hashed_{0};  // bytes of the file's beginning
};

}  // namespace dubplate::audio
