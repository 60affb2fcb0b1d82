#include "engine/audio/impulse.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/audio/input_file.h"
#include "engine/base/layout.h"

namespace dubplate::audio {

namespace {

constexpr double kLongestSeconds = 60.0;
constexpr int kReadFrames = 65536;

}  // namespace

Result<kernels::ImpulseResponse> load_impulse(const std::string& path, int session_rate,
                                              const std::string& scratch_folder, const std::stop_token& stop) {
    auto file = InputFile::open(path);
    if (!file) return fail(std::move(file.error()));
    return load_impulse(std::move(*file), session_rate, scratch_folder, stop);
}

Result<kernels::ImpulseResponse> load_impulse(std::shared_ptr<const InputFile> file, int session_rate,
                                              const std::string& scratch_folder, const std::stop_token& stop) {
    const std::string path = file->path();
    // Looked at before it is decoded: a wrong file may be hours long.
    const auto info = probe_source(*file);
    if (!info) return fail(info.error());
    if (info->channels > kMaxChannels)
        return fail(ErrorCode::unsupported,
                    fmt::format("a response may have up to {} channels, not {}", kMaxChannels, info->channels), path);
    const auto too_long = [&](FrameCount frames, int rate) {
        return static_cast<double>(frames) > kLongestSeconds * rate;
    };
    const auto refuse = [&](FrameCount frames, int rate) {
        return fail(ErrorCode::unsupported,
                    fmt::format("a response may last up to {:.0f} s, not {:.1f} s", kLongestSeconds,
                                static_cast<double>(frames) / rate),
                    path);
    };
    if (too_long(info->frames, info->sample_rate)) return refuse(info->frames, info->sample_rate);
    const auto source = open_source(std::move(file), session_rate, 1.0, scratch_folder, stop);
    if (!source) return fail(source.error());
    const FrameCount frames = (*source)->frames();
    if (frames == 0) return fail(ErrorCode::corrupt_input, "the response is empty", path);
    if (too_long(frames, session_rate)) return refuse(frames, session_rate);

    kernels::ImpulseResponse response;
    std::vector<int> picked;
    for (int channel = 0; channel < (*source)->channels(); ++channel) {
        picked.push_back(channel);
        response.channels.emplace_back(static_cast<std::size_t>(frames));
    }
    for (FrameCount at = 0; at < frames; at += kReadFrames) {
        std::vector<float*> out;
        for (auto& channel : response.channels) out.push_back(channel.data() + at);
        const int count = static_cast<int>(std::min<FrameCount>(kReadFrames, frames - at));
        if (auto read = (*source)->read(at, count, picked, out.data()); !read) return fail(std::move(read.error()));
    }
    // A convolution adds up as many taps as there are frames a second: with more of them each counts less.
    const double scale = static_cast<double>((*source)->info().sample_rate) / session_rate;
    if (scale != 1.0)
        for (auto& channel : response.channels)
            for (float& tap : channel) tap = static_cast<float>(tap * scale);
    return response;
}

}  // namespace dubplate::audio
