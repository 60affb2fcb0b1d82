#pragma once

/// SHA-256 of files that are written at the same time: pieces of two of them are hashed side by side, which takes hardly longer
/// than one (sha256_blocks.h). Where the processor has no instructions for it, each is hashed by itself as it comes.
///
/// A piece waits until there is one of another file, at most kMostWaiting of them; of a file alone none does.
/// Threads: one caller at a time per PooledSha256, all of them beside each other. Who adds may hash for others; finish() waits
/// for a thread that is hashing a piece of its file, a fraction of a millisecond.
/// Determinism: a file's bytes alone decide its hash.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/audio/hash.h"
#include "engine/audio/sha256_blocks.h"
#include "kernels/cpu/aligned.h"

namespace dubplate::audio {

class PooledSha256;

class Sha256Pool {
public:
    static constexpr std::size_t kMostWaiting = 8;

    explicit Sha256Pool(bool by_instructions = has_sha256_instructions()) : by_instructions_(by_instructions) {}
    /// Pieces that nobody is hashing.
    std::size_t waiting() const;

private:
    friend class PooledSha256;

    bool hash_one_or_two(std::unique_lock<std::mutex>& lock);

    const bool by_instructions_;
    mutable std::mutex mutex_;
    std::condition_variable idle_;
    std::deque<PooledSha256*> ready_;  // those that have pieces and nobody is hashing, in turn
    std::size_t files_ = 0, waiting_ = 0;
    std::vector<kernels::UninitialisedVector<std::byte>> spare_;
};

class PooledSha256 {
public:
    using Bytes = kernels::UninitialisedVector<std::byte>;

    explicit PooledSha256(std::shared_ptr<Sha256Pool> pool);
    ~PooledSha256();
    PooledSha256(const PooledSha256&) = delete;
    PooledSha256& operator=(const PooledSha256&) = delete;

    /// The first `count` of `piece`, whole blocks but for the last time. `piece` may be another one of the same size then.
    void add(Bytes& piece, std::size_t count);
    /// 64 hex digits; nothing may be added afterwards.
    std::string finish();

private:
    friend class Sha256Pool;

    struct Piece {
        Bytes bytes;
        std::size_t begin = 0, blocks = 0;
    };

    const std::byte* next() const { return pieces_.front().bytes.data() + pieces_.front().begin; }
    void leave(std::unique_lock<std::mutex>& lock);

    std::shared_ptr<Sha256Pool> pool_;
    std::optional<Sha256> library_;
    Sha256State state_ = kSha256Start;
    std::deque<Piece> pieces_;
    bool is_hashed_ = false;       // by a thread at the moment
    bool has_left_ = false;        // nobody but its owner hashes it any more
    std::vector<std::byte> tail_;  // behind the last whole block
    std::uint64_t bytes_ = 0;
};

}  // namespace dubplate::audio
