#pragma once

/// Where what goes into a strip's first stage may sound: everywhere else it is known to be zeros.
///
/// Kept as far back as stages look. What is known depends on how time is cut; what is computed does not: zeros make zeros,
/// with or without being looked at. Threads: the step's that gathers.

#include <utility>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::regions {

class Sounding {
public:
    /// [first, end) may sound; in ascending order.
    void add(FrameCount first, FrameCount end);
    /// Nobody asks for what was before this frame any more.
    void forget_before(FrameCount frame);
    /// Whether any frame of [first, end) may.
    bool within(FrameCount first, FrameCount end) const;

private:
    std::vector<std::pair<FrameCount, FrameCount>> ranges_;  // ascending, apart
};

}  // namespace dubplate::regions
