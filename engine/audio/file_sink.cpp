#include "engine/audio/file_sink.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "engine/audio/sink_formats.h"

namespace dubplate::audio {

namespace {

struct FormatName {
    FileFormat format;
    std::string_view name;
    std::string_view extension;
    int bytes_per_sample;
};

constexpr FormatName kFormats[] = {
    {FileFormat::wav16, "wav16", ".wav", 2},
    {FileFormat::wav24, "wav24", ".wav", 3},
    {FileFormat::wav32f, "wav32f", ".wav", 4},
    {FileFormat::flac24, "flac24", ".flac", 4},  // noise costs FLAC a little more than its 3 bytes
};

const FormatName& entry_of(FileFormat format) {
    return *std::find_if(std::begin(kFormats), std::end(kFormats),
                         [&](const FormatName& entry) { return entry.format == format; });
}

}  // namespace

Result<FileFormat> parse_file_format(std::string_view text) {
    for (const FormatName& entry : kFormats)
        if (entry.name == text) return entry.format;
    return fail(ErrorCode::bad_argument,
                "unknown file format '" + std::string(text) + "': there are wav16, wav24, wav32f and flac24");
}

std::string_view to_string(FileFormat format) { return entry_of(format).name; }
std::string_view file_extension(FileFormat format) { return entry_of(format).extension; }
int bytes_per_sample(FileFormat format) { return entry_of(format).bytes_per_sample; }

Result<std::unique_ptr<FileSink>> FileSink::create(const SinkSettings& settings) {
    if (settings.layout.channels < 1 || settings.layout.channels > kMaxChannels)
        return fail(ErrorCode::bad_argument, "cannot write " + std::to_string(settings.layout.channels) + " channels",
                    settings.path);
    if (settings.sample_rate < 1)
        return fail(ErrorCode::bad_argument, "cannot write a rate of " + std::to_string(settings.sample_rate) + " Hz",
                    settings.path);
    return settings.format == FileFormat::flac24 ? create_flac_sink(settings) : create_wav_sink(settings);
}

Result<SinkReport> FileSink::finish() {
    auto completed = complete({});
    if (!completed) return fail(std::move(completed.error()));
    if (auto named = completed->file.commit(); !named) return fail(std::move(named.error()));
    return std::move(completed->report);
}

Quantiser::Quantiser(const SinkSettings& settings)
    : channels_(settings.layout.channels),
      bits_(settings.format == FileFormat::wav16    ? 16
            : settings.format == FileFormat::wav32f ? 0
                                                    : 24),
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
        if (bits_ == 0)
            copy_float_bits(from, frames, plane, tally_);
        else
            dithers_[static_cast<std::size_t>(channel)].quantise(first_frame_ + frames_, from, frames, bits_, plane,
                                                                 tally_);
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
