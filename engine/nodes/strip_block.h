#pragma once

/// Up to sixteen strips of one level and one destination, from their clips or inputs to the sums they are part of.
///
/// Every strip's whole chain runs over a sub-block that stays in the cache: input, polarity, inserts (in lanes with the
/// strips whose chains have the same shape), then every destination's partial: the strips in session order, float64,
/// rounded to float32 once. A partial of one strip alone is that strip's tap.
/// Errors: a NaN or infinity in a partial stops the run and names the strip and the frame.

#include <string>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/nodes/lane_group.h"
#include "engine/nodes/output_gain.h"
#include "engine/nodes/partial_sum.h"
#include "engine/nodes/step.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/mix.h"

namespace dubplate::nodes {

struct BlockStrip {
    std::string name;
    const StripSetup* setup = nullptr;
    int channels = 2;         ///< of its layout
    int first = 0, last = 0;  ///< inserts
    bool invert = false;
    audio::ClipTrack* clips = nullptr;  ///< a track's own audio; null: `input`
    PartialSum input;
    Stream* entry_tap = nullptr;         ///< what enters, before polarity
    std::vector<InsertStreams> streams;  ///< [insert - first]

    /// StripSetup::channels_at(); those that come in and go out.
    int channels_at(int insert) const { return setup->channels_at(insert, channels); }
    int channels_in() const { return channels_at(first); }
    int channels_out() const { return channels_at(last); }
};

struct BlockSource {
    std::size_t strip = 0;
    OutputGain gain;
};

struct BlockOutput {
    Stream* stream = nullptr;
    std::vector<BlockSource> sources;  ///< in session order
};

class StripBlock final : public Step {
public:
    /// Strips run as one channel or as all, from their first insert on to their last.
    /// Clips are unheard before `run_start` (a render that begins late, with pre-roll).
    StripBlock(std::vector<BlockStrip> strips, std::vector<BlockOutput> outputs, double sample_rate, FrameCount lead,
               FrameCount run_start);
    Result<void> run(const Chunk& chunk) override;

private:
    /// Strips whose chains run side by side, and where their audio lies.
    struct Group {
        Group(LaneGroup lane_group, std::vector<std::size_t> strips);
        LaneGroup lanes;
        std::vector<std::size_t> members;   // strips
        kernels::AlignedVector<float> own;  // [lane][frame]
        std::vector<const float*> rows;     // [lane] of the block at work: in `own`, or in the stream it was read from
        bool may_be_packed = false;         // nothing is done to its strips' clips before their lanes
        float* own_row(int lane) { return own.data() + lane * kernels::kMaxBlockFrames; }
    };
    /// One channel of one source in up to two rows of an output.
    struct Path {
        std::size_t strip = 0;
        const float* const* in = nullptr;  // where the group keeps the row
        double gain[2] = {};               // of a source whose gains move: the fold alone
        const RowGains* gains = nullptr;   // of the source; null: they never move
        std::size_t side[2] = {};          // of its RowGains
    };
    /// Rows of an output that are summed together: left and right, so that a source of both is read once.
    struct Rows {
        int first = 0, count = 1;
        std::vector<Path> paths;  // in the order of the sources
    };
    struct Output : BlockOutput {
        explicit Output(BlockOutput output) : BlockOutput(std::move(output)), gains(sources.size()) {}
        std::vector<Rows> rows;
        std::vector<RowGains> gains;      // [source], of those that move
        std::vector<std::size_t> moving;  // sources whose gains do
    };
    struct Placed {  // a strip's place in its group
        std::size_t group = 0;
        int first_lane = 0;
    };
    Result<void> run_group(Group& group, FrameCount start, int frames, Timeline* timeline);
    Result<std::optional<PackedInput>> find_packed(Group& group, FrameCount start, int frames, char* silent);
    Result<bool> read_input(BlockStrip& strip, Group& group, int first_lane, FrameCount start, int frames);
    void find_paths(Output& output) const;
    Result<void> write_output(Output& output, FrameCount start, int frames);
    Error not_finite(const Output& output, FrameCount start, int frames) const;
    const float* row(std::size_t strip, int channel) const;
    bool rows_are_zero(std::size_t strip, int frames) const;

    std::vector<BlockStrip> strips_;
    std::vector<Output> outputs_;
    FrameCount lead_, run_start_;
    std::int64_t summed_channels_ = 0;  // of all sources of all outputs: for profiles
    std::vector<Group> groups_;
    std::vector<Placed> placed_;           // [strip]
    kernels::AlignedVector<float> lanes_;  // [frame][width] of the group at work
    std::vector<char> silent_;             // [strip]
    std::vector<kernels::MixTerm> terms_;  // of the rows at work
};

}  // namespace dubplate::nodes
