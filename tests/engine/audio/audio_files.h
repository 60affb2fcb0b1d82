#pragma once

/// Sound files for tests: made in a folder of their own that goes with the test, or found among the shared samples.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/audio/file_sink.h"
#include "engine/audio/source.h"
#include "tests/support/signals.h"
#include "tests/support/temporary_folder.h"

namespace dubplate::test {

using Channels = std::vector<Signal>;  // [channel][frame]

/// Noise of a different seed on every channel.
inline Channels noise_channels(std::size_t channels, std::size_t frames, std::uint64_t seed = 1,
                               double amplitude = 0.5) {
    Channels signals;
    for (std::size_t channel = 0; channel < channels; ++channel)
        signals.push_back(noise(frames, seed + channel, amplitude));
    return signals;
}

/// Rounded to what an integer format of so many bits can hold, so that files give it back exactly.
inline Channels rounded_to_bits(Channels signals, int bits) {
    const double scale = std::pow(2.0, bits - 1);
    for (Signal& signal : signals)
        for (float& sample : signal)
            sample = static_cast<float>(std::clamp(std::nearbyint(sample * scale), -scale, scale - 1.0) / scale);
    return signals;
}

/// Writes with libsndfile: `format` is its major and minor format.
inline void write_sound_file(const std::string& path, const Channels& signals, int sample_rate, int format) {
    SF_INFO info{};
    info.samplerate = sample_rate;
    info.channels = static_cast<int>(signals.size());
    info.format = format;
    SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
    sf_command(file, SFC_SET_CLIPPING, nullptr, SF_TRUE);
    const std::size_t frames = signals.at(0).size();
    std::vector<float> interleaved;
    for (std::size_t frame = 0; frame < frames; ++frame)
        for (const Signal& signal : signals) interleaved.push_back(signal[frame]);
    ASSERT_EQ(sf_writef_float(file, interleaved.data(), static_cast<sf_count_t>(frames)),
              static_cast<sf_count_t>(frames));
    ASSERT_EQ(sf_close(file), 0);
}

/// Frames [start, start + count) of the channels picked, all of them if none are named.
inline Result<Channels> read_frames(const audio::Source& source, FrameCount start, int count,
                                    std::vector<int> picked = {}) {
    if (picked.empty())
        for (int channel = 0; channel < source.channels(); ++channel) picked.push_back(channel);
    Channels signals(picked.size(), Signal(static_cast<std::size_t>(count), 123.0f));
    std::vector<float*> out;
    for (Signal& signal : signals) out.push_back(signal.data());
    if (auto read = source.read(start, count, picked, out.data()); !read) return fail(std::move(read.error()));
    return signals;
}

inline Result<Channels> read_all(const audio::Source& source) {
    return read_frames(source, 0, static_cast<int>(source.frames()));
}

inline std::vector<unsigned char> bytes_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, const std::vector<unsigned char>& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Everything below a folder of the shared samples, sorted; empty where they are not on this machine.
inline std::vector<std::string> shared_samples(const std::string& folder, std::string_view extension = "") {
    std::vector<std::string> found;
    for (const char* const beside : {"../shared/samples", "../../shared/samples"}) {
        const std::filesystem::path root = std::filesystem::path(DUBPLATE_SOURCE_DIR) / beside / folder;
        std::error_code missing;
        for (std::filesystem::recursive_directory_iterator at(root, missing), end; at != end; at.increment(missing))
            if (at->is_regular_file() && (extension.empty() || at->path().extension() == extension))
                found.push_back(at->path().string());
        if (!found.empty()) break;
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace dubplate::test
