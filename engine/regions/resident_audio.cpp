#include "engine/regions/resident_audio.h"

#include <algorithm>
#include <cassert>

namespace dubplate::regions {
namespace {

/// Where tiles begin in their slab.
constexpr std::size_t kAlignment = 256;

/// For tables of commands and what transforms take besides, whose need is known when they are made.
constexpr std::uint64_t kLeastLeft = std::uint64_t{64} << 20;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

std::uint64_t free_bytes(const Device& device) {
    std::uint64_t bytes = 0;
    return device.table().free_memory(device.context(), &bytes) == device::Status::ok ? bytes : 0;
}

}  // namespace

ResidentAudio::ResidentAudio(Device& device)
    : device_(device), left_free_(std::max(free_bytes(device) / kLeftPart, kLeastLeft)) {}

std::vector<ResidentAudio::Extent>::iterator ResidentAudio::Tile::extent_behind(FrameCount frame) {
    return std::upper_bound(extents.begin(), extents.end(), frame,
                            [](FrameCount at, const Extent& extent) { return at < extent.end; });
}

void ResidentAudio::begin_render() {
    const std::lock_guard guard(lock_);
    ++render_;
    for (auto& [key, tile] : tiles_) std::erase_if(tile.extents, [](const Extent& extent) { return !extent.is_there; });
}

void ResidentAudio::reserve(std::span<const Wanted> wanted) {
    struct Missing {
        TileKey key;
        Tile tile;
        std::size_t bytes = 0;
    };
    std::vector<Missing> missing;
    std::size_t missing_bytes = 0;
    const std::lock_guard guard(lock_);
    std::map<TileKey, bool> seen;
    for (const Wanted& one : wanted) {
        if (one.frames.source == 0 || one.frames.count <= 0) continue;
        const FrameCount last = (one.frames.start + one.frames.count - 1) / kTileFrames;
        for (FrameCount number = one.frames.start / kTileFrames; number <= last; ++number) {
            const TileKey key{one.frames.source, number};
            if (!seen.try_emplace(key, true).second) continue;
            if (const auto found = tiles_.find(key); found != tiles_.end()) {
                slabs_.at(found->second.slab).render = render_;
                continue;
            }
            Tile tile;
            tile.begin = number * kTileFrames;
            tile.end = std::min(tile.begin + kTileFrames, one.source_frames);
            tile.frame_bytes = static_cast<std::size_t>(one.frame_bytes);
            const std::size_t bytes = aligned(static_cast<std::size_t>(tile.end - tile.begin) * tile.frame_bytes);
            missing_bytes += bytes;
            missing.push_back({key, std::move(tile), bytes});
        }
    }
    for (Missing& one : missing) {
        one.tile.slab = slab_for(one.bytes, missing_bytes);
        if (one.tile.slab == 0) return;
        Slab& slab = slabs_.at(one.tile.slab);
        one.tile.memory = slab.memory + slab.used;
        slab.used += one.bytes;
        slab.render = render_;
        missing_bytes -= one.bytes;
        tiles_.emplace(one.key, std::move(one.tile));
    }
}

/// The newest slab if that has room, or a new one. 0: there is no memory for one.
std::uint64_t ResidentAudio::slab_for(std::size_t bytes, std::size_t all_bytes) {
    if (const auto newest = slabs_.find(last_slab_);
        newest != slabs_.end() && newest->second.bytes - newest->second.used >= bytes)
        return last_slab_;
    while (true) {
        const std::uint64_t there_is = free_bytes(device_);
        const std::uint64_t room = there_is > left_free_ ? there_is - left_free_ : 0;
        const std::size_t wanted = std::max(bytes, std::min(kSlabBytes, all_bytes));
        const std::size_t size = std::min<std::uint64_t>(wanted, room);
        void* memory = nullptr;
        if (size >= bytes && device_.table().allocate(device_.context(), size, &memory) == device::Status::ok) {
            slabs_[++last_slab_] = {static_cast<std::byte*>(memory), size, 0, render_};
            return last_slab_;
        }
        const auto oldest = std::min_element(slabs_.begin(), slabs_.end(), [](const auto& a, const auto& b) {
            return a.second.render < b.second.render;
        });
        if (oldest == slabs_.end() || oldest->second.render == render_) return 0;
        release(oldest);
    }
}

void ResidentAudio::release(std::map<std::uint64_t, Slab>::iterator slab) {
    std::erase_if(tiles_, [&](const auto& tile) { return tile.second.slab == slab->first; });
    device_.release(slab->second.memory);
    slabs_.erase(slab);
}

bool ResidentAudio::make_room() {
    const std::lock_guard guard(lock_);
    const auto oldest = std::min_element(
        slabs_.begin(), slabs_.end(), [](const auto& a, const auto& b) { return a.second.render < b.second.render; });
    if (oldest == slabs_.end() || oldest->second.render == render_) return false;
    release(oldest);
    return true;
}

/// One that this render may use: the others may go at any time.
ResidentAudio::Tile* ResidentAudio::tile_of(std::uint64_t source, FrameCount frame) {
    const auto found = tiles_.find({source, frame / kTileFrames});
    return found != tiles_.end() && slabs_.at(found->second.slab).render == render_ ? &found->second : nullptr;
}

ResidentAudio::Place ResidentAudio::find(const Frames& frames, FrameCount least) {
    assert(frames.start >= 0 && frames.count > 0);
    const FrameCount start = frames.start, tile_end = (start / kTileFrames + 1) * kTileFrames;
    const FrameCount count = std::min(frames.count, tile_end - start);
    const std::lock_guard guard(lock_);
    Tile* const tile = tile_of(frames.source, start);
    if (!tile) return {nullptr, count, false};
    const auto next = tile->extent_behind(start);
    const bool is_in_it = next != tile->extents.end() && next->begin <= start;
    const FrameCount until = next == tile->extents.end() ? start + count : is_in_it ? next->end : next->begin;
    const FrameCount said_of = std::min(count, until - start);
    // Pieces that are too short, and what another one has claimed, go their own way.
    if (said_of < std::min(count, least)) return {nullptr, std::min(count, least), false};
    if (is_in_it && !next->is_there) return {nullptr, said_of, false};
    if (is_in_it)
        found_bytes_ += static_cast<std::uint64_t>(said_of) * tile->frame_bytes;
    else
        tile->extents.insert(next, Extent{start, start + said_of, false});
    return {tile->at(start), said_of, is_in_it};
}

bool ResidentAudio::is_there(const Frames& frames) {
    const std::lock_guard guard(lock_);
    for (FrameCount at = frames.start; at < frames.start + frames.count;) {
        Tile* const tile = tile_of(frames.source, at);
        if (!tile) return false;
        const auto extent = tile->extent_behind(at);
        if (extent == tile->extents.end() || extent->begin > at || !extent->is_there) return false;
        at = extent->end;
    }
    return true;
}

void ResidentAudio::arrived(const Frames& frames) {
    const std::lock_guard guard(lock_);
    Tile* const tile = tile_of(frames.source, frames.start);
    if (!tile) return;
    const auto here = tile->extent_behind(frames.start);
    assert(here != tile->extents.end() && here->begin == frames.start && "what arrives was claimed");
    here->is_there = true;
    // Neighbours that are there become one.
    auto first = here, last = here;
    if (first != tile->extents.begin() && std::prev(first)->is_there && std::prev(first)->end == first->begin) --first;
    if (std::next(last) != tile->extents.end() && std::next(last)->is_there && std::next(last)->begin == last->end)
        ++last;
    first->end = last->end;
    tile->extents.erase(std::next(first), std::next(last));
}

std::uint64_t ResidentAudio::slab_bytes() const {
    const std::lock_guard guard(lock_);
    std::uint64_t bytes = 0;
    for (const auto& [number, slab] : slabs_) bytes += slab.bytes;
    return bytes;
}

}  // namespace dubplate::regions
