#include "engine/audio/window_memory.h"

#include <vector>

namespace dubplate::audio {

namespace {

/// Of the usual size; no more than a block of strips, each with a few clips at once, holds.
constexpr std::size_t kMostSpare = 64;
thread_local std::vector<kernels::UninitialisedVector<std::byte>> spare;

}  // namespace

void WindowMemory::hold(std::size_t bytes) {
    if (bytes <= bytes_.size()) return;
    give_back();
    if (bytes > kUsualBytes) {
        bytes_.resize(bytes);
    } else if (spare.empty()) {
        bytes_.resize(kUsualBytes);
    } else {
        bytes_.swap(spare.back());
        spare.pop_back();
    }
}

void WindowMemory::give_back() {
    if (bytes_.size() == kUsualBytes && spare.size() < kMostSpare) spare.push_back(std::move(bytes_));
    bytes_ = {};
}

}  // namespace dubplate::audio
