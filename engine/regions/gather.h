#pragma once

/// The first step of a region's block: a chunk's audio as files or streams hold it, and its moving values, into pinned
/// memory (region_state.h has the layout). Threads: as steps.

#include "engine/regions/region_state.h"

namespace dubplate::regions {

class GatherStep final : public nodes::Step {
public:
    GatherStep(RegionState& region, std::size_t block);
    Result<void> run(const nodes::Chunk& chunk) override;

private:
    Result<void> gather_audio(StripState& strip, std::vector<Segment>& segments, const nodes::Chunk& chunk,
                              std::byte* pinned);
    Result<FrameCount> gather_resident(StripState& strip, std::vector<Segment>& segments, FrameCount start,
                                       FrameCount first, FrameCount count, std::byte* pinned);
    void prefetch(audio::ClipTrack& clips, FrameCount start, FrameCount count);
    Result<void> read_piece(StripState& strip, FrameCount start, int frames, float* interleaved);
    void gather_stages(StripState& strip, std::vector<StageInput>& found, const nodes::Chunk& chunk, std::byte* pinned);
    void gather_gains(const SourceState& source, FrameCount start, std::byte* pinned);

    RegionState& region_;
    const BlockState& block_;
    kernels::AlignedVector<float> planes_;  // [channel][frame] of one piece
    nodes::RowGains gains_;
};

}  // namespace dubplate::regions
