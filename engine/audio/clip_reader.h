#pragma once

/// The audio of one clip: placed in its source, looped, reversed, channels picked, times a gain.
///
/// Keeps a window of the source as it lies in the file, so that short reads one after another do not each go to it, and
/// the windows of a whole block of tracks stay in L2 until they are unpacked where they are wanted. What is left of one
/// when others are worked on has gone from there: windows end where the reader is told to expect a pause.
/// Shapes: out[pick][frame]; one row for each different source channel of the clip, see rows().
/// Threads: one caller at a time. Errors: the source's.

#include <cstddef>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/audio/window_memory.h"

namespace dubplate::audio {

class ClipReader {
public:
    static constexpr int kWindowBytes = 48 << 10;
    static constexpr FrameCount kWindowStep = 512;  ///< windows hold a multiple of it; one of them of many channels

    explicit ClipReader(const ResolvedClip& clip);
    /// Source channels read, each once.
    const std::vector<int>& picks() const { return picks_; }
    /// For each channel of the track its row among the picks.
    const std::vector<int>& rows() const { return rows_; }
    /// Frames [from, from + count) of the clip, 0 <= from, from + count <= clip.length, times `gain`, which is not the
    /// clip's; zeros behind the source's end. Bits as in packed_rows.h.
    Result<void> read(FrameCount from, int count, double gain, float* const* out);
    /// The same for frames [from, from + count) of the source, from clip.offset up to where its clip is heard.
    Result<void> read_source(FrameCount from, int count, double gain, float* const* out);
    /// Where frames [from, from + count) of the source lie as it holds them, until the next call; count is at most
    /// kWindowStep, and what read_source() may read.
    Result<const std::byte*> packed(FrameCount from, int count);
    /// Reads go on up to this frame of the clip, and pause there.
    void expect_until(FrameCount frame);
    /// The pause: gives the window's memory back. What was left of it is read again where it is asked for.
    void rest();

private:
    Result<void> read_forward(FrameCount from, int count, double gain, float* const* out);
    Result<void> fill_window(FrameCount from, int count);
    FrameCount window_frames_from(FrameCount start) const;

    const ResolvedClip* clip_;
    std::vector<int> picks_, rows_;
    SampleType type_;  // of the source
    int channels_, frame_bytes_;
    FrameCount end_;          // of what is read of the source
    FrameCount most_frames_;  // of a window
    FrameCount pause_ = 0;    // in the source: where what is read ends, or begins if it is read backwards
    WindowMemory window_;     // [frame][channel], and kPackedSlack
    FrameCount window_start_ = 0, window_frames_ = 0;
};

}  // namespace dubplate::audio
