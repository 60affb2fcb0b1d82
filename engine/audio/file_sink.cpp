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
    : bits_(integer_bits(settings.format)),
      counts_loud_(bits_ != 0 || is_lossy(settings.format)),
      first_frame_(settings.first_frame),
      path_(settings.path),
      meters_(static_cast<std::size_t>(settings.layout.channels)),
      samples_(meters_.size() * kTileFrames) {
    for (std::size_t channel = 0; channel < meters_.size(); ++channel) {
        dithers_.emplace_back(settings.seed, settings.name, static_cast<int>(channel));
        planes_.push_back(samples_.data() + channel * kTileFrames);
    }
}

Result<const std::int32_t* const*> Quantiser::next(const float* const* in, int offset, int frames) {
    assert(frames > 0 && frames <= kTileFrames);
    for (std::size_t channel = 0; channel < meters_.size(); ++channel) {
        std::int32_t* const plane = samples_.data() + channel * kTileFrames;
        const float* const from = in[channel] + offset;
        meters_[channel].add(from, frames);
        if (meters_[channel].peak() > std::numeric_limits<float>::max()) {
            const auto at = std::find_if(from, from + frames, [](float s) { return !std::isfinite(s); }) - from;
            return fail(ErrorCode::bad_argument,
                        "sample of channel " + std::to_string(channel + 1) + " at frame " +
                            std::to_string(first_frame_ + frames_ + at) + " is not a finite number",
                        path_);
        }
        if (bits_ == 0)
            copy_float_bits(from, frames, plane);
        else
            dithers_[channel].quantise(first_frame_ + frames_, from, frames, bits_, plane);
    }
    frames_ += frames;
    return planes_.data();
}

void Quantiser::describe(SinkReport& report) const {
    report.frames = frames_;
    double squares = 0.0;
    for (const LevelMeter& meter : meters_) {
        report.peak = std::max(report.peak, double{meter.peak()});
        squares += meter.squares();
        if (counts_loud_) report.clipped_samples += meter.loud_samples();
    }
    if (frames_ > 0) report.mean_square = squares / static_cast<double>(frames_ * std::ssize(meters_));
}

}  // namespace dubplate::audio
