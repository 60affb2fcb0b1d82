#pragma once

/// The gain of a clip at any of its frames, in closed form: clip gain x gain points x fade in x fade out, in float64.
///
/// Frames count from the clip's start. A fade of n frames has gained t = frame / n; a fade out reaches t = 0 at the
/// clip's end, one frame behind its last. Gain points hold before the first and after the last; -144 dB and below is 0.
/// Determinism: a frame's gain does not depend on how frames are cut into calls. Threads: pure functions.

#include <span>

#include "engine/audio/clip_track.h"

namespace dubplate::audio {

/// Gains of frames [from, from + count) of the clip.
void clip_gains(const ResolvedClip& clip, FrameCount from, int count, double* gains);

/// The frames around `from` (none of them before it) in which the gain is clip.gain alone: [from, answer). `from` itself
/// where it is not.
FrameCount constant_gain_until(const ResolvedClip& clip, FrameCount from);

/// The linear gain of a level; 0 at -144 dB and below.
double clip_gain_of_decibels(double db);

}  // namespace dubplate::audio
