#pragma once

/// The audio of one clip before its gain: placed in its source, looped, reversed, channels picked.
///
/// Keeps a window of decoded frames, so that short reads one after another do not each go to the file.
/// Shapes: out[pick][frame]; one row for each different source channel of the clip, see rows().
/// Threads: one caller at a time. Errors: the source's.

#include <vector>

#include "engine/audio/clip_track.h"

namespace dubplate::audio {

class ClipReader {
public:
    static constexpr int kWindowFrames = 16384;

    explicit ClipReader(const ResolvedClip& clip);
    /// Source channels read, each once.
    const std::vector<int>& picks() const { return picks_; }
    /// For each channel of the track its row among the picks.
    const std::vector<int>& rows() const { return rows_; }
    /// Frames [from, from + count) of the clip, 0 <= from, from + count <= clip.length; zeros behind the source's end.
    Result<void> read(FrameCount from, int count, float* const* out);

private:
    Result<void> read_forward(FrameCount from, int count, int at, float* const* out);
    Result<void> read_source(FrameCount from, int count, int at, float* const* out);

    const ResolvedClip* clip_;
    std::vector<int> picks_, rows_;
    std::vector<float> window_;  // [pick][kWindowFrames]
    FrameCount window_start_ = 0;
    int window_frames_ = 0;
};

}  // namespace dubplate::audio
