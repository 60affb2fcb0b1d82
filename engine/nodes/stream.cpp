#include "engine/nodes/stream.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {
namespace {

/// Channels do not lie a power of two apart, which would crowd them into the same lines of the cache.
constexpr FrameCount kSkew = 16;

[[maybe_unused]] bool is_granular(FrameCount start, int frames) {
    return start % kControlFrames == 0 && frames % kControlFrames == 0 && frames <= kernels::kMaxBlockFrames;
}

FrameCount guard_of(FrameCount capacity) { return std::min<FrameCount>(capacity, kernels::kMaxBlockFrames); }

/// The next block of a channel that is read or written block after block: on its way while this one is worked on.
void fetch(const float* from, int frames) {
    constexpr int kLine = kernels::kCacheLine / sizeof(float);
    for (int f = 0; f < frames; f += kLine) __builtin_prefetch(from + f, 0, 2);
}

std::size_t bytes_of(FrameCount frames) { return static_cast<std::size_t>(frames) * sizeof(float); }

}  // namespace

Stream::Stream(int channels, FrameCount capacity_frames, float* memory, kernels::Stores stores)
    : channels_(channels),
      stores_(stores),
      capacity_(round_up(capacity_frames, kControlFrames)),
      guard_(guard_of(capacity_)),
      stride_(capacity_ + guard_ + kSkew),
      own_(memory ? 0 : samples_of(channels, capacity_frames)),
      samples_(memory ? memory : own_.data()),
      sounding_(static_cast<std::size_t>(capacity_ / kControlFrames)) {}

std::size_t Stream::samples_of(int channels, FrameCount capacity_frames) {
    const FrameCount capacity = round_up(capacity_frames, kControlFrames);
    return static_cast<std::size_t>(channels * (capacity + guard_of(capacity) + kSkew));
}

std::size_t Stream::granule(FrameCount at, FrameCount offset) const {
    const FrameCount place = at + offset;
    return static_cast<std::size_t>((place < capacity_ ? place : place - capacity_) / kControlFrames);
}

float* Stream::begin_write(FrameCount start, int channel) {
    assert(channel >= 0 && channel < channels_);
    return samples_ + channel * stride_ + position(start);
}

void Stream::end_write(FrameCount start, int frames) {
    assert(is_granular(start, frames) && frames <= capacity_);
    const FrameCount at = position(start);
    const FrameCount over = at + frames - capacity_;
    for (int channel = 0; channel < channels_; ++channel) {
        float* const ring = samples_ + channel * stride_;
        if (over > 0) std::memcpy(ring, ring + capacity_, bytes_of(over));
        if (at < guard_)
            std::memcpy(ring + capacity_ + at, ring + at, bytes_of(std::min<FrameCount>(at + frames, guard_) - at));
    }
    for (FrameCount offset = 0; offset < frames; offset += kControlFrames) sounding_[granule(at, offset)] = 1;
}

void Stream::write(FrameCount start, int frames, const float* const* in) {
    for (int channel = 0; channel < channels_; ++channel)
        std::memcpy(begin_write(start, channel), in[channel], bytes_of(frames));
    end_write(start, frames);
}

void Stream::write_silence(FrameCount start, int frames) {
    assert(is_granular(start, frames) && frames <= capacity_);
    const FrameCount at = position(start);
    for (FrameCount offset = 0; offset < frames; offset += kControlFrames) sounding_[granule(at, offset)] = 0;
}

bool Stream::is_silent(FrameCount start, int frames) const {
    assert(is_granular(start, frames) && frames <= capacity_);
    const FrameCount at = position(start);
    for (FrameCount offset = 0; offset < frames; offset += kControlFrames)
        if (sounding_[granule(at, offset)] != 0) return false;
    return true;
}

const float* Stream::read(FrameCount start, int frames, int channel, float* spare) const {
    if (channels_ == 1) channel = 0;
    assert(is_granular(start, frames) && frames <= capacity_ && channel >= 0 && channel < channels_);
    const FrameCount at = position(start);
    const float* const ring = samples_ + channel * stride_;
    const float* const place = ring + at;
    fetch(ring + (at + frames < capacity_ ? at + frames : at + frames - capacity_), frames);
    FrameCount offset = 0;
    while (offset < frames && sounding_[granule(at, offset)] != 0) offset += kControlFrames;
    if (offset == frames) return place;
    std::memcpy(spare, place, bytes_of(offset));
    for (; offset < frames; offset += kControlFrames) {
        if (sounding_[granule(at, offset)] != 0)
            std::memcpy(spare + offset, place + offset, bytes_of(kControlFrames));
        else
            std::memset(spare + offset, 0, bytes_of(kControlFrames));
    }
    return spare;
}

}  // namespace dubplate::nodes
