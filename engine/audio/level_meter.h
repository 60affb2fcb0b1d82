#pragma once

/// What passes through one channel of an output, before rounding.
///
/// Determinism: the figures do not depend on how frames are cut into calls. Threads: one caller at a time.

#include <cstdint>

#include "engine/base/time.h"
#include "kernels/cpu/quantise.h"

namespace dubplate::audio {

class LevelMeter {
public:
    /// The next frames.
    void add(const float* in, int count);
    float peak() const { return peak_; }  ///< largest |sample|; infinite if any was NaN or infinite
    double squares() const;               ///< their sum
    std::int64_t loud_samples() const { return loud_samples_; }  ///< |sample| > 1

private:
    double squares_[kernels::kSquares] = {};
    FrameCount frames_ = 0;
    std::int64_t loud_samples_ = 0;
    float peak_ = 0.0f;
};

}  // namespace dubplate::audio
