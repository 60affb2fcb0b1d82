#pragma once

/// Positions and lengths on the timeline.
///
/// A frame is one sample on every channel. Every position is an absolute frame at the session's rate, counted from the
/// session's start; no node counts time of its own (docs/time-and-latency.md).

#include <cstdint>

namespace dubplate {

using FrameCount = std::int64_t;

/// Parameters of processors move on this absolute grid; every latency is a multiple of it, so that each stage of a
/// strip starts its blocks on the grid.
inline constexpr FrameCount kControlFrames = 64;

/// Decaying states are set to zero, and the end of a render is judged, at absolute multiples of this.
inline constexpr FrameCount kSettleFrames = 8192;

constexpr FrameCount round_up(FrameCount frames, FrameCount multiple) {
    return (frames + multiple - 1) / multiple * multiple;
}

/// Floor division, also right for negative frames (a run may begin before frame 0).
constexpr FrameCount floor_div(FrameCount a, FrameCount b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }

}  // namespace dubplate
