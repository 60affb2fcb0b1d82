#include "engine/audio/level_meter.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/cpu/block_functions.h"

namespace dubplate::audio {

void LevelMeter::add(const float* in, int count) {
    const float peak = std::bit_cast<float>(kernels::block_functions().add_squares(in, frames_, count, squares_));
    constexpr float kMost = std::numeric_limits<float>::max();
    peak_ = std::max(peak_, peak <= kMost ? peak : std::numeric_limits<float>::infinity());
    if (!(peak <= 1.0f))
        loud_samples_ += std::count_if(in, in + count, [](float sample) { return sample > 1.0f || sample < -1.0f; });
    frames_ += count;
}

double LevelMeter::squares() const {
    double sum = 0.0;
    for (const double squares : squares_) sum += squares;
    return sum;
}

}  // namespace dubplate::audio
