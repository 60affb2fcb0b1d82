#pragma once

/// Which frames a job's files hold: fixed, or up to where the tails have died away.
///
/// Threads: plain functions.

#include "engine/graph/program.h"
#include "engine/nodes/output_steps.h"
#include "engine/render/calibrated_sizes.h"
#include "engine/render/job.h"

namespace dubplate::render {

struct RenderWindow {
    nodes::Window frames;  ///< without a fixed end: up to the latest one there can be
    std::string end_reason;
    bool end_is_fixed = false;
    // Without a fixed end:
    FrameCount content_end = 0;  ///< of the clips
    FrameCount hold = 0;         ///< the silence that ends the render
};

/// How many chunks a step may be ahead of what reads it: two keep a few threads busy, many need a third (docs/profiling.md).
/// Every one of them costs memory; program_settings() asks for threads that have a processor.
int in_flight_for(int threads);

/// A device that was measured, and what it is to do.
struct MeasuredDevice {
    const regions::DeviceRates& rates;
    DeviceWork work;
    int sample_rate = 0;
};

/// How the plan is run: in chunks as long as the job says, or of 8192 to 65536 frames, by the length of the render and by
/// the memory that the plan's streams take; on a device in longer ones, and as it was measured where it was.
graph::ProgramSettings program_settings(const RenderJob& job, const RenderWindow& window, const graph::Plan& plan,
                                        const JobTime& time, const MeasuredDevice* measured = nullptr);

/// The chunks that every step runs: the first one early enough that all steps begin at or before the start of evaluation.
struct ChunkRange {
    FrameCount first = 0, last = 0;  ///< inclusive
};
ChunkRange chunk_range(const RenderWindow& window, const graph::Plan& plan, const JobTime& time,
                       FrameCount chunk_frames);

/// Errors: bad_argument if the range begins where nothing can sound any more.
Result<RenderWindow> place_window(const JobTime& time, const graph::Plan& plan, FrameCount clips_end, int sample_rate);

}  // namespace dubplate::render
