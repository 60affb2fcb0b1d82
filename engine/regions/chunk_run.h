#pragma once

/// What the commands of one chunk are made with: the region, the chunk's memory, and where things lie in it.
///
/// Threads: the device's.

#include <span>
#include <vector>

#include "engine/regions/region_state.h"

namespace dubplate::regions {

/// A stage, and the strip in whose chain it stands.
template <class Kind>
struct PlacedStage {
    Kind* stage = nullptr;
    const StripState* strip = nullptr;
};

/// Calls run(wave) for all of `all`, in order, as many at a time as have `room` together, at least one: numbers_of(one) each.
template <class One, class NumbersOf, class Run>
void in_waves(std::span<const One> all, std::size_t room, NumbersOf numbers_of, Run run) {
    for (std::size_t first = 0; first < all.size();) {
        std::size_t last = first, numbers = 0;
        while (last < all.size()) {
            const std::size_t more = numbers_of(all[last]);
            if (last > first && numbers + more > room) break;
            numbers += more;
            ++last;
        }
        run(all.subspan(first, last - first));
        first = last;
    }
}

class ChunkRun {
public:
    ChunkRun(RegionState& all, const nodes::Chunk& current)
        : region(all),
          chunk(current),
          input(all.input(current)),
          output(all.output(current)),
          commands(*input.commands) {}

    /// Where channel `channel` of a strip goes on after its stages [0, place).
    device::Plane plane_into(const StripState& strip, std::size_t place, int channel, FrameCount offset = 0) const {
        if (place < strip.stages.size())
            return strip.stages[place]->input().plane(channel, strip.in_frame(place, chunk.start) + offset);
        return {strip.planes + channel * region.settings.chunk_frames, offset, region.settings.chunk_frames};
    }
    /// What went into the last stage of a strip, for the frames that come out of it.
    device::Plane dry_plane(const StripState& strip, int channel) const {
        return strip.stages.back()->input_plane(channel, strip.out_frame(strip.stages.size() - 1, chunk.start));
    }
    /// All stages of a kind that are the `place`th of their strips, in the strips' order.
    template <class Kind>
    std::vector<PlacedStage<Kind>> stages_at(std::size_t place) const {
        std::vector<PlacedStage<Kind>> found;
        for (StripState& strip : region.strips)
            if (place < strip.stages.size())
                if (auto* const stage = dynamic_cast<Kind*>(strip.stages[place].get()))
                    found.push_back({stage, &strip});
        return found;
    }
    /// What lies at an offset of the chunk's input; null: nowhere.
    template <class Value>
    const Value* row(std::size_t offset) const {
        return offset == kNowhere ? nullptr : reinterpret_cast<const Value*>(input.memory + offset);
    }
    template <class Entry>
    const Entry* add(const std::vector<Entry>& entries) const {
        return commands.add_table(std::span<const Entry>(entries));
    }

    RegionState& region;
    const nodes::Chunk& chunk;
    ChunkInput& input;
    ChunkOutput& output;
    Commands& commands;
};

}  // namespace dubplate::regions
