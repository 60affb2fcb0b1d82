#include "engine/regions/sounding.h"

#include <algorithm>

namespace dubplate::regions {

void Sounding::add(FrameCount first, FrameCount end) {
    if (!ranges_.empty() && ranges_.back().second >= first)
        ranges_.back().second = std::max(ranges_.back().second, end);
    else
        ranges_.emplace_back(first, end);
}

void Sounding::forget_before(FrameCount frame) {
    std::erase_if(ranges_, [&](const auto& range) { return range.second <= frame; });
}

bool Sounding::within(FrameCount first, FrameCount end) const {
    return std::any_of(ranges_.begin(), ranges_.end(),
                       [&](const auto& range) { return range.first < end && range.second > first; });
}

}  // namespace dubplate::regions
