#pragma once

/// A delay of whole frames in lanes, and what settling means for a row of values.
///
/// Shape: [frame][width], in place. Threads: one caller at a time per instance.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::kernels {

/// Sets what has decayed below 1e-12 to 0; true if all is 0.
template <class T>
bool settle_values(std::span<T> values) {
    bool rest = true;
    for (T& value : values) {
        if (std::fabs(value) < T(1e-12)) value = T(0);
        rest &= value == T(0);
    }
    return rest;
}

class LaneDelay {
public:
    LaneDelay(int width, FrameCount latency) : width_(width), waiting_(static_cast<std::size_t>(latency * width)) {}

    /// Swaps the block with what waited, in order.
    void process(float* audio, int frames) {
        // A ring whose length is the latency: what was written `latency` frames ago lies where the new frame goes.
        const auto width = static_cast<std::size_t>(width_);
        std::size_t left = waiting_.empty() ? 0 : static_cast<std::size_t>(frames);
        while (left > 0) {
            const std::size_t run = std::min(left, waiting_.size() / width - at_);
            std::swap_ranges(audio, audio + run * width, waiting_.data() + at_ * width);
            audio += run * width;
            left -= run;
            at_ = (at_ + run) % (waiting_.size() / width);
        }
    }
    /// Everything that waits becomes this frame, [width].
    void fill(const float* frame) {
        for (std::size_t at = 0; at < waiting_.size(); ++at)
            waiting_[at] = frame[at % static_cast<std::size_t>(width_)];
    }
    bool settle() { return settle_values(std::span<float>(waiting_)); }
    /// To a kernels::LaneRows: one row for every frame that waits.
    template <class Rows>
    void add_rows(Rows& rows) {
        rows.add(waiting_.data(), waiting_.size() / static_cast<std::size_t>(width_));
        rows.add_common(at_);
    }

private:
    int width_;
    std::vector<float> waiting_;  // [latency][width], a ring
    std::size_t at_ = 0;          // frame of the ring
};

}  // namespace dubplate::kernels
