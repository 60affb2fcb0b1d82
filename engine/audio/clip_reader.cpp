#include "engine/audio/clip_reader.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/audio/clip_pieces.h"

namespace dubplate::audio {

namespace {

/// Rows of `out`, `by` frames further on.
std::array<float*, kMaxChannels> shifted(float* const* out, std::size_t rows, int by) {
    std::array<float*, kMaxChannels> moved{};
    for (std::size_t row = 0; row < rows; ++row) moved[row] = out[row] + by;
    return moved;
}

}  // namespace

ClipReader::ClipReader(const ResolvedClip& clip) : clip_(&clip) {
    for (const int channel : clip.channels) {
        const auto known = std::find(picks_.begin(), picks_.end(), channel);
        rows_.push_back(static_cast<int>(known - picks_.begin()));
        if (known == picks_.end()) picks_.push_back(channel);
    }
}

Result<void> ClipReader::read(FrameCount from, int count, float* const* out) {
    const ResolvedClip& clip = *clip_;
    assert(from >= 0 && from + count <= clip.length && "the track asks for frames of the clip only");
    const FrameCount sounding = sounding_frames(clip);
    const int audible = static_cast<int>(std::clamp<FrameCount>(sounding - from, 0, count));
    for (std::size_t row = 0; row < picks_.size(); ++row) std::fill(out[row] + audible, out[row] + count, 0.0f);
    if (audible == 0) return {};
    if (!clip.reverse) return read_forward(from, audible, 0, out);
    // The part that would have sounded, backwards: its last frame comes first.
    auto read = read_forward(sounding - from - audible, audible, 0, out);
    for (std::size_t row = 0; row < picks_.size(); ++row) std::reverse(out[row], out[row] + audible);
    return read;
}

/// Frames of the part that sounds, in the source's order.
Result<void> ClipReader::read_forward(FrameCount from, int count, int at, float* const* out) {
    if (!clip_->loop) return read_source(clip_->offset + from, count, at, out);
    const FrameCount period = clip_->source->frames() - clip_->offset;
    while (count > 0) {
        const FrameCount within = from % period;
        const int frames = static_cast<int>(std::min<FrameCount>(count, period - within));
        if (auto read = read_source(clip_->offset + within, frames, at, out); !read) return read;
        from += frames;
        at += frames;
        count -= frames;
    }
    return {};
}

Result<void> ClipReader::read_source(FrameCount from, int count, int at, float* const* out) {
    const Source& source = *clip_->source;
    if (count >= kWindowFrames / 2) {
        const auto rows = shifted(out, picks_.size(), at);
        return source.read(from, count, picks_, rows.data());
    }
    while (count > 0) {
        if (from < window_start_ || from >= window_start_ + window_frames_) {
            // Backwards, what is asked for next lies before this.
            const FrameCount wanted = clip_->reverse ? from + count - kWindowFrames : from;
            window_.resize(picks_.size() * kWindowFrames);
            window_start_ = std::max(wanted, clip_->offset);
            window_frames_ = static_cast<int>(std::min<FrameCount>(kWindowFrames, source.frames() - window_start_));
            std::array<float*, kMaxChannels> rows{};
            for (std::size_t row = 0; row < picks_.size(); ++row) rows[row] = window_.data() + row * kWindowFrames;
            if (auto read = source.read(window_start_, window_frames_, picks_, rows.data()); !read) {
                window_frames_ = 0;
                return read;
            }
        }
        const auto skip = static_cast<std::size_t>(from - window_start_);
        const int frames = static_cast<int>(std::min<FrameCount>(count, window_start_ + window_frames_ - from));
        for (std::size_t row = 0; row < picks_.size(); ++row)
            std::copy_n(window_.data() + row * kWindowFrames + skip, frames, out[row] + at);
        from += frames;
        at += frames;
        count -= frames;
    }
    return {};
}

}  // namespace dubplate::audio
