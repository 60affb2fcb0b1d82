#pragma once

/// The insert chains of up to 16 lanes, run together: strips whose chains have the same shape, side by side.
///
/// Shapes: audio is [frame][width] (kernels/processors/processor.h). Blocks begin at absolute multiples of 64, hold a
/// multiple of 64 frames, at most kMaxBlockFrames, and follow each other without gaps.
/// Time: given the frames from `start` on, the group gives those from start - latency_frames() on.
/// Silence: members whose chains rest while zeros come in (insert_lanes.h) have no lanes meanwhile; the others run at the
/// least width that holds them, where all their processors' lanes can move.
/// Threads: one caller at a time.

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/layout.h"
#include "engine/nodes/lane_places.h"
#include "engine/nodes/profile.h"
#include "engine/nodes/stream.h"
#include "engine/nodes/strip_setup.h"
#include "kernels/cpu/packed_lanes.h"

namespace dubplate::nodes {

/// Streams of one strip at one of its inserts; any may be null.
struct InsertStreams {
    const Stream* key = nullptr;  ///< side-chain; a keyed insert without one hears silence
    Layout key_layout, layout;    ///< of the key and of the strip: a mono key is heard on every channel, others fold
    Stream* gain_out = nullptr;   ///< the gains found, one channel per channel of the strip
    const Stream* gain_in = nullptr;  ///< gains to apply instead of finding them: a stem's copy of a gain processor
    Stream* tap_out = nullptr;        ///< the strip's audio after this insert
};

struct LaneMember {
    const StripSetup* setup = nullptr;
    std::vector<InsertStreams> streams;  ///< [insert - first]
};

/// The input of a group as files hold it: [member], all channels of a frame side by side.
struct PackedInput {
    kernels::PackedType type = kernels::PackedType::int24;
    std::array<const std::byte*, kernels::kMaxLanes> members{};
};

class LaneGroup {
public:
    /// Runs inserts [first, last) of every member. All members have the same signatures there, insert by insert.
    LaneGroup(std::vector<LaneMember> members, int channels, double sample_rate, int first, int last);
    ~LaneGroup();
    LaneGroup(LaneGroup&&) noexcept;

    int lanes() const { return lanes_; }
    FrameCount latency_frames() const { return latency_; }

    /// `rows` [lane]: the input, zeros where `silent` [member] says so; of those that are not silent `packed` holds it
    /// instead, unless that is null. Afterwards, of members that are not silent (any more), what comes out, in `own`
    /// [lane][kMaxBlockFrames]; of silent ones they stay as they are. `own` null: taps alone are wanted. `audio`: room for
    /// kMaxLanes * kMaxBlockFrames, aligned.
    void process(FrameCount start, int frames, std::span<const float*> rows, float* own, std::span<char> silent,
                 const PackedInput* packed, float* audio, Timeline* timeline = nullptr);

private:
    struct Slot;
    using Flags = std::array<bool, kernels::kMaxLanes>;  // [member]
    int unit_of(std::size_t member) const { return moves_ ? static_cast<int>(member) : 0; }
    int strip_at(int lane) const { return places_->strip_at()[static_cast<std::size_t>(lane / channels_)]; }
    void place_members(FrameCount start, int frames, std::span<const char> silent);
    void run_slot(Slot& slot, FrameCount start, int frames, float* audio, Flags& quiet, Timeline* timeline);
    void run_piece(Slot& slot, FrameCount start, int frames, float* audio, Flags& quiet, Timeline* timeline);
    void listen(Slot& slot, FrameCount start, int frames, const float* audio, const Flags& quiet, const float* key,
                const Flags& key_silent);
    const float* read_key(Slot& slot, FrameCount start, int frames, Flags& silent);
    void fill_controls(Slot& slot, FrameCount out_start, int frames);
    void write_taps(Slot& slot, FrameCount out_start, int frames, const float* audio, const Flags& quiet);

    int channels_, lanes_;
    bool moves_ = true;  // the lanes of all its inserts can move
    FrameCount latency_ = 0;
    std::vector<LaneMember> members_;
    std::vector<Slot> slots_;
    std::optional<LanePlaces> places_;
};

}  // namespace dubplate::nodes
