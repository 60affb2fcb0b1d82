#include "engine/nodes/lane_places.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace dubplate::nodes {

LanePlaces::LanePlaces(int strips, int channels, bool move)
    : channels_(channels),
      width_(width_for(strips * channels)),
      move_(move),
      place_of_(static_cast<std::size_t>(strips), kNone) {}

int LanePlaces::width_for(int lanes) { return lanes <= 1 ? 1 : lanes <= 4 ? 4 : lanes <= 8 ? 8 : 16; }

void LanePlaces::arrange(std::span<const bool> wanted) {
    assert(wanted.size() == place_of_.size());
    const auto count = static_cast<int>(std::count(wanted.begin(), wanted.end(), true));
    if (count == 0) {
        strip_at_.clear();
        std::fill(place_of_.begin(), place_of_.end(), kNone);
        return;
    }
    if (!move_) {
        strip_at_.resize(place_of_.size());
        std::iota(strip_at_.begin(), strip_at_.end(), 0);
        std::iota(place_of_.begin(), place_of_.end(), 0);
        return;
    }
    const int width = width_for(count * channels_);
    if (width != width_) strip_at_.clear();
    width_ = width;
    strip_at_.resize(static_cast<std::size_t>(width / channels_), kNone);
    std::fill(place_of_.begin(), place_of_.end(), kNone);
    for (std::size_t place = 0; place < strip_at_.size(); ++place) {
        int& strip = strip_at_[place];
        if (strip == kNone) continue;
        if (wanted[static_cast<std::size_t>(strip)])
            place_of_[static_cast<std::size_t>(strip)] = static_cast<int>(place);
        else
            strip = kNone;
    }
    auto vacant = strip_at_.begin();
    for (std::size_t strip = 0; strip < wanted.size(); ++strip) {
        if (!wanted[strip] || place_of_[strip] != kNone) continue;
        vacant = std::find(vacant, strip_at_.end(), kNone);
        place_of_[strip] = static_cast<int>(vacant - strip_at_.begin());
        *vacant = static_cast<int>(strip);
    }
    while (strip_at_.back() == kNone) strip_at_.pop_back();
}

}  // namespace dubplate::nodes
