#pragma once

/// Audio that comes front to back: decoded, read, resampled.
///
/// Shapes: [frame][channel], +-1 at full scale, all samples finite.
/// Threads: one caller at a time; opening is safe from several threads at once.
/// Errors: as open_source.

#include <memory>

#include "engine/audio/pcm_source.h"
#include "engine/audio/posix_file.h"
#include "engine/audio/source.h"

namespace dubplate::audio {

class AudioStream {
public:
    virtual ~AudioStream() = default;
    /// Fills up to `frames` frames and answers how many; fewer than asked only at the end, then 0.
    virtual Result<int> next(float* interleaved, int frames) = 0;
};

/// What libsndfile makes of a file. `info` gets format, rate, channels, and the frames its header promises (0 where it
/// does not say).
Result<std::unique_ptr<AudioStream>> open_sndfile_stream(Descriptor file, SourceInfo& info);

/// Packed samples in order.
std::unique_ptr<AudioStream> make_pcm_stream(std::unique_ptr<PcmStore> store, SampleType type, FrameCount frames,
                                             const SourceInfo& info);

/// libsoxr at its very high quality, its own delay taken out: input frame n comes at n * ratio, and n frames become
/// round(n * ratio), ratio = to_rate / from_rate.
Result<std::unique_ptr<AudioStream>> make_resampler(std::unique_ptr<AudioStream> input, double from_rate,
                                                    double to_rate, int channels, const std::string& path);

}  // namespace dubplate::audio
