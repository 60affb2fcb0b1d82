#pragma once

/// What a render spends its time on: tasks on their threads, and what each kind of work took within them.
///
/// Every thread that records has a timeline of its own: nothing is shared or locked while audio is computed. Within a
/// task, each lap gives all the time since the lap before to one kind of work, so that kinds divide a task among
/// themselves without a rest: what no lap claims is `Work::own`, what the task is for.
/// Cost: a lap reads the processor's counter once (some 10 ns, of blocks of microseconds); without a timeline it is one
/// test of a pointer. Nothing that is computed depends on what was recorded.
/// What is done elsewhere, as on a device, takes no thread's time and has rows of its own (elsewhere_times.h).
/// Threads: Profile from any; a Timeline belongs to its thread while that is in a task; results are read afterwards.

#include <x86intrin.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/base/time.h"
#include "engine/nodes/elsewhere_times.h"
#include "kernels/processors/processor.h"

namespace dubplate::nodes {

/// Kinds of work inside a task. Processors follow the last of them, in the order of processor_kinds().
enum class Work : std::uint8_t {
    own,           ///< what the task is for, if it does not tell more
    read_clips,    ///< reading, unpacking, clip gains and fades
    read_streams,  ///< partials of other steps, added
    lanes,         ///< planes to lanes and back
    automation,    ///< values of moving parameters
    keys,          ///< side-chains as lanes
    taps,          ///< gains and taps between a strip and stems' copies of it
    delays,        ///< bypassed inserts and followers of gains
    sums,          ///< faders, pans and sends into partials
    first_processor
};
inline constexpr std::size_t kMostWorks = 128;

Work work_of(const kernels::ProcessorKind& kind);

/// A kind's share of one task.
struct WorkTime {
    Work work = Work::own;
    std::uint32_t calls = 0;
    std::int64_t ticks = 0;    ///< of the processor's counter: a measure of shares only
    std::int64_t samples = 0;  ///< it was done for
};

/// What a task is called, and what its own work is called in tables.
struct TaskLabel {
    std::string name, work;
};

/// What tables and traces call a kind of work, inside a task of this label.
std::string work_name(Work work, const TaskLabel& label);

struct TaskTime {
    std::size_t label = 0;
    FrameCount chunk = kNoChunk;
    std::int64_t begin_ns = 0, end_ns = 0;      ///< since the profile was begun
    std::int64_t cpu_ns = 0;                    ///< of this thread
    int ready = 0;                              ///< tasks that could have been begun beside it
    std::size_t first_work = 0, last_work = 0;  ///< of Timeline::works()

    static constexpr FrameCount kNoChunk = std::numeric_limits<FrameCount>::min();
};

class Timeline {
public:
    explicit Timeline(std::chrono::steady_clock::time_point begin);

    void begin_task(std::size_t label, FrameCount chunk = TaskTime::kNoChunk, int ready = 0);
    void lap(Work work, std::int64_t samples) {
        const auto now = static_cast<std::int64_t>(__rdtsc());
        WorkTime& spent = now_[static_cast<std::size_t>(work)];
        spent.ticks += now - last_;
        spent.samples += samples;
        ++spent.calls;
        last_ = now;
    }
    void end_task();

    const std::vector<TaskTime>& tasks() const { return tasks_; }
    const std::vector<WorkTime>& works() const { return works_; }

private:
    std::int64_t now_ns() const;

    std::chrono::steady_clock::time_point begin_;
    std::int64_t last_ = 0;
    std::array<WorkTime, kMostWorks> now_{};  // [work] of the task that runs
    std::vector<TaskTime> tasks_;
    std::vector<WorkTime> works_;
};

/// The time since the last lap went to `work`, done for so many samples. `timeline` may be null.
inline void lap(Timeline* timeline, Work work, std::int64_t samples) {
    if (timeline) timeline->lap(work, samples);
}

class Profile {
public:
    Profile();
    Profile(const Profile&) = delete;
    Profile& operator=(const Profile&) = delete;

    std::size_t add_label(std::string name, std::string work);
    /// Of the calling thread; made on its first call.
    Timeline& timeline();
    /// A row of what is done elsewhere; stays valid.
    ElsewhereTimes& add_elsewhere(std::size_t label);

    // Once no task runs any more:
    const std::vector<TaskLabel>& labels() const { return labels_; }
    /// In the order in which their threads began; the first is that of the thread that made the profile.
    const std::vector<std::unique_ptr<Timeline>>& timelines() const { return timelines_; }
    const std::vector<std::unique_ptr<ElsewhereTimes>>& elsewhere() const { return elsewhere_; }

private:
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    const std::uint64_t id_;  // never used again, unlike an address
    std::mutex mutex_;
    std::vector<TaskLabel> labels_;
    std::vector<std::unique_ptr<Timeline>> timelines_;
    std::vector<std::unique_ptr<ElsewhereTimes>> elsewhere_;
    std::vector<std::thread::id> threads_;  // [timeline]
};

/// A task as long as this lives. `profile` may be null.
class ProfiledTask {
public:
    ProfiledTask(Profile* profile, std::size_t label, FrameCount chunk = TaskTime::kNoChunk, int ready = 0)
        : timeline_(profile ? &profile->timeline() : nullptr) {
        if (timeline_) timeline_->begin_task(label, chunk, ready);
    }
    ~ProfiledTask() {
        if (timeline_) timeline_->end_task();
    }
    ProfiledTask(const ProfiledTask&) = delete;
    ProfiledTask& operator=(const ProfiledTask&) = delete;
    Timeline* timeline() const { return timeline_; }

private:
    Timeline* timeline_;
};

}  // namespace dubplate::nodes
