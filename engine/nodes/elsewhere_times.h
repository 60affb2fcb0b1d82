#pragma once

/// When a step's chunks were worked on elsewhere, as on a device: a row of its own in a profile, which is no thread's.
///
/// A chunk is asked for and, later, told to be done. Who does it may say how long it worked by a clock of its own, and what it
/// moved; without a word of it the time from asking to telling counts.
/// Threads: any.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::nodes {

struct ElsewhereTime {
    FrameCount chunk = 0;
    std::int64_t asked_ns = 0, told_ns = kNotYet;  ///< since the profile was begun
    std::int64_t worked_ns = kNotYet;              ///< how long
    std::int64_t bytes = 0;

    static constexpr std::int64_t kNotYet = -1;
    /// Where it worked, up to told_ns: what it did not work of that time it waited before.
    std::int64_t begin_ns() const;
};

class ElsewhereTimes {
public:
    ElsewhereTimes(std::size_t label, std::chrono::steady_clock::time_point begin) : label_(label), begin_(begin) {}

    void ask(FrameCount chunk);
    void tell(FrameCount chunk);
    /// Of a chunk that was asked for, also once it was told.
    void moved(FrameCount chunk, std::int64_t bytes);
    void worked(FrameCount chunk, double seconds);

    std::size_t label() const { return label_; }  ///< of the profile
    /// Those that were told to be done, in the order in which they were asked for.
    std::vector<ElsewhereTime> told() const;

private:
    std::int64_t now_ns() const;
    ElsewhereTime& last(FrameCount chunk);

    std::size_t label_;
    std::chrono::steady_clock::time_point begin_;
    mutable std::mutex mutex_;
    std::vector<ElsewhereTime> times_;
};

}  // namespace dubplate::nodes
