#pragma once

/// One insert of one strip as a device runs it.
///
/// Audio goes into a ring by absolute frame, one plane a channel; where a strip's channels are equal, one for all of them.
/// Given the frames [s, s + C) of its input, a stage of latency L gives [s - L, s - L + C) to the next stage's ring, or to the
/// strip's planes (ChunkRun::plane_into). What a strip carries from chunk to chunk lies on the device, in the stage's own
/// memory.
///
/// Kinds: a kind is a class of Stage, which says what of it lies where and what a chunk must bring it, and a function that
/// adds the commands of all stages of the kind that stand at one place of their strips (FixedStage, add_fixed_stages()).
/// One more kind (a parametric EQ, dynamics, saturation) joins with
///   1. its kernels (CONTRIBUTING.md, Add a kernel for devices);
///   2. its class, whose place_rows() and gather() bring what moves: values on the grid, or what follows from them;
///   3. its function, called by chunk_commands.cpp after those there are; make_stage() to choose it by;
///   4. runs_on_device() and its cost in engine/graph/offload.cpp.
/// Threads: gather() as the step of that name, of the strip's block; the commands' function is the device's thread's alone.

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/nodes/strip_setup.h"
#include "engine/regions/memory.h"
#include "engine/regions/response_bank.h"
#include "engine/regions/sounding.h"
#include "kernels/cpu/partitioned_convolver.h"
#include "kernels/device/kernels.h"

namespace dubplate::regions {

/// Where something does not lie in a chunk's input.
inline constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// Hands out the places of a chunk's input.
class InputLayout {
public:
    static constexpr std::size_t kAlignment = 256;
    std::size_t place(std::size_t bytes) {
        const std::size_t at = bytes_;
        bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
        return at;
    }
    std::size_t bytes() const { return bytes_; }

private:
    std::size_t bytes_ = 0;
};

/// Planes on the device, each a ring by absolute frame.
struct Ring {
    device::Plane plane(int channel, FrameCount frame) const;

    float* samples = nullptr;  ///< [channel][capacity]
    FrameCount capacity = 0;
};

/// Blocks [first, first + count) of the absolute grid.
struct BlockRange {
    FrameCount first = 0;
    int count = 0;
};
/// The blocks of `length` frames that become complete with the frames [start, start + frames).
BlockRange blocks_completed(FrameCount start, FrameCount frames, FrameCount length);

/// Responses that gather() brings for the blocks of one chunk: as many as it needs, no more than they have place for.
struct StageInput {
    struct Responses {
        std::size_t at = 0;  ///< their spectra in the chunk's input, [response][P]
        std::vector<kernels::ConvolutionPath> paths;
    };
    std::size_t at = 0, bytes = 0;      ///< what goes up
    std::vector<Responses> responses;   ///< one behind the other
    std::vector<std::size_t> of_block;  ///< [block of the chunk] -> responses; kNowhere: the block is silent
};

/// How far what goes into a stage at a frame may be found behind it, if only as rounding: so many frames before that frame, at
/// most the latency, and after.
struct Reach {
    FrameCount before = 0, after = 0;
};

/// The audio that a chunk brings a stage.
struct StageAudio {
    /// Whether any frame of [first, end) may sound.
    bool sounds(FrameCount first, FrameCount end) const {
        return sounding->within(first - reach.after, end + reach.before);
    }

    FrameCount start = 0;  ///< the chunk's first frame that goes in
    const Sounding* sounding = nullptr;
    Reach reach;  ///< of the stages before
};

/// How much of a region's workspace a stage takes in a chunk.
struct StageWorkspace {
    std::size_t numbers = 0;  ///< complex, at most
    int points = 0;           ///< of its transforms; 0: there are none
};

class Stage {
public:
    /// `in`: as many channels as `channels`, which come out, or 1 that is heard on all of them.
    Stage(int in, int channels, FrameCount latency) : in_(in), channels_(channels), latency_(latency) {}
    virtual ~Stage() = default;
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    int channels_in() const { return in_; }
    int channels() const { return channels_; }
    FrameCount latency() const { return latency_; }
    const Ring& input() const { return input_; }
    /// What any of its channels hears.
    device::Plane input_plane(int channel, FrameCount frame) const {
        return input_.plane(in_ == 1 ? 0 : channel, frame);
    }

    /// Making one: first what needs no device.
    virtual void add_responses(ResponseBank&) {}
    /// Takes the places of what gather() brings: rows, which go up whole in every chunk, and what StageInput tells.
    virtual void place_rows(InputLayout&) {}
    virtual void place_responses(InputLayout&) {}
    /// Silence before the first chunk. On the device's thread.
    virtual Result<void> allocate(RegionMemory& memory, ResponseBank& bank) = 0;
    virtual StageWorkspace workspace() const { return {}; }

    /// What a chunk brings besides audio.
    virtual void gather(const StageAudio&, std::byte* /*pinned*/, StageInput&) {}
    virtual Reach reach() const = 0;
    /// The frames of its input that it looks back on.
    virtual FrameCount looks_back() const { return 0; }

protected:
    static Result<void> allocate_ring(RegionMemory& memory, int planes, FrameCount capacity, Ring& ring);
    Ring input_;

private:
    int in_, channels_;
    FrameCount latency_;
};

/// `insert` runs on devices (graph::runs_on_device) and outlives the stage. Channels as Stage takes them.
std::unique_ptr<Stage> make_stage(const nodes::InsertSetup& insert, int in, int channels, double sample_rate,
                                  FrameCount chunk_frames);

}  // namespace dubplate::regions
