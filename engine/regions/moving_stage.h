#pragma once

/// A convolution whose responses move (ProcessorKind::moving_responses): windowed blocks, each with its own, overlapped and
/// added as kernels/cpu/moving_convolver.h says.
///
/// Blocks of N frames, as long as the responses, begin at absolute multiples of the hop, N / 2. As many hops as a chunk
/// completes, as many blocks are weighed, transformed, multiplied, transformed back and added to a ring, in the order in
/// which they end, so that no bit depends on how chunks cut them. Responses are designed while chunks are gathered, in
/// float64 and rounded once, and go up with the audio: a new one only where values have moved since the block before.

#include "engine/regions/stage.h"

namespace dubplate::regions {

class ChunkRun;  // chunk_run.h

struct MovingStage final : Stage {
    MovingStage(const nodes::InsertSetup& setup, int in, int out, double rate, FrameCount chunk);

    void add_responses(ResponseBank& bank) override;
    void place_responses(InputLayout& layout) override;
    Result<void> allocate(RegionMemory& memory, ResponseBank& bank) override;
    StageWorkspace workspace() const override;
    void gather(const StageAudio& audio, std::byte* pinned, StageInput& found) override;
    Reach reach() const override { return {latency() - delay + points, delay - latency() + 2 * points}; }
    FrameCount looks_back() const override { return points; }

    const nodes::InsertSetup& insert;
    double sample_rate = 48000.0;
    FrameCount chunk_frames = 0;
    int points = 0;  ///< N
    FrameCount hop = 0, delay = 0, control_lead = 0;

    /// Of the step that gathers.
    std::vector<double> values;  ///< that `spectra` are made of, once they are
    bool designed = false;
    std::vector<device::Complex> spectra;  ///< [response][N]
    std::vector<kernels::ConvolutionPath> paths;
    const BlockTurns* precise_turns = nullptr;
    std::size_t spectra_at = kNowhere;  ///< in a chunk's input

    /// On the device.
    Ring sums;
    const device::Complex* turns = nullptr;  ///< [N]
    const float* window = nullptr;           ///< [N]

private:
    FrameCount most_blocks() const { return (chunk_frames + hop - 1) / hop; }
    bool move_to(FrameCount frame);
    void design();
};

/// The commands of all moving stages that are the `place`th of their strips, in waves that the workspace holds.
void add_moving_stages(ChunkRun& run, std::size_t place);

}  // namespace dubplate::regions
