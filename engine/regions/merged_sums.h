#pragma once

/// Sums in which the spectra of several strips meet, so that one transform back does for all of them.
///
/// Convolutions are linear, and so are gains that stand still. Where the last stages of several strips of a block convolve on
/// the same grid, a row of a destination can be the transform back of their spectra, weighted and added up
/// (kernels/device/kernels.h, Combine), instead of the sum of what each of them came to.
/// A group: strips of one block whose last stage is a FixedStage of the same points, latency and delay, with a mix and a gain
/// that stand, and whose faders, pans, sends and mutes stand for every output that the session has them heard in. What they
/// give to these outputs comes from the group's rows; dry parts, where mix is below 100 %, are added to it in time.
/// Which strips: a function of the session's outputs alone (RegionOutput::is_stem_tap tells the others). A strip that
/// something else of the session hears too, or with a gain that moves (a key's tap, an automated send), is in no group. What a
/// stem taps besides is heard beside the group, costs a transform back of its own, and changes no bit of the group's rows.
/// The rule (kApartBytes and so on, in the source): a group is made where it moves fewer bytes through the device's memory
/// than its strips do apart, without those strips that have as many rows to themselves as channels.
/// Numbers: a weight is fold x fader and pan (float64) x gain of the wet part, rounded to float32 once. A row adds its strips by
/// the place of the stage, then by partitions, then in the block's order, whatever the waves. Of a destination's row the
/// groups come first, then everything else in the block's order, in float64, rounded to float32 once (kernels/cpu/mix.h): a
/// destination that several groups reach is the sum of their rows.
/// Memory: the rows' spectra are the region's own, not a wave's: 8 bytes a frame and row, where each merged strip saves two
/// planes of 4 for every channel.
/// Threads: plain values once found, but for what is said of the chunk at work, which is the device's thread's.

#include <array>
#include <memory>
#include <vector>

#include "engine/regions/fixed_stage.h"

namespace dubplate::regions {

struct RegionState;

/// What a group's strips give to one row of an output, but for their dry parts.
struct MergedRow {
    Ring ring;  ///< one plane: what came back

    /// Of the chunk at work.
    device::Complex* sum = nullptr;  ///< [block][P]
    bool begun = false;              ///< something stands in it
};

struct MergedGroup {
    /// Of what goes into the stages.
    FrameCount start_frame(FrameCount chunk_start) const { return chunk_start + lead + like->latency(); }
    std::size_t entries() const { return (rows.size() + device::kCombineSums - 1) / device::kCombineSums; }

    const FixedStage* like = nullptr;  ///< one of them: points, latency, delay
    FrameCount lead = 0;               ///< of the block
    std::vector<MergedRow> rows;       ///< those that are summed together side by side
};

/// How one channel of a strip is heard in the rows [kCombineSums entry, ...) of its group.
struct MergedTerm {
    std::size_t entry = 0;
    std::array<float, device::kCombineSums> weight{};
};

struct MergedStrip {
    MergedGroup* group = nullptr;                ///< null: it is in none
    bool alone = true;                           ///< it comes out by itself: it is in no group, or a stem taps it
    double dry_gain = 0.0;                       ///< of the input; 0: there is no dry part
    std::vector<std::vector<MergedTerm>> terms;  ///< [channel], by entry
};

/// Spectra of all rows of one size, one behind the other.
struct MergedSpectra {
    device::Complex* memory = nullptr;
    std::vector<MergedGroup*> groups;
};

/// Which of a group's rows a row of an output hears.
struct MergedSource {
    const MergedGroup* group = nullptr;
    std::size_t merged_row = 0;
    int row = 0;
};

struct MergedSums {
    std::vector<std::unique_ptr<MergedGroup>> groups;
    std::vector<MergedStrip> strips;                   ///< [strip of the region]
    std::vector<std::vector<MergedSource>> of_output;  ///< [output of the region], by group
    std::vector<MergedSpectra> spectra;

    Result<void> allocate(RegionMemory& memory, FrameCount chunk_frames);
};

/// Finds the groups of all blocks, and tells their stages which of them do not come out by themselves.
MergedSums find_merged_sums(RegionState& region);

}  // namespace dubplate::regions
