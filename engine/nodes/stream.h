#pragma once

/// Audio between two steps of a program: a ring of the frames that some consumer may still read.
///
/// Shape: planar float32, [channel][frame modulo capacity]. Positions are absolute frames; a stream never written at a
/// frame reads as silence there, so runs begin on zeros. Silence is known in granules of 64 frames: what was written
/// as silence is neither stored nor copied.
/// Threads: the schedule keeps the producer's frames and the consumers' frames apart; no locks here.

#include <cstdint>
#include <vector>

#include "engine/base/time.h"

namespace dubplate::nodes {

class Stream {
public:
    Stream(int channels, FrameCount capacity_frames);

    int channels() const { return channels_; }

    /// start and frames are multiples of 64; in[channel][0..frames).
    void write(FrameCount start, int frames, const float* const* in);
    void write_silence(FrameCount start, int frames);
    /// Writes one channel; every channel of a granule must be written before it is read.
    void write_channel(FrameCount start, int frames, int channel, const float* in);

    bool is_silent(FrameCount start, int frames) const;
    /// Fills out[0..frames) with one channel, zeros where silent.
    void read(FrameCount start, int frames, int channel, float* out) const;

private:
    std::size_t granule(FrameCount frame) const;
    template <class Function>
    void for_each_run(FrameCount start, int frames, Function function) const;

    int channels_;
    FrameCount capacity_;
    std::vector<float> samples_;          // [channel][capacity]
    std::vector<std::uint8_t> sounding_;  // [capacity / 64]
};

}  // namespace dubplate::nodes
