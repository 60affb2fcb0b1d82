#include "cli/doctor/libraries.h"

#include <fmt/format.h>
#include <sndfile.h>
#include <soxr.h>
#include <tbb/version.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "kernels/cpu/fft.h"

namespace dubplate::cli {
namespace {

using State = Finding::State;

/// A file in memory, as libsndfile's virtual files want one.
struct MemoryFile {
    std::vector<char> bytes;
    sf_count_t position = 0;

    static sf_count_t length(void* self) {
        return static_cast<sf_count_t>(static_cast<MemoryFile*>(self)->bytes.size());
    }
    static sf_count_t tell(void* self) { return static_cast<MemoryFile*>(self)->position; }
    static sf_count_t seek(sf_count_t offset, int whence, void* self) {
        auto& file = *static_cast<MemoryFile*>(self);
        file.position = offset + (whence == SEEK_CUR ? file.position : whence == SEEK_END ? length(self) : 0);
        return file.position;
    }
    static sf_count_t read(void* to, sf_count_t count, void* self) {
        auto& file = *static_cast<MemoryFile*>(self);
        const sf_count_t got = std::clamp<sf_count_t>(length(self) - file.position, 0, count);
        if (got > 0) std::memcpy(to, file.bytes.data() + file.position, static_cast<std::size_t>(got));
        file.position += got;
        return got;
    }
    static sf_count_t write(const void* from, sf_count_t count, void* self) {
        auto& file = *static_cast<MemoryFile*>(self);
        if (count <= 0) return 0;
        const auto end = static_cast<std::size_t>(file.position + count);
        if (file.bytes.size() < end) file.bytes.resize(end);
        std::memcpy(file.bytes.data() + file.position, from, static_cast<std::size_t>(count));
        file.position += count;
        return count;
    }
};

SF_VIRTUAL_IO kMemoryIo{MemoryFile::length, MemoryFile::seek, MemoryFile::read, MemoryFile::write, MemoryFile::tell};

/// Half a second of a loud square wave, written and read back; lossy formats may change it, but not to silence.
bool works(int format) {
    constexpr sf_count_t kFrames = 24000;
    std::vector<float> sound(kFrames);
    for (std::size_t frame = 0; frame < sound.size(); ++frame) sound[frame] = frame / 50 % 2 == 0 ? 0.5f : -0.5f;
    MemoryFile file;
    SF_INFO info{};
    info.samplerate = 48000;
    info.channels = 1;
    info.format = format;
    SNDFILE* handle = sf_open_virtual(&kMemoryIo, SFM_WRITE, &info, &file);
    if (handle == nullptr) return false;
    const bool written = sf_writef_float(handle, sound.data(), kFrames) == kFrames;
    if (sf_close(handle) != 0 || !written) return false;
    file.position = 0;
    info = {};
    handle = sf_open_virtual(&kMemoryIo, SFM_READ, &info, &file);
    if (handle == nullptr) return false;
    std::vector<float> back(kFrames);
    const sf_count_t got = sf_readf_float(handle, back.data(), kFrames);
    sf_close(handle);
    double energy = 0.0;
    for (const float sample : back) energy += double{sample} * sample;
    return got > kFrames / 2 && energy > 0.1 * kFrames * 0.25;
}

}  // namespace

FormatProbe probe_formats() {
    struct Known {
        const char* name;
        int format;
    };
    static constexpr std::array<Known, 7> kKnown = {{
        {"WAV", SF_FORMAT_WAV | SF_FORMAT_PCM_24},
        {"AIFF", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
        {"CAF", SF_FORMAT_CAF | SF_FORMAT_PCM_24},
        {"FLAC", SF_FORMAT_FLAC | SF_FORMAT_PCM_24},
        {"Ogg Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
        {"Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
        {"MP3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III},
    }};
    FormatProbe probe;
    for (const Known& known : kKnown) (works(known.format) ? probe.working : probe.missing).emplace_back(known.name);
    return probe;
}

Findings check_libraries() {
    Findings findings;
    findings.push_back({State::ok, "libraries",
                        fmt::format("{}, {}, {}, TBB {}", sf_version_string(), soxr_version(), kernels::fft_library(),
                                    TBB_runtime_version())});
    const FormatProbe probe = probe_formats();
    findings.push_back(
        {State::ok, "formats", fmt::format("libsndfile writes and reads {}", fmt::join(probe.working, ", "))});
    if (!probe.missing.empty()) {
        findings.back().state = State::note;
        findings.back().text += fmt::format(", but not {}", fmt::join(probe.missing, ", "));
        findings.back().advice = "install a libsndfile of version 1.1 or later with all codecs, as Debian 12's is";
    }
    return findings;
}

}  // namespace dubplate::cli
