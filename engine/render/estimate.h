#pragma once

/// What a render would read, compute and write, and about how long it would take and how much memory, without rendering:
/// no sound file is read beyond its header, nothing is written, no folder is made. Responses are loaded, since latency and
/// tails follow from them.
///
/// Times are those of one kind of machine (kernels/processors/cost.h) with its files at hand; elsewhere they are off by a
/// factor that stays the same. Threads: as render(), but on the calling thread alone.
/// Errors: those that render() would find before its first block.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/render/parallelism.h"
#include "engine/render/render.h"

namespace dubplate::render {

struct EstimatedInput {
    audio::SourceInfo info;
    double speed = 1.0;
    bool is_response = false;
    bool is_decoded = false;  ///< compressed, of another rate or played at another speed: goes through scratch space
    std::int64_t scratch_bytes = 0;  ///< that it takes there
};

struct EstimatedOutput {
    OutputKind kind = OutputKind::mix;
    std::string name;
    std::string path;
    audio::FileFormat format;
    std::int64_t bytes = 0;  ///< at most
};

struct ProcessorUse {
    std::string name;
    int count = 0;     ///< inserts of the strips that are computed, copies included
    int bypassed = 0;  ///< of these
};

struct Estimate {
    int tracks = 0, buses = 0, returns = 0;  ///< enabled
    int computed = 0;                        ///< strips that are computed for the mix and as keys
    int copies = 0;                          ///< strips that are computed once more, for a stem's share of them
    std::vector<ProcessorUse> processors;    ///< in the order in which they are listed elsewhere
    std::vector<EstimatedInput> inputs;      ///< once for each speed
    std::vector<EstimatedOutput> outputs;
    int sample_rate = 0;
    FrameCount first_frame = 0, frames = 0;
    bool end_is_fixed = false;      ///< otherwise `frames` is the most there can be
    FrameCount content_frames = 0;  ///< up to the end of the last clip
    std::int64_t input_bytes = 0, output_bytes = 0, scratch_bytes = 0;
    int threads = 0;
    double seconds = 0.0, cpu_seconds = 0.0;
    Parallelism parallelism;  ///< on 2, 8, 16 and 64 threads, and on as many as the job has
    std::int64_t memory_bytes = 0;
    Diagnostics warnings;
};

Result<Estimate> estimate(const session::Session& session, const RenderJob& job);

}  // namespace dubplate::render
