#pragma once

/// A convolution whose response stays (kernels/processors/fixed_convolution.h), in uniform partitions.
///
/// Blocks of P frames lie on the absolute grid and are convolved as they become complete. What was convolved lies in a ring;
/// the frames from s - delay on come out, beside the dry part of the input.

#include "engine/regions/stage.h"
#include "kernels/processors/fixed_convolution.h"

namespace dubplate::regions {

class ChunkRun;  // chunk_run.h

struct FixedStage final : Stage {
    FixedStage(const nodes::InsertSetup& insert, int in, int out, double sample_rate, FrameCount chunk);

    void add_responses(ResponseBank& bank) override;
    void place_rows(InputLayout& layout) override;
    Result<void> allocate(RegionMemory& memory, ResponseBank& bank) override;
    StageWorkspace workspace() const override;
    /// Mix and gain, for the frames that come out.
    void gather(const StageAudio& audio, std::byte* pinned, StageInput& found) override;
    Reach reach() const override;

    FrameCount slot_of(FrameCount block) const { return block - floor_div(block, kept_slots) * kept_slots; }
    device::Complex* kept_block(int channel, FrameCount block) const {
        return kept + (channel * kept_slots + slot_of(block)) * points;
    }

    FrameCount chunk_frames = 0;
    int points = 0;  ///< P
    FrameCount delay = 0;
    FrameCount partitions = 0, kept_slots = 0;  ///< slots: at least partitions - 1
    kernels::FixedConvolution convolution;
    std::vector<std::size_t> banked;  ///< [response channel] in the bank
    /// What goes in comes out beside what was convolved.
    bool has_dry = false;
    float constant_mix = 100.0f, constant_gain = 0.0f;
    const nodes::Curve* mix = nullptr;  ///< null: the constants
    const nodes::Curve* gain = nullptr;
    /// What it makes comes back by itself; otherwise it is heard in merged sums alone (merged_sums.h).
    bool comes_out = true;
    std::size_t mix_row = kNowhere, gain_row = kNowhere;  ///< in a chunk's input, [frame] floats

    /// On the device.
    Ring wet;
    device::Complex* kept = nullptr;                ///< [channel that goes in][slot][P]
    const device::Complex* turns = nullptr;         ///< [P]
    std::vector<const device::Complex*> responses;  ///< [response channel] of [partition][P]
};

/// The commands of all fixed stages that are the `place`th of their strips, in waves that the workspace holds.
void add_fixed_stages(ChunkRun& run, std::size_t place);

}  // namespace dubplate::regions
