#pragma once

/// Audio between two steps of a program: a ring of the frames that some consumer may still read.
///
/// Shape: planar float32, [channel][frame modulo capacity]. Positions are absolute frames; a stream never written at a
/// frame reads as silence there, so runs begin on zeros. Silence is known in granules of 64 frames: what was written
/// as silence is neither stored nor copied.
/// Channels: a stream of one channel stands for all channels of who reads it.
/// Places: any kMaxBlockFrames frames lie in one piece, so that producers write and consumers read in the ring itself:
/// what lies at the ring's beginning stands once more behind its end.
/// Caches: who reads a block has the next one fetched. Streams that together are larger than caches are written past them.
/// Threads: the schedule keeps the producer's frames and the consumers' frames apart; no locks here.

#include <cstdint>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/aligned.h"
#include "kernels/cpu/stores.h"

namespace dubplate::nodes {

class Stream {
public:
    /// `memory`: samples_of() floats that outlive the stream, on a cache line; null: the stream's own.
    Stream(int channels, FrameCount capacity_frames, float* memory = nullptr,
           kernels::Stores stores = kernels::Stores::into_caches);
    /// Floats that a stream lies in, whole cache lines.
    static std::size_t samples_of(int channels, FrameCount capacity_frames);

    int channels() const { return channels_; }
    /// How what is put at begin_write() may be stored; a step that does ends with finish_stores().
    kernels::Stores stores() const { return stores_; }

    /// In all of them start and frames are multiples of 64, and frames is at most kMaxBlockFrames.

    /// Where a channel's frames from `start` on are to be put; end_write() once all channels are there.
    float* begin_write(FrameCount start, int channel);
    void end_write(FrameCount start, int frames);
    /// The same with a copy of in[channel][0..frames).
    void write(FrameCount start, int frames, const float* const* in);
    void write_silence(FrameCount start, int frames);

    bool is_silent(FrameCount start, int frames) const;
    /// One channel's frames, zeros where silent: in the ring, or in spare[0..frames) where some of them are silent. Valid
    /// until the step that reads ends.
    const float* read(FrameCount start, int frames, int channel, float* spare) const;

private:
    FrameCount position(FrameCount frame) const { return frame - floor_div(frame, capacity_) * capacity_; }
    /// Of frame start + offset, both multiples of 64; `at` is start's.
    std::size_t granule(FrameCount at, FrameCount offset) const;

    int channels_;
    kernels::Stores stores_;
    FrameCount capacity_, guard_, stride_;
    kernels::UninitialisedVector<float> own_;
    float* samples_;                      // [channel][stride]: capacity, then the guard's copy of the beginning
    std::vector<std::uint8_t> sounding_;  // [capacity / 64]
};

}  // namespace dubplate::nodes
