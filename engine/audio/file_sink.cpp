#include "engine/audio/file_sink.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "engine/audio/sink_formats.h"

namespace dubplate::audio {

Result<std::unique_ptr<FileSink>> FileSink::create(const SinkSettings& settings) {
    if (auto ok = check_format(settings.format, settings.layout, settings.sample_rate); !ok) return fail(ok.error());
    return file_extension(settings.format) == ".wav" ? create_wav_sink(settings) : create_sndfile_sink(settings);
}

Result<SinkReport> FileSink::finish() {
    auto completed = complete({});
    if (!completed) return fail(std::move(completed.error()));
    if (auto named = completed->file.commit(); !named) return fail(std::move(named.error()));
    return std::move(completed->report);
}

Quantiser::Quantiser(const SinkSettings& settings)
    : channels_(settings.layout.channels),
      bits_(integer_bits(settings.format)),
      counts_loud_floats_(is_lossy(settings.format)),
      first_frame_(settings.first_frame),
      path_(settings.path),
      planes_(static_cast<std::size_t>(channels_) * kTileFrames),
      interleaved_(planes_.size()) {
    for (int channel = 0; channel < channels_; ++channel) dithers_.emplace_back(settings.seed, settings.name, channel);
}

Result<const std::int32_t*> Quantiser::next(const float* const* in, int offset, int frames) {
    assert(frames > 0 && frames <= kTileFrames);
    const std::int32_t* planes[kMaxChannels];
    for (int channel = 0; channel < channels_; ++channel) {
        std::int32_t* const plane = planes_.data() + static_cast<std::size_t>(channel) * kTileFrames;
        const float* const from = in[channel] + offset;
        if (bits_ == 0) {
            copy_float_bits(from, frames, plane, tally_);
            if (counts_loud_floats_)
                tally_.clipped_samples +=
                    std::count_if(from, from + frames, [](float s) { return s > 1.0f || s < -1.0f; });
        } else {
            dithers_[static_cast<std::size_t>(channel)].quantise(first_frame_ + frames_, from, frames, bits_, plane,
                                                                 tally_);
        }
        if (tally_.peak > std::numeric_limits<float>::max()) {
            const auto at = std::find_if(from, from + frames, [](float s) { return !std::isfinite(s); }) - from;
            return fail(ErrorCode::bad_argument,
                        "sample of channel " + std::to_string(channel + 1) + " at frame " +
                            std::to_string(first_frame_ + frames_ + at) + " is not a finite number",
                        path_);
        }
        planes[channel] = plane;
    }
    frames_ += frames;
    if (channels_ == 1) return planes[0];
    interleave(planes, channels_, frames, interleaved_.data());
    return interleaved_.data();
}

}  // namespace dubplate::audio
