#pragma once

/// Samples of sound files, as they lie there, kept in a device's memory from one render to the next.
///
/// The frames of a source (audio::Source::identity()) are cut into tiles on a grid of their own, whatever clips play of them.
/// Before a render reserve() finds memory for the tiles that it reads. Who gathers asks find(): what is there is neither
/// read nor sent up; what is not is claimed, once, is sent up to where the claim says and is there once it has arrived().
/// Memory: slabs that hold many tiles. A part of what the device had when this was made is left free. Slabs that the render
/// has no use for go first where something else needs their memory, those used longest ago before all others.
/// Threads: find(), is_there() and arrived() any; the rest the device's. Errors: none: what has no room is not kept.
/// Determinism: bytes are those of the files; where they lie changes no bit.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "engine/regions/device.h"

namespace dubplate::regions {

class ResidentAudio {
public:
    static constexpr FrameCount kTileFrames = FrameCount{1} << 18;
    static constexpr std::size_t kSlabBytes = std::size_t{64} << 20;
    /// Of the device's memory, is left free, at least 64 MiB.
    static constexpr std::uint64_t kLeftPart = 8;

    explicit ResidentAudio(Device& device);

    /// Of one source. Ids are never 0.
    struct Frames {
        std::uint64_t source = 0;
        FrameCount start = 0, count = 0;
    };
    struct Wanted {
        Frames frames;
        FrameCount source_frames = 0;  ///< the source's length
        int frame_bytes = 0;
    };

    /// A render begins: nothing is claimed, nothing is in use.
    void begin_render();
    /// Finds room for what the render reads, in this order.
    void reserve(std::span<const Wanted> wanted);
    /// Gives the memory of a slab back that this render has no use for. False: there is none.
    bool make_room();

    struct Place {
        std::byte* memory = nullptr;  ///< of the first frame; null: there is no place for them
        FrameCount count = 0;         ///< of the frames, from the first on, at least 1: that this is said of
        bool is_there = false;        ///< false: they are claimed now and are to be sent up
    };
    /// What is said of `least` frames or more where so many are asked for, but at the end of a tile.
    Place find(const Frames& frames, FrameCount least);
    bool is_there(const Frames& frames);
    /// What was claimed.
    void arrived(const Frames& frames);

    /// Of all renders.
    std::uint64_t found_bytes() const { return found_bytes_; }
    std::uint64_t slab_bytes() const;

private:
    struct Extent {
        FrameCount begin = 0, end = 0;  // of the source
        bool is_there = false;
    };
    struct Slab {
        std::byte* memory = nullptr;
        std::size_t bytes = 0, used = 0;
        std::uint64_t render = 0;  // that used it last
    };
    using TileKey = std::pair<std::uint64_t, FrameCount>;  // source, number
    struct Tile {
        std::uint64_t slab = 0;
        std::byte* memory = nullptr;
        FrameCount begin = 0, end = 0;
        std::size_t frame_bytes = 0;
        std::vector<Extent> extents;  // in order, not overlapping

        std::byte* at(FrameCount frame) const { return memory + static_cast<std::size_t>(frame - begin) * frame_bytes; }
        /// The first that ends behind the frame.
        std::vector<Extent>::iterator extent_behind(FrameCount frame);
    };
    Tile* tile_of(std::uint64_t source, FrameCount frame);
    std::uint64_t slab_for(std::size_t bytes, std::size_t all_bytes);
    void release(std::map<std::uint64_t, Slab>::iterator slab);

    Device& device_;
    std::uint64_t left_free_ = 0;
    std::uint64_t render_ = 0, last_slab_ = 0;
    std::atomic<std::uint64_t> found_bytes_ = 0;
    mutable std::mutex lock_;
    std::map<TileKey, Tile> tiles_;
    std::map<std::uint64_t, Slab> slabs_;  // by number, from 1
};

}  // namespace dubplate::regions
