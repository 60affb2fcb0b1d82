#include "engine/audio/range_hash.h"

#include <algorithm>
#include <cassert>

namespace dubplate::audio {

namespace {

constexpr std::int64_t kPieceBytes = 128 << 10;  // stays in L2 between the read and the hash

}  // namespace

RangeHash::RangeHash(const std::vector<ByteRange>& ranges) : ranges_(ranges.size()) {
    const Xxh3Digest of_nothing = Xxh3().digest();
    for (std::size_t k = 0; k < ranges.size(); ++k) {
        assert((k == 0 || ranges[k - 1].end <= ranges[k].begin) && "ranges are in order");
        ranges_[k].bytes = ranges[k];
        ranges_[k].at = ranges[k].begin;
        ranges_[k].digest = of_nothing;
    }
}

void RangeHash::Range::take(const void* more, std::int64_t count) {
    if (!hash) hash.emplace();
    hash->update(more, static_cast<std::size_t>(count));
    const std::int64_t now = at.load(std::memory_order_relaxed) + count;
    if (now == bytes.end) {
        digest = hash->digest();
        hash.reset();
    }
    at.store(now, std::memory_order_relaxed);
}

/// Up to `count` bytes from where the hash stands; answers how many, 0 at the file's end.
Result<std::int64_t> RangeHash::Range::take_from(const Descriptor& file, const std::string& path, std::int64_t count) {
    thread_local std::vector<std::byte> piece(kPieceBytes);
    auto got = read_at(file, piece.data(), std::min(count, kPieceBytes), at.load(std::memory_order_relaxed), path);
    if (got && *got > 0) take(piece.data(), *got);
    return got;
}

void RangeHash::feed(const Descriptor& file, const std::string& path, const void* bytes, std::int64_t count,
                     std::int64_t offset) {
    const auto ends_behind = [](std::int64_t at, const Range& range) { return at < range.bytes.end; };
    for (auto range = std::upper_bound(ranges_.begin(), ranges_.end(), offset, ends_behind);
         range != ranges_.end() && range->bytes.begin < offset + count; ++range) {
        const auto hashed = [&] { return range->at.load(std::memory_order_relaxed); };
        const std::int64_t first = std::max(offset, range->bytes.begin);
        const std::int64_t last = std::min(offset + count, range->bytes.end);
        if (last <= hashed() || first - hashed() > kMostGapBytes) continue;
        const std::unique_lock feeding(range->feeding, std::try_to_lock);
        if (!feeding) continue;
        while (hashed() < first)
            if (const auto taken = range->take_from(file, path, first - hashed()); !taken || *taken == 0) return;
        if (hashed() < last) range->take(static_cast<const std::byte*>(bytes) + (hashed() - offset), last - hashed());
    }
}

Result<std::vector<Xxh3Digest>> RangeHash::finish(const Descriptor& file, const std::string& path,
                                                  const std::stop_token& stop) {
    std::vector<Xxh3Digest> digests;
    for (Range& range : ranges_) {
        const std::lock_guard feeding(range.feeding);
        while (range.at < range.bytes.end) {
            if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled", path);
            const auto taken = range.take_from(file, path, range.bytes.end - range.at);
            if (!taken) return fail(taken.error());
            if (*taken == 0) break;
        }
        digests.push_back(range.hash ? range.hash->digest() : range.digest);
    }
    return digests;
}

std::string hash_of_hashes(const std::vector<Xxh3Digest>& hashes) {
    Xxh3 hash;
    for (const Xxh3Digest& one : hashes) hash.update(one.data(), one.size());
    return hash.finish();
}

Result<std::string> hash_file_ranges(const std::string& path, const std::vector<ByteRange>& ranges,
                                     const std::stop_token& stop) {
    auto file = open_for_reading(path);
    if (!file) return fail(std::move(file.error()));
    const auto digests = RangeHash(ranges).finish(*file, path, stop);
    if (!digests) return fail(digests.error());
    return hash_of_hashes(*digests);
}

}  // namespace dubplate::audio
