#pragma once

/// The render graph of one job as plain data: which steps there are, which streams lie between them, how far each step
/// runs ahead.
///
/// Steps stand in an order in which each comes after all it reads from. The steps of the mix and the way its sums are
/// cut follow from the session, and from whether it is made for a device, alone; stems add steps and streams and change none.
/// Sums: the strips of one output and one level are cut in session order into blocks of sixteen (of fewer, where they
/// convolve on a CPU: sum_blocks.h); a block gives one partial per destination; a destination adds its
/// partials in block order (engine/nodes/partial_sum.h).
/// Latency: a step's lead is the longest latency downstream of it, so that every stream is read where it lines up.
/// Threads: plain values, immutable once made.

#include <string>
#include <vector>

#include "engine/graph/routing.h"
#include "engine/graph/stems.h"
#include "engine/graph/sum_blocks.h"
#include "engine/nodes/strip_setup.h"

namespace dubplate::graph {

inline constexpr int kNoStream = -1;

/// A step's use of a stream, `offset` frames ahead of the step's own lead.
struct StreamUse {
    int stream = kNoStream;
    FrameCount offset = 0;
};

struct PlanInsertStreams {
    Layout key_layout;
    int key = kNoStream, gain_out = kNoStream, gain_in = kNoStream, tap_out = kNoStream;
};

/// One strip (or unit of it) in a block.
struct PlanStrip {
    int strip = 0;
    int first = 0, last = 0;
    bool copy = false;        ///< a stem's own
    bool from_clips = false;  ///< otherwise from `input`
    bool invert = false;
    std::vector<int> input;  ///< partials or sums in order; one stream for the later units of a split strip
    int entry_tap = kNoStream;
    std::vector<PlanInsertStreams> inserts;  ///< [insert - first]
};

struct PlanSource {
    std::size_t strip = 0;  ///< index in the block
    int send = -1;          ///< -1: its output
};

struct PlanOutput {
    int stream = kNoStream;
    Layout layout;
    std::vector<PlanSource> sources;
    bool is_stem_tap =
        false;  ///< nothing but a stem hears it, out of the mix's strips; behind all that the session asks for
};

struct PlanBlock {
    std::string name;  ///< for messages and profiles
    std::string stem;  ///< that its strips are copies for; empty: the mix's
    std::vector<PlanStrip> strips;
    std::vector<PlanOutput> outputs;
    bool on_device = false;  ///< see offload.h
};

struct PlanStream {
    int channels = 2;        ///< one stands for all that are equal (nodes::StripSetup::channels_at)
    bool on_device = false;  ///< a partial that only sums on its device read
};

/// A node of a destination's tree of sums that a device adds, in the place of its partials (see device_sums.h).
struct PlanSum {
    std::string name;  ///< for profiles: of whom it is read by
    int stream = kNoStream;
    std::vector<int> partials;  ///< in order, all of one region's blocks; at least 2
    FrameCount lead = 0;        ///< of the sum: what its readers need, at most its partials' blocks' own
};

/// A stem's audio: the sum of these partials (or sums, as strips' inputs), in order.
struct PlanStem {
    std::string name;
    std::vector<int> partials;
};

struct PlanStep {
    std::vector<StreamUse> reads, writes;
    FrameCount lead = 0;
};

struct Plan {
    std::vector<PlanStream> streams;
    std::vector<PlanBlock> blocks;
    std::vector<PlanStep> steps;  ///< [block]
    int mix = kNoStream;
    int premaster = kNoStream;
    std::vector<PlanStem> stems;
    std::vector<PlanSum> sums;
    FrameCount longest_lead = 0;
    /// Longest way of tails, and of the silences that may lie within them, from any strip to the mix.
    FrameCount tail_frames = 0, gap_frames = 0;
    /// Nonlinear inserts that stems run on their own part: "strip 'Drums' / insert 2 (saturation): stems 'Kick', 'Snare'".
    std::vector<std::string> shared_nonlinear;
};

/// [stream] the sum that stands there, null where there is none.
std::vector<const PlanSum*> sums_of_streams(const Plan& plan);

/// Setups are [strip]. Stems in the order given.
Plan make_plan(const session::Session& session, const Routing& routing, const std::vector<nodes::StripSetup>& setups,
               const std::vector<std::string>& stem_names, const std::vector<StemContents>& stems,
               CutFor cut_for = CutFor::cpu);

}  // namespace dubplate::graph
