#pragma once

/// What the sinks of all formats share, and how each is made. For file_sink.cpp; users include file_sink.h.

#include <memory>
#include <string>
#include <vector>

#include "engine/audio/dither.h"
#include "engine/audio/file_sink.h"
#include "engine/audio/level_meter.h"
#include "engine/audio/pcm.h"

namespace dubplate::audio {

/// Planar floats to dithered integers (the bits of floats for the others), tile after tile, measuring as it goes.
class Quantiser {
public:
    static constexpr int kTileFrames = 1024;

    explicit Quantiser(const SinkSettings& settings);
    /// The next frames, from in[channel][offset..offset + frames): [channel][frame], good until the next call.
    /// At most kTileFrames. Errors: bad_argument with the frame of a NaN or an infinity.
    Result<const std::int32_t* const*> next(const float* const* in, int offset, int frames);
    FrameCount frames() const { return frames_; }
    /// What a report tells of all frames so far: their number, levels, and clipped samples.
    void describe(SinkReport& report) const;

private:
    int bits_;  // 0: float bits
    bool counts_loud_;
    FrameCount first_frame_;
    FrameCount frames_ = 0;
    std::string path_;
    std::vector<Dither> dithers_;              // [channel]
    std::vector<LevelMeter> meters_;           // [channel]
    std::vector<std::int32_t> samples_;        // [channel][kTileFrames]
    std::vector<const std::int32_t*> planes_;  // [channel]
};

Result<std::unique_ptr<FileSink>> create_wav_sink(const SinkSettings& settings);
Result<std::unique_ptr<FileSink>> create_sndfile_sink(const SinkSettings& settings);

}  // namespace dubplate::audio
