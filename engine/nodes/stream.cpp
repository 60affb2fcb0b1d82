#include "engine/nodes/stream.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace dubplate::nodes {

Stream::Stream(int channels, FrameCount capacity_frames)
    : channels_(channels),
      capacity_(round_up(capacity_frames, kControlFrames)),
      samples_(static_cast<std::size_t>(channels * capacity_)),
      sounding_(static_cast<std::size_t>(capacity_ / kControlFrames)) {}

std::size_t Stream::granule(FrameCount frame) const {
    const FrameCount position = frame - floor_div(frame, capacity_) * capacity_;
    return static_cast<std::size_t>(position / kControlFrames);
}

/// Calls function(position in the ring, offset in the block, frames) for the one or two runs that do not wrap.
template <class Function>
void Stream::for_each_run(FrameCount start, int frames, Function function) const {
    assert(start % kControlFrames == 0 && frames % kControlFrames == 0 && frames <= capacity_);
    const FrameCount position = start - floor_div(start, capacity_) * capacity_;
    const FrameCount first = std::min<FrameCount>(frames, capacity_ - position);
    function(position, FrameCount{0}, first);
    if (first < frames) function(FrameCount{0}, first, frames - first);
}

void Stream::write_channel(FrameCount start, int frames, int channel, const float* in) {
    float* base = samples_.data() + channel * capacity_;
    for_each_run(start, frames, [&](FrameCount position, FrameCount offset, FrameCount count) {
        std::memcpy(base + position, in + offset, static_cast<std::size_t>(count) * sizeof(float));
        std::fill_n(sounding_.begin() + position / kControlFrames, count / kControlFrames, std::uint8_t{1});
    });
}

void Stream::write(FrameCount start, int frames, const float* const* in) {
    for (int channel = 0; channel < channels_; ++channel) write_channel(start, frames, channel, in[channel]);
}

void Stream::write_silence(FrameCount start, int frames) {
    for_each_run(start, frames, [&](FrameCount position, FrameCount, FrameCount count) {
        std::fill_n(sounding_.begin() + position / kControlFrames, count / kControlFrames, std::uint8_t{0});
    });
}

bool Stream::is_silent(FrameCount start, int frames) const {
    bool silent = true;
    for_each_run(start, frames, [&](FrameCount position, FrameCount, FrameCount count) {
        const auto from = sounding_.begin() + position / kControlFrames;
        silent &= std::none_of(from, from + count / kControlFrames, [](std::uint8_t sounds) { return sounds != 0; });
    });
    return silent;
}

void Stream::read(FrameCount start, int frames, int channel, float* out) const {
    assert(channel >= 0 && channel < channels_);
    const float* base = samples_.data() + channel * capacity_;
    for_each_run(start, frames, [&](FrameCount position, FrameCount offset, FrameCount count) {
        for (FrameCount done = 0; done < count;) {
            // Granules of one kind together.
            const auto at = static_cast<std::size_t>((position + done) / kControlFrames);
            FrameCount run = kControlFrames;
            while (done + run < count &&
                   sounding_[at + static_cast<std::size_t>(run / kControlFrames)] == sounding_[at])
                run += kControlFrames;
            const auto bytes = static_cast<std::size_t>(run) * sizeof(float);
            if (sounding_[at])
                std::memcpy(out + offset + done, base + position + done, bytes);
            else
                std::memset(out + offset + done, 0, bytes);
            done += run;
        }
    });
}

}  // namespace dubplate::nodes
