#include "engine/audio/clip_reader.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/audio/clip_pieces.h"
#include "engine/audio/packed_rows.h"

namespace dubplate::audio {

ClipReader::ClipReader(const ResolvedClip& clip)
    : clip_(&clip),
      frame_bytes_(clip.source->channels() * bytes_of(clip.source->sample_type())),
      end_(clip.loop ? clip.source->frames() : clip.offset + sounding_frames(clip)),
      most_frames_(
          std::min<FrameCount>(std::max(kWindowBytes / frame_bytes_, kLeastWindowFrames), end_ - clip.offset)) {
    for (const int channel : clip.channels) {
        const auto known = std::find(picks_.begin(), picks_.end(), channel);
        rows_.push_back(static_cast<int>(known - picks_.begin()));
        if (known == picks_.end()) picks_.push_back(channel);
    }
}

Result<void> ClipReader::read(FrameCount from, int count, double gain, float* const* out) {
    const ResolvedClip& clip = *clip_;
    assert(from >= 0 && from + count <= clip.length && "the track asks for frames of the clip only");
    const FrameCount sounding = sounding_frames(clip);
    const int audible = static_cast<int>(std::clamp<FrameCount>(sounding - from, 0, count));
    for (std::size_t row = 0; row < picks_.size(); ++row) std::fill(out[row] + audible, out[row] + count, 0.0f);
    if (audible == 0) return {};
    if (!clip.reverse) return read_forward(from, audible, gain, out);
    // The part that would have sounded, backwards: its last frame comes first.
    auto read = read_forward(sounding - from - audible, audible, gain, out);
    for (std::size_t row = 0; row < picks_.size(); ++row) std::reverse(out[row], out[row] + audible);
    return read;
}

/// Frames of the part that sounds, in the source's order.
Result<void> ClipReader::read_forward(FrameCount from, int count, double gain, float* const* out) {
    if (!clip_->loop) return read_source(clip_->offset + from, count, 0, gain, out);
    const FrameCount period = clip_->source->frames() - clip_->offset;
    for (int at = 0; at < count;) {
        const FrameCount within = (from + at) % period;
        const int frames = static_cast<int>(std::min<FrameCount>(count - at, period - within));
        if (auto read = read_source(clip_->offset + within, frames, at, gain, out); !read) return read;
        at += frames;
    }
    return {};
}

Result<void> ClipReader::read_source(FrameCount from, int count, int at, double gain, float* const* out) {
    const Source& source = *clip_->source;
    while (count > 0) {
        if (from < window_start_ || from >= window_start_ + window_frames_)
            if (auto filled = fill_window(from, count); !filled) return filled;
        const int frames = static_cast<int>(std::min<FrameCount>(count, window_start_ + window_frames_ - from));
        std::array<float*, kMaxChannels> rows{};
        for (std::size_t row = 0; row < picks_.size(); ++row) rows[row] = out[row] + at;
        unpack_rows(source.sample_type(), source.channels(), window_.data() + (from - window_start_) * frame_bytes_,
                    frames, picks_, gain, rows.data());
        from += frames;
        at += frames;
        count -= frames;
    }
    return {};
}

/// A window that holds frame `from`, the first of `count` frames wanted.
Result<void> ClipReader::fill_window(FrameCount from, int count) {
    // Backwards, what is asked for next lies before this.
    const FrameCount first = clip_->reverse ? std::min(from, from + count - most_frames_) : from;
    window_start_ = std::max(first, clip_->offset);
    window_frames_ = 0;  // until they are read
    const FrameCount frames = std::min(most_frames_, end_ - window_start_);
    window_.resize(static_cast<std::size_t>(most_frames_ * frame_bytes_) + kPackedSlack);
    if (auto read = clip_->source->read_packed(window_start_, static_cast<int>(frames), window_.data()); !read)
        return read;
    window_frames_ = frames;
    return {};
}

}  // namespace dubplate::audio
