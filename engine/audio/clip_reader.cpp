#include "engine/audio/clip_reader.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/audio/clip_pieces.h"
#include "engine/audio/packed_rows.h"

namespace dubplate::audio {

ClipReader::ClipReader(const ResolvedClip& clip)
    : clip_(&clip),
      type_(clip.source->sample_type()),
      channels_(clip.source->channels()),
      frame_bytes_(channels_ * bytes_of(type_)),
      end_(clip.loop ? clip.source->frames() : clip.offset + sounding_frames(clip)),
      most_frames_(std::min(std::max(kWindowBytes / frame_bytes_ / kWindowStep, FrameCount{1}) * kWindowStep,
                            end_ - clip.offset)) {
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
    if (!clip_->loop) return read_source(clip_->offset + from, count, gain, out);
    const FrameCount period = clip_->source->frames() - clip_->offset;
    for (int at = 0; at < count;) {
        const FrameCount within = (from + at) % period;
        const int frames = static_cast<int>(std::min<FrameCount>(count - at, period - within));
        std::array<float*, kMaxChannels> rows;
        for (std::size_t row = 0; row < picks_.size(); ++row) rows[row] = out[row] + at;
        if (auto read = read_source(clip_->offset + within, frames, gain, rows.data()); !read) return read;
        at += frames;
    }
    return {};
}

Result<void> ClipReader::read_source(FrameCount from, int count, double gain, float* const* out) {
    std::array<float*, kMaxChannels> rows;
    while (count > 0) {
        if (from < window_start_ || from >= window_start_ + window_frames_)
            if (auto filled = fill_window(from, count); !filled) return filled;
        const int frames = static_cast<int>(std::min<FrameCount>(count, window_start_ + window_frames_ - from));
        unpack_rows(type_, channels_, window_.data() + (from - window_start_) * frame_bytes_, frames, picks_, gain,
                    out);
        from += frames;
        count -= frames;
        if (count == 0) break;
        for (std::size_t row = 0; row < picks_.size(); ++row) rows[row] = out[row] + frames;
        out = rows.data();
    }
    return {};
}

Result<const std::byte*> ClipReader::packed(FrameCount from, int count) {
    assert(count <= kWindowStep);
    if (from < window_start_ || from + count > window_start_ + window_frames_)
        if (auto filled = fill_window(from, count); !filled) return fail(std::move(filled.error()));
    assert(from + count <= window_start_ + window_frames_ && "a window holds a step, or all there is to read");
    return window_.data() + (from - window_start_) * frame_bytes_;
}

void ClipReader::expect_until(FrameCount frame) {
    if (clip_->loop) return;  // goes round until then, which windows do not follow
    pause_ = clip_->offset + (clip_->reverse ? sounding_frames(*clip_) - frame : frame);
}

void ClipReader::rest() {
    window_.give_back();
    window_frames_ = 0;
}

/// A window that holds frame `from`, the first of `count` frames wanted.
Result<void> ClipReader::fill_window(FrameCount from, int count) {
    // Backwards, what is asked for next lies before this.
    const FrameCount first = clip_->reverse ? std::max(from + count - most_frames_, pause_) : from;
    window_start_ = std::max(std::min(first, from), clip_->offset);
    window_frames_ = 0;  // until they are read
    const FrameCount frames =
        clip_->reverse ? std::min(most_frames_, from + count - window_start_) : window_frames_from(window_start_);
    window_.hold(static_cast<std::size_t>(most_frames_ * frame_bytes_) + kPackedSlack);
    if (auto read = clip_->source->read_packed(window_start_, static_cast<int>(frames), window_.data()); !read)
        return read;
    window_frames_ = frames;
    return {};
}

/// Equal windows up to the pause, where there is one to come.
FrameCount ClipReader::window_frames_from(FrameCount start) const {
    const FrameCount most = std::min(most_frames_, end_ - start), left = pause_ - start;
    if (left <= 0) return most;
    const FrameCount windows = (left + most_frames_ - 1) / most_frames_;
    return std::min(most, round_up((left + windows - 1) / windows, kWindowStep));
}

}  // namespace dubplate::audio
