#pragma once

/// The insert chains of up to 16 lanes, run together: strips whose chains have the same shape, side by side.
///
/// Shapes: audio is [frame][width] (kernels/processors/processor.h). Blocks begin at absolute multiples of 64, hold a
/// multiple of 64 frames, at most kMaxBlockFrames, and follow each other without gaps.
/// Time: given the frames from `start` on, the group leaves those from start - latency_frames() on in the buffer.
/// Silence: a chain at rest is skipped while zeros come in; rest is judged at absolute multiples of 8192, so nothing
/// depends on how time is cut into blocks.
/// Threads: one caller at a time.

#include <memory>
#include <vector>

#include "engine/base/layout.h"
#include "engine/nodes/profile.h"
#include "engine/nodes/stream.h"
#include "engine/nodes/strip_setup.h"

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

class LaneGroup {
public:
    /// Runs inserts [first, last) of every member. All members have the same signatures there.
    LaneGroup(std::vector<LaneMember> members, int channels, double sample_rate, int first, int last);
    ~LaneGroup();
    LaneGroup(LaneGroup&&) noexcept;

    int width() const { return width_; }
    int lanes() const { return lanes_; }
    FrameCount latency_frames() const { return latency_; }

    /// Returns true if what it leaves is silence (then `audio` holds nothing meaningful); `silent` says so of the input.
    bool process(FrameCount start, int frames, float* audio, bool silent, Timeline* timeline = nullptr);

    /// Smallest width that holds so many lanes.
    static int width_for(int lanes);

private:
    struct Slot;
    bool run_slot(Slot& slot, FrameCount start, int frames, float* audio, bool silent, Timeline* timeline);
    bool run_piece(Slot& slot, FrameCount start, int frames, float* audio, bool silent, Timeline* timeline);
    const float* read_key(Slot& slot, FrameCount start, int frames, bool& silent);
    void fill_controls(Slot& slot, FrameCount out_start, int frames);
    void write_streams(Slot& slot, FrameCount out_start, int frames, const float* audio, bool silent);

    int channels_, width_, lanes_;
    FrameCount latency_ = 0;
    std::vector<LaneMember> members_;
    std::vector<Slot> slots_;
};

}  // namespace dubplate::nodes
