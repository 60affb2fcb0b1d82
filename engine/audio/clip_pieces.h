#pragma once

/// Which clips sound where on a track: found quickly for any stretch of time, among any number of clips.
///
/// Threads: immutable once made.

#include <span>
#include <vector>

#include "engine/audio/clip_track.h"

namespace dubplate::audio {

/// Frames [start, end) in which a clip is heard.
struct ClipPiece {
    FrameCount start = 0, end = 0;
    int clip = 0;
};

/// Frames of a clip, from its start, that have audio of its source; silence follows up to its length.
FrameCount sounding_frames(const ResolvedClip& clip);

class ClipPieces {
public:
    ClipPieces() = default;
    ClipPieces(std::span<const ResolvedClip> clips, session::Overlap overlap);

    /// The pieces that reach into [start, end), in order of their clips. O(log n + found).
    void find(FrameCount start, FrameCount end, std::vector<ClipPiece>& found) const;
    /// Where the first piece begins that begins at `from` or later; the end of time without one. O(log n).
    FrameCount next_start(FrameCount from) const;
    bool is_silent(FrameCount start, FrameCount end) const;
    /// End of the last clip.
    FrameCount end() const { return end_; }

private:
    void find_below(std::size_t node, std::size_t first, std::size_t count, FrameCount start, FrameCount end,
                    std::vector<ClipPiece>& found) const;

    std::vector<ClipPiece> pieces_;    // ascending in start
    std::vector<FrameCount> latest_;   // [node] of a binary tree over pieces_: the latest end below it
    std::vector<ClipPiece> sounding_;  // where anything sounds: ascending, disjoint, not touching; clip means nothing
    FrameCount end_ = 0;
};

}  // namespace dubplate::audio
