#include "engine/audio/sha256_pool.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace dubplate::audio {

std::size_t Sha256Pool::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

/// False where there is nothing to do: what waits may go on waiting.
bool Sha256Pool::hash_one_or_two(std::unique_lock<std::mutex>& lock) {
    const std::size_t most = files_ > 1 ? kMostWaiting : 0;
    if (ready_.empty() || (ready_.size() < 2 && waiting_ <= most)) return false;
    PooledSha256* files[2] = {};
    const std::size_t count = std::min<std::size_t>(ready_.size(), 2);
    for (std::size_t k = 0; k < count; ++k) {
        files[k] = ready_.front();
        ready_.pop_front();
        files[k]->is_hashed_ = true;
        --waiting_;
    }
    std::size_t blocks = files[0]->pieces_.front().blocks;
    if (count == 2) blocks = std::min(blocks, files[1]->pieces_.front().blocks);
    const std::byte* const first = files[0]->next();
    const std::byte* const second = count == 2 ? files[1]->next() : nullptr;
    lock.unlock();
    if (count == 2)
        add_sha256_blocks(files[0]->state_, first, files[1]->state_, second, blocks);
    else
        add_sha256_blocks(files[0]->state_, first, blocks);
    lock.lock();
    for (std::size_t k = 0; k < count; ++k) {
        PooledSha256& file = *files[k];
        PooledSha256::Piece& piece = file.pieces_.front();
        piece.begin += blocks * kSha256BlockBytes;
        piece.blocks -= blocks;
        if (piece.blocks == 0) {
            if (spare_.size() < kMostWaiting) spare_.push_back(std::move(piece.bytes));
            file.pieces_.pop_front();
        } else {
            ++waiting_;
        }
        file.is_hashed_ = false;
        if (!file.pieces_.empty() && !file.has_left_) ready_.push_back(&file);
    }
    idle_.notify_all();
    return true;
}

PooledSha256::PooledSha256(std::shared_ptr<Sha256Pool> pool) : pool_(std::move(pool)) {
    if (!pool_->by_instructions_) library_.emplace();
    const std::lock_guard lock(pool_->mutex_);
    ++pool_->files_;
}

PooledSha256::~PooledSha256() {
    std::unique_lock lock(pool_->mutex_);
    leave(lock);
}

/// Returns once nobody hashes its pieces.
void PooledSha256::leave(std::unique_lock<std::mutex>& lock) {
    if (has_left_) return;
    has_left_ = true;
    pool_->idle_.wait(lock, [&] { return !is_hashed_; });
    std::erase(pool_->ready_, this);
    pool_->waiting_ -= pieces_.size();
    --pool_->files_;
}

void PooledSha256::add(Bytes& piece, std::size_t count) {
    assert(tail_.empty() && "only the last piece ends within a block");
    bytes_ += count;
    if (library_) return library_->update(piece.data(), count);
    const std::size_t blocks = count / kSha256BlockBytes;
    tail_.assign(piece.begin() + static_cast<std::ptrdiff_t>(blocks * kSha256BlockBytes),
                 piece.begin() + static_cast<std::ptrdiff_t>(count));
    if (blocks == 0) return;
    const std::size_t size = piece.size();
    std::unique_lock lock(pool_->mutex_);
    pieces_.push_back({std::move(piece), 0, blocks});
    ++pool_->waiting_;
    if (!is_hashed_ && pieces_.size() == 1) pool_->ready_.push_back(this);
    while (pool_->hash_one_or_two(lock)) {
    }
    piece = {};
    if (!pool_->spare_.empty()) {
        piece = std::move(pool_->spare_.back());
        pool_->spare_.pop_back();
    }
    lock.unlock();
    if (piece.size() < size) piece.resize(size);
}

std::string PooledSha256::finish() {
    {
        std::unique_lock lock(pool_->mutex_);
        leave(lock);
    }
    if (library_) return library_->finish();
    for (; !pieces_.empty(); pieces_.pop_front()) add_sha256_blocks(state_, next(), pieces_.front().blocks);
    // One bit, zeros, and the number of bits in 64, to the end of a block.
    std::array<std::byte, 2 * kSha256BlockBytes> last{};
    std::copy(tail_.begin(), tail_.end(), last.begin());
    last[tail_.size()] = std::byte{0x80};
    const std::size_t blocks = tail_.size() + 9 <= kSha256BlockBytes ? 1 : 2;
    for (std::size_t k = 0; k < 8; ++k)
        last[blocks * kSha256BlockBytes - 1 - k] = static_cast<std::byte>(8 * bytes_ >> 8 * k);
    add_sha256_blocks(state_, last.data(), blocks);
    std::array<std::uint8_t, 32> digest;
    for (std::size_t k = 0; k < digest.size(); ++k)
        digest[k] = static_cast<std::uint8_t>(state_[k / 4] >> (24 - 8 * (k % 4)));
    return hex_digits(digest.data(), digest.size());
}

}  // namespace dubplate::audio
