#pragma once

/// The audio of one clip: placed in its source, looped, reversed, channels picked, times a gain.
///
/// Keeps a window of the source as it lies in the file, so that short reads one after another do not each go to it, and
/// the windows of a whole block of tracks stay in L2 until they are unpacked where they are wanted.
/// Shapes: out[pick][frame]; one row for each different source channel of the clip, see rows().
/// Threads: one caller at a time. Errors: the source's.

#include <cstddef>
#include <vector>

#include "engine/audio/clip_track.h"

namespace dubplate::audio {

class ClipReader {
public:
    static constexpr int kWindowBytes = 24 << 10;
    static constexpr int kLeastWindowFrames = 512;  ///< of many channels

    explicit ClipReader(const ResolvedClip& clip);
    /// Source channels read, each once.
    const std::vector<int>& picks() const { return picks_; }
    /// For each channel of the track its row among the picks.
    const std::vector<int>& rows() const { return rows_; }
    /// Frames [from, from + count) of the clip, 0 <= from, from + count <= clip.length, times `gain`, which is not the
    /// clip's; zeros behind the source's end. Bits as in packed_rows.h.
    Result<void> read(FrameCount from, int count, double gain, float* const* out);

private:
    Result<void> read_forward(FrameCount from, int count, double gain, float* const* out);
    Result<void> read_source(FrameCount from, int count, int at, double gain, float* const* out);
    Result<void> fill_window(FrameCount from, int count);

    const ResolvedClip* clip_;
    std::vector<int> picks_, rows_;
    int frame_bytes_;
    FrameCount end_;                 // of what is read of the source
    FrameCount most_frames_;         // of a window
    std::vector<std::byte> window_;  // [frame][channel], and kPackedSlack
    FrameCount window_start_ = 0, window_frames_ = 0;
};

}  // namespace dubplate::audio
