#pragma once

/// A plan made runnable: its streams allocated, its blocks built, in the order of the plan.
///
/// Streams hold the frames that lie between a producer's newest and a consumer's oldest chunk: memory is bounded by the
/// chunks in flight and the longest latency, never by the session's length.
/// Blocks that are marked for a device become regions, one for all that need nothing of each other.
/// Threads: made by one, which lets the executor's build the blocks; afterwards the schedule decides.
/// Errors: device, of regions.

#include <memory>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/graph/dependencies.h"
#include "engine/graph/plan.h"
#include "engine/graph/schedule.h"
#include "engine/nodes/output_steps.h"
#include "engine/nodes/strip_block.h"
#include "engine/regions/region.h"

namespace dubplate::graph {

struct ProgramSettings {
    FrameCount chunk_frames = 0;
    int in_flight = 2;
    FrameCount run_start = 0;
    std::size_t wave_numbers = 0;  ///< regions::RegionSettings
};

/// The frames that each of the plan's streams holds.
std::vector<FrameCount> stream_frames(const Plan& plan, const ProgramSettings& settings);

class Program {
public:
    /// What a program is made of, all of which outlives it.
    struct Source {
        const session::Session& session;
        const Plan& plan;
        const std::vector<nodes::StripSetup>& setups;                       ///< [strip]
        const std::vector<std::unique_ptr<audio::ClipTrack>>& clip_tracks;  ///< [strip], null for strips that have none
        Executor& executor;
        regions::Device* device = nullptr;  ///< null: the plan has no blocks for one
        nodes::Profile* profile = nullptr;
        regions::Residents* residents = nullptr;  ///< of the device, for renders that others follow
    };
    static Result<std::unique_ptr<Program>> create(const Source& source, const ProgramSettings& settings);

    const nodes::Stream* mix() const { return stream(plan_.mix); }
    const nodes::Stream* premaster() const { return stream(plan_.premaster); }
    nodes::PartialSum stem(std::size_t index) const { return sum(plan_.stems[index].partials); }

    /// Adds a step of lead 0 that reads the mix, the premaster or stems, after `more` (indices of steps already added).
    std::size_t add(std::unique_ptr<nodes::Step> step, const std::vector<int>& streams,
                    const std::vector<std::size_t>& more, nodes::TaskLabel label);

    const std::vector<ScheduledStep>& schedule() const { return schedule_; }

private:
    Program(const Source& source, const ProgramSettings& settings);
    Result<void> build();
    void build_blocks();
    Result<void> schedule_region(const std::vector<std::size_t>& blocks);
    std::vector<nodes::BlockStrip> strips_of(const PlanBlock& block) const;
    std::vector<nodes::BlockOutput> outputs_of(const PlanBlock& block) const;
    std::size_t schedule(nodes::Step& step, const std::vector<int>& reads, const std::vector<std::size_t>& more,
                         const std::vector<int>& writes, nodes::TaskLabel label);

    nodes::Stream* stream(int index) const {
        return index == kNoStream ? nullptr : streams_[static_cast<std::size_t>(index)].get();
    }
    nodes::PartialSum sum(const std::vector<int>& streams) const;

    Source source_;
    const Plan& plan_;
    const std::vector<const PlanSum*> sum_of_;  // [stream]
    ProgramSettings settings_;
    kernels::UninitialisedVector<float> memory_;  // of all streams
    std::vector<std::unique_ptr<nodes::Stream>> streams_;
    std::vector<std::unique_ptr<nodes::Step>> steps_;  // first [block], null for those of regions
    std::vector<std::unique_ptr<regions::Region>> regions_;
    std::vector<ScheduledStep> schedule_;
    Dependencies dependencies_;
};

}  // namespace dubplate::graph
