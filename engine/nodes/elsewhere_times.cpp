#include "engine/nodes/elsewhere_times.h"

#include <algorithm>
#include <cassert>

namespace dubplate::nodes {

std::int64_t ElsewhereTime::begin_ns() const {
    return worked_ns == kNotYet ? asked_ns : std::max(asked_ns, told_ns - worked_ns);
}

std::int64_t ElsewhereTimes::now_ns() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin_).count();
}

/// Few are not told yet: it is near the end.
ElsewhereTime& ElsewhereTimes::last(FrameCount chunk) {
    const auto found =
        std::find_if(times_.rbegin(), times_.rend(), [&](const ElsewhereTime& time) { return time.chunk == chunk; });
    assert(found != times_.rend() && "a chunk is asked for first");
    return *found;
}

void ElsewhereTimes::ask(FrameCount chunk) {
    const std::lock_guard lock(mutex_);
    times_.push_back({chunk, now_ns()});
}

void ElsewhereTimes::tell(FrameCount chunk) {
    const std::lock_guard lock(mutex_);
    last(chunk).told_ns = now_ns();
}

void ElsewhereTimes::moved(FrameCount chunk, std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    last(chunk).bytes += bytes;
}

void ElsewhereTimes::worked(FrameCount chunk, double seconds) {
    const std::lock_guard lock(mutex_);
    last(chunk).worked_ns = static_cast<std::int64_t>(1e9 * std::max(seconds, 0.0));
}

std::vector<ElsewhereTime> ElsewhereTimes::told() const {
    const std::lock_guard lock(mutex_);
    std::vector<ElsewhereTime> found;
    for (const ElsewhereTime& time : times_)
        if (time.told_ns != ElsewhereTime::kNotYet) found.push_back(time);
    return found;
}

}  // namespace dubplate::nodes
