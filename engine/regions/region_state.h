#pragma once

/// What the steps of a region share: its strips and sums, and the memory of the chunks in flight.
///
/// Layout: what gather() fills for a chunk lies at the same offsets in pinned and in the device's memory (ChunkInput); so does
/// what comes down (ChunkOutput): [row][frame] floats, then int32 flags of outputs and sums that say which rows failed.
/// Threads: the schedule keeps the steps' slots apart; everything else is constant once made, or the compute step's alone.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "engine/regions/commands.h"
#include "engine/regions/merged_sums.h"
#include "engine/regions/region.h"
#include "engine/regions/region_sums.h"
#include "engine/regions/resident_audio.h"
#include "engine/regions/stage.h"

namespace dubplate::regions {

struct StripState {
    nodes::BlockStrip strip;
    FrameCount lead = 0;  ///< of the block
    std::vector<std::unique_ptr<Stage>> stages;
    Sounding sounding;        ///< of the input; of the step that gathers
    std::size_t audio = 0;    ///< in a chunk's input: interleaved samples as gather() found them
    float* planes = nullptr;  ///< [channel][chunk frames] on the device: what enters the sums; null: nothing by itself

    int channels_in() const { return strip.channels_in(); }
    int channels_out() const { return strip.channels_out(); }
    /// Of a stage, for the chunk that begins at `start`: the first frame that goes in, and that comes out.
    FrameCount in_frame(std::size_t stage, FrameCount start) const;
    FrameCount out_frame(std::size_t stage, FrameCount start) const { return in_frame(stage + 1, start); }
};

struct SourceState {
    std::size_t strip = 0;                                          ///< of the region
    std::optional<nodes::OutputGain> gain;                          ///< none: a tap, each channel as it is
    std::array<std::size_t, 3> rows{kNowhere, kNowhere, kNowhere};  ///< [side] [frame] doubles, of gains that move
};

struct OutputState {
    nodes::Stream* stream = nullptr;  ///< null: it does not come down
    std::size_t channels = 0;
    std::vector<SourceState> sources;
    FrameCount lead = 0;
    std::size_t first_row = kNowhere;  ///< of those that come down
    std::size_t first_flag = 0;
    /// Where sums read it: by frame less the lead, whole chunks, so that each lies in one piece; of capacity 0 where none does.
    Ring kept = {};
    bool is_stem_tap = false;  ///< nothing but a stem hears it
};

struct BlockState {
    std::size_t first_strip = 0, strips = 0, first_output = 0, outputs = 0;
    FrameCount lead = 0;
};

/// Frames of a strip that lie side by side in one form.
struct Segment {
    bool silent = true;
    device::Samples samples = device::Samples::float32;
    std::size_t at = 0;     ///< in the chunk's input
    std::size_t bytes = 0;  ///< that lie there; 0: on the device already
    /// Where the device has them; null: at the same place of its own input.
    std::byte* memory = nullptr;
    ResidentAudio::Frames claimed = {};  ///< of a source: they stay there
    FrameCount first = 0, frames = 0;    ///< from the chunk's beginning
};

struct ChunkInput {
    std::byte* pinned = nullptr;
    std::byte* memory = nullptr;
    std::vector<std::vector<Segment>> gathered;  ///< [strip], in pinned memory
    std::vector<std::vector<Segment>> segments;  ///< [strip], on the device: what is gathered next may be two chunks on
    std::vector<std::vector<StageInput>> gathered_stages, stages;  ///< [strip][stage], the same
    std::unique_ptr<Commands> commands;
};

struct ChunkOutput {
    std::byte* pinned = nullptr;
    std::byte* memory = nullptr;
    float* row(std::size_t index, std::size_t frames) const {
        return reinterpret_cast<float*>(memory) + index * frames;
    }
};

struct RegionState {
    RegionState(Device& opened, const RegionSettings& given) : device(opened), settings(given) {}

    ChunkInput& input(const nodes::Chunk& chunk) { return inputs[slot(chunk)]; }
    ChunkOutput& output(const nodes::Chunk& chunk) { return outputs_of_chunks[slot(chunk)]; }
    std::size_t slot(const nodes::Chunk& chunk) const {
        const FrameCount count = settings.in_flight;
        return static_cast<std::size_t>(chunk.index - floor_div(chunk.index, count) * count);
    }
    std::size_t frames() const { return static_cast<std::size_t>(settings.chunk_frames); }
    std::size_t output_bytes() const { return flags_at() + flags * sizeof(std::int32_t); }
    std::size_t flags_at() const { return rows * frames() * sizeof(float); }

    Device& device;
    RegionSettings settings;
    std::vector<BlockState> blocks;
    std::vector<StripState> strips;
    std::vector<OutputState> outputs;
    MergedSums merged;
    std::vector<SumState> sums;
    std::size_t rows = 0;         ///< that come down
    std::size_t flags = 0;        ///< of all outputs and sums
    std::size_t rows_at = 0;      ///< in a chunk's input: where the audio ends
    std::size_t input_bytes = 0;  ///< of a chunk
    std::vector<ChunkInput> inputs;
    std::vector<ChunkOutput> outputs_of_chunks;
    device::Complex* workspace = nullptr;  ///< spectra of one wave
    std::size_t workspace_numbers = 0;     ///< without what a batch of transforms may run over
};

}  // namespace dubplate::regions
