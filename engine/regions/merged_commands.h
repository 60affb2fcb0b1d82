#pragma once

/// The commands of merged sums (merged_sums.h) for one chunk: where the rows' spectra lie, what a wave adds to them, their
/// way back, and what the mix hears of them.
///
/// Threads: the device's.

#include <span>
#include <vector>

#include "engine/regions/chunk_run.h"

namespace dubplate::regions {

/// Ahead of all stages.
void begin_merged_sums(ChunkRun& run);

/// One strip of a wave at its last stage, and the spectra of its channels, [channel][block][P].
struct MergedWavePart {
    const MergedStrip* strip = nullptr;
    const device::Complex* made = nullptr;
};
/// Before any of these spectra goes back; in the strips' order, `numbers` for each channel.
void add_to_merged_sums(ChunkRun& run, std::span<const MergedWavePart> parts, std::size_t numbers);

/// Behind all stages: the rows' way back.
void leave_merged_sums(ChunkRun& run);

/// Whether what an output hears of a strip is in a group's rows, but for the dry part.
bool is_merged(const ChunkRun& run, std::size_t strip, std::size_t output);
/// The groups' part of an output's row.
void add_merged_sources(const ChunkRun& run, std::size_t output, int row, std::vector<device::MixSource>& sources);

}  // namespace dubplate::regions
