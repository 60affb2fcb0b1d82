#pragma once

/// One step of a program: what is evaluated for one chunk at a time.
///
/// The timeline is cut into chunks of C frames. A step of lead L makes, in chunk c, the frames [cC + L, (c + 1)C + L):
/// it runs ahead by the longest latency downstream of it, so that latency is an offset of positions and never a delay.
/// Threads: run() never runs concurrently with itself; other steps may run beside it. The schedule calls it for
/// ascending chunks, after the same chunk of everything it reads from.
/// Errors: what can fail early fails before the first chunk; a disk fault or a NaN later ends the run.

#include <functional>
#include <stop_token>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dubplate::nodes {

class Timeline;
class ElsewhereTimes;

/// The frames of one chunk before any lead is added.
struct Chunk {
    FrameCount index = 0;
    FrameCount start = 0;  ///< index * frames
    FrameCount frames = 0;
    std::stop_token stop = {};     ///< once asked for, run() ends soon with `cancelled`, however long the chunk
    Timeline* timeline = nullptr;  ///< where a step may tell what its time goes to (profile.h); null: nowhere
    /// Where an AsyncStep may tell when it worked and what it moved (elsewhere_times.h); null: nowhere.
    ElsewhereTimes* elsewhere = nullptr;
};

class Step {
public:
    virtual ~Step() = default;
    virtual Result<void> run(const Chunk& chunk) = 0;
};

/// A step whose work is done elsewhere, as on a device.
class AsyncStep : public Step {
public:
    using Done = std::function<void(Result<void>)>;

    /// Begins a chunk and returns at once; `done` is called exactly once, from any thread, when it is made: from then on the
    /// next may be begun, also before start() has returned. What start() throws it throws before that.
    virtual void start(const Chunk& chunk, Done done) = 0;
    /// Starts and waits.
    Result<void> run(const Chunk& chunk) final;
};

}  // namespace dubplate::nodes
