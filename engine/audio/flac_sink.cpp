#include <sndfile.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "engine/audio/sink_formats.h"
#include "engine/audio/sndfile_lock.h"
#include "engine/audio/source.h"

namespace dubplate::audio {

namespace {

constexpr int kMostFlacChannels = 8;
constexpr int kMostFlacRate = 655'350;

/// The file as libsndfile sees it. Keeps the first error of the system: libsndfile only tells that there was one.
struct VirtualFile {
    const OutputFile* file = nullptr;
    std::int64_t position = 0;
    std::int64_t bytes = 0;
    std::optional<Error> error;

    static sf_count_t length(void* user) { return static_cast<VirtualFile*>(user)->bytes; }
    static sf_count_t tell(void* user) { return static_cast<VirtualFile*>(user)->position; }
    static sf_count_t seek(sf_count_t offset, int whence, void* user) {
        auto& self = *static_cast<VirtualFile*>(user);
        self.position = offset + (whence == SEEK_CUR ? self.position : whence == SEEK_END ? self.bytes : 0);
        return self.position;
    }
    static sf_count_t read(void* to, sf_count_t count, void* user) {
        auto& self = *static_cast<VirtualFile*>(user);
        const auto got = read_at(self.file->descriptor(), to, count, self.position, self.file->path());
        if (!got) return 0;
        self.position += *got;
        return *got;
    }
    static sf_count_t write(const void* from, sf_count_t count, void* user) {
        auto& self = *static_cast<VirtualFile*>(user);
        if (auto done = write_at(self.file->descriptor(), from, count, self.position, self.file->path()); !done) {
            if (!self.error) self.error = done.error();
            return 0;
        }
        self.position += count;
        self.bytes = std::max(self.bytes, self.position);
        return count;
    }
};

class FlacSink final : public FileSink {
public:
    FlacSink(const SinkSettings& settings, OutputFile file)
        : settings_(settings), quantiser_(settings), file_(std::move(file)) {
        virtual_file_.file = &file_;
    }
    ~FlacSink() override {
        if (encoder_ != nullptr) sf_close(encoder_);
    }

    Result<void> open() {
        SF_VIRTUAL_IO io{};
        io.get_filelen = &VirtualFile::length;
        io.seek = &VirtualFile::seek;
        io.read = &VirtualFile::read;
        io.write = &VirtualFile::write;
        io.tell = &VirtualFile::tell;
        SF_INFO info{};
        info.samplerate = settings_.sample_rate;
        info.channels = settings_.layout.channels;
        info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
        const std::lock_guard lock(sndfile_open_mutex());
        encoder_ = sf_open_virtual(&io, SFM_WRITE, &info, &virtual_file_);
        if (encoder_ == nullptr) return failure(sf_strerror(nullptr));
        return {};
    }

    Result<void> write(const float* const* in, int frames) override {
        for (int done = 0; done < frames;) {
            const int tile = std::min(Quantiser::kTileFrames, frames - done);
            const auto samples = quantiser_.next(in, done, tile);
            if (!samples) return fail(samples.error());
            const int count = tile * settings_.layout.channels;
            // libsndfile takes the upper 24 of 32 bits.
            for (int k = 0; k < count; ++k)
                shifted_[static_cast<std::size_t>(k)] =
                    static_cast<std::int32_t>(static_cast<std::uint32_t>((*samples)[k]) << 8);
            if (sf_writef_int(encoder_, shifted_.data(), tile) != tile || virtual_file_.error)
                return failure(sf_strerror(encoder_));
            done += tile;
        }
        return {};
    }

    Result<CompletedFile> complete(std::stop_token stop) override {
        SNDFILE* const encoder = std::exchange(encoder_, nullptr);
        const int closed = sf_close(encoder);
        if (closed != 0 || virtual_file_.error) return fail(failure(sf_error_number(closed)).error());
        SinkReport report;
        auto hashed = hash_file_sha256(file_.temporary_path(), stop);
        if (!hashed) return fail(std::move(hashed.error()));
        report.sha256 = std::move(*hashed);
        if (auto done = file_.close(); !done) return fail(done.error());
        report.path = settings_.path;
        report.bytes = virtual_file_.bytes;
        report.frames = quantiser_.frames();
        report.clipped_samples = quantiser_.tally().clipped_samples;
        report.peak = quantiser_.tally().peak;
        return CompletedFile{std::move(report), std::move(file_)};
    }

private:
    Result<void> failure(const char* words) const {
        if (virtual_file_.error) return fail(*virtual_file_.error);
        return fail(ErrorCode::io, std::string("cannot write FLAC: ") + words, settings_.path);
    }

    SinkSettings settings_;
    Quantiser quantiser_;
    OutputFile file_;
    VirtualFile virtual_file_;
    SNDFILE* encoder_ = nullptr;
    std::vector<std::int32_t> shifted_ =
        std::vector<std::int32_t>(static_cast<std::size_t>(Quantiser::kTileFrames) * kMostFlacChannels);
};

}  // namespace

Result<std::unique_ptr<FileSink>> create_flac_sink(const SinkSettings& settings) {
    if (settings.layout.channels > kMostFlacChannels)
        return fail(
            ErrorCode::bad_argument,
            "FLAC holds at most 8 channels, not " + std::to_string(settings.layout.channels) + ": choose a WAV format",
            settings.path);
    if (settings.sample_rate > kMostFlacRate)
        return fail(ErrorCode::bad_argument,
                    "FLAC holds rates up to 655350 Hz, not " + std::to_string(settings.sample_rate), settings.path);
    auto file = OutputFile::create(settings.path);
    if (!file) return fail(std::move(file.error()));
    auto sink = std::make_unique<FlacSink>(settings, std::move(*file));
    if (auto opened = sink->open(); !opened) return fail(opened.error());
    return sink;
}

}  // namespace dubplate::audio
