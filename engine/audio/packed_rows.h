#pragma once

/// Channels picked out of packed frames, as planes times a gain: what a clip does with the bytes of its source.
///
/// Shapes: packed [frame][channel] with kPackedSlack readable bytes behind the last frame; out[pick][frame].
/// Bits: the sample as unpack() gives it, times the gain in float64, rounded once, + 0, so that no zero is negative.
/// Threads: pure functions.

#include <span>

#include "engine/audio/pcm.h"

namespace dubplate::audio {

void unpack_rows(SampleType type, int channels, const std::byte* packed, int frames, std::span<const int> picks,
                 double gain, float* const* out);

/// The same gain for samples that are unpacked already, and one for every frame.
void scale(float* samples, int count, double gain);
void scale(float* samples, int count, const double* gains);

}  // namespace dubplate::audio
