#include <sndfile.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>

#include "engine/audio/ogg_pages.h"
#include "engine/audio/sink_formats.h"
#include "engine/audio/sndfile_lock.h"
#include "engine/audio/source.h"
#include "engine/audio/vorbis_order.h"

namespace dubplate::audio {

namespace {

using Kind = FileFormat::Kind;

/// The encoders get pieces of always the same length: Vorbis decides by what it has seen so far.
constexpr int kPieceFrames = 4096;

int sndfile_format(Kind kind) {
    switch (kind) {
        case Kind::flac16: return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
        case Kind::flac24: return SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
        case Kind::aiff16: return SF_FORMAT_AIFF | SF_FORMAT_PCM_16;
        case Kind::aiff24: return SF_FORMAT_AIFF | SF_FORMAT_PCM_24;
        case Kind::aiff32f: return SF_FORMAT_AIFF | SF_FORMAT_FLOAT;
        case Kind::caf16: return SF_FORMAT_CAF | SF_FORMAT_PCM_16;
        case Kind::caf24: return SF_FORMAT_CAF | SF_FORMAT_PCM_24;
        case Kind::caf32f: return SF_FORMAT_CAF | SF_FORMAT_FLOAT;
        case Kind::ogg: return SF_FORMAT_OGG | SF_FORMAT_VORBIS;
        case Kind::opus: return SF_FORMAT_OGG | SF_FORMAT_OPUS;
        default: return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    }
}

bool is_ogg(FileFormat format) { return format.kind == Kind::ogg || format.kind == Kind::opus; }

/// libsndfile's measure of what a setting stands for: 0 is the best it can do, 1 the smallest.
double compression_of(FileFormat format, Layout layout, int sample_rate) {
    const double setting = setting_of(format, layout, sample_rate);
    const double most = sample_rate >= 32000 ? 320.0 : sample_rate >= 16000 ? 160.0 : 64.0;
    const double least = sample_rate >= 32000 ? 32.0 : 8.0;
    switch (format.kind) {
        case Kind::ogg: return 1.0 - setting;
        case Kind::opus: return std::clamp(1.0 - (setting / layout.channels - 6.0) / 250.0, 0.0, 1.0);
        case Kind::mp3v: return setting / 10.0;
        default: return std::clamp((most - setting - 0.5) / (most - least), 0.0, 1.0);  // it rounds kbit/s down
    }
}

/// The file as libsndfile sees it. Keeps the first error: libsndfile only tells that there was one.
struct VirtualFile {
    OutputFile* file = nullptr;
    std::optional<OggPages> pages;  // of Ogg streams, which are written front to back
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
        assert((!self.pages || self.position == self.bytes) && "Ogg streams are written front to back");
        auto done = self.pages ? self.pages->put(from, static_cast<std::size_t>(count))
                               : self.file->write(from, count, self.position);
        if (!done) {
            if (!self.error) self.error = std::move(done.error());
            return 0;
        }
        self.position += count;
        self.bytes = std::max(self.bytes, self.position);
        return count;
    }
};

class SndfileSink final : public FileSink {
public:
    SndfileSink(const SinkSettings& settings, OutputFile file)
        : settings_(settings),
          bits_(integer_bits(settings.format)),
          channels_(static_cast<std::size_t>(settings.layout.channels)),
          quantiser_(settings),
          file_(std::move(file)) {
        virtual_file_.file = &file_;
        if (settings.past_cache) file_.pass_cache();
        (bits_ != 0 ? integers_.resize(kPieceFrames * channels_) : floats_.resize(kPieceFrames * channels_));
        if (!is_ogg(settings.format)) return;
        virtual_file_.pages.emplace(
            dither_key(settings.seed, settings.name).low,
            [this, at = std::int64_t{0}](const std::byte* bytes, std::size_t count) mutable -> Result<void> {
                auto done = file_.write(bytes, static_cast<std::int64_t>(count), at);
                at += static_cast<std::int64_t>(count);
                return done;
            });
        order_ = vorbis_order(settings.layout.channels);
    }
    ~SndfileSink() override {
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
        info.format = sndfile_format(settings_.format.kind);
        const std::lock_guard lock(sndfile_open_mutex());
        encoder_ = sf_open_virtual(&io, SFM_WRITE, &info, &virtual_file_);
        if (encoder_ == nullptr) return failure(sf_strerror(nullptr));
        sf_command(encoder_, SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
        if (is_lossy(settings_.format) && !set_up_encoder()) return failure("the encoder refuses its settings");
        if (file_extension(settings_.format) == ".caf") return add_speakers();
        return {};
    }

    Result<void> write(const float* const* in, int frames) override {
        for (int done = 0; done < frames;) {
            const int tile = std::min({Quantiser::kTileFrames, frames - done, kPieceFrames - filled_});
            const auto planes = quantiser_.next(in, done, tile);
            if (!planes) return fail(planes.error());
            hold(*planes, tile);
            done += tile;
            if (filled_ < kPieceFrames) continue;
            if (auto written = flush(); !written) return written;
        }
        return {};
    }

    Result<CompletedFile> complete(std::stop_token stop) override {
        if (auto written = flush(); !written) return fail(written.error());
        const int closed = sf_close(std::exchange(encoder_, nullptr));
        if (closed != 0 || virtual_file_.error) return fail(failure(sf_error_number(closed)).error());
        assert(!virtual_file_.pages || virtual_file_.pages->is_empty());
        SinkReport report;
        auto hashed = hash_file_sha256(file_.temporary_path(), stop);
        if (!hashed) return fail(std::move(hashed.error()));
        report.sha256 = std::move(*hashed);
        if (auto done = file_.close(); !done) return fail(done.error());
        report.path = settings_.path;
        report.bytes = virtual_file_.bytes;
        quantiser_.describe(report);
        return CompletedFile{std::move(report), std::move(file_)};
    }

private:
    bool set_up_encoder() {
        double compression = compression_of(settings_.format, settings_.layout, settings_.sample_rate);
        if (sf_command(encoder_, SFC_SET_COMPRESSION_LEVEL, &compression, sizeof compression) != SF_TRUE) return false;
        if (is_ogg(settings_.format)) return true;
        int mode = settings_.format.kind == Kind::mp3v ? SF_BITRATE_MODE_VARIABLE : SF_BITRATE_MODE_CONSTANT;
        return sf_command(encoder_, SFC_SET_BITRATE_MODE, &mode, sizeof mode) == SF_TRUE;
    }

    /// The chunk 'chan' of a CAF file: kCAFChannelLayoutTag_UseChannelBitmap, whose bits are those of WAV.
    Result<void> add_speakers() {
        const unsigned mask = speaker_mask(settings_.layout);
        if (mask == 0) return {};
        unsigned char body[12] = {0, 1, 0, 0};
        for (int k = 0; k < 4; ++k) body[4 + k] = static_cast<unsigned char>(mask >> (24 - 8 * k));
        SF_CHUNK_INFO chunk{};
        std::memcpy(chunk.id, "chan", 4);
        chunk.id_size = 4;
        chunk.datalen = sizeof body;
        chunk.data = body;
        if (sf_set_chunk(encoder_, &chunk) != SF_ERR_NO_ERROR) return failure(sf_strerror(encoder_));
        return {};
    }

    /// Puts a tile behind what waits for the encoder: integers in the upper bits, channels in the file's order.
    void hold(const std::int32_t* const* planes, int frames) {
        const auto count = static_cast<std::size_t>(frames);
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            const std::int32_t* const from =
                planes[order_.empty() ? channel : static_cast<std::size_t>(order_[channel])];
            std::size_t at = static_cast<std::size_t>(filled_) * channels_ + channel;
            for (std::size_t frame = 0; frame < count; ++frame, at += channels_) {
                if (bits_ != 0)
                    integers_[at] = static_cast<std::int32_t>(static_cast<std::uint32_t>(from[frame]) << (32 - bits_));
                else
                    floats_[at] = std::bit_cast<float>(from[frame]);
            }
        }
        filled_ += frames;
    }

    Result<void> flush() {
        const int frames = std::exchange(filled_, 0);
        if (frames == 0) return {};
        const sf_count_t done = bits_ != 0 ? sf_writef_int(encoder_, integers_.data(), frames)
                                           : sf_writef_float(encoder_, floats_.data(), frames);
        if (done != frames || virtual_file_.error) return failure(sf_strerror(encoder_));
        return {};
    }

    Result<void> failure(const char* words) const {
        if (virtual_file_.error) return fail(*virtual_file_.error);
        return fail(ErrorCode::io, "cannot write " + to_string(settings_.format) + ": " + words, settings_.path);
    }

    SinkSettings settings_;
    int bits_;  // 0: floats
    std::size_t channels_;
    Quantiser quantiser_;
    OutputFile file_;
    VirtualFile virtual_file_;
    SNDFILE* encoder_ = nullptr;
    std::span<const int> order_;
    std::vector<std::int32_t> integers_;  // [kPieceFrames][channel], in the upper bits
    std::vector<float> floats_;           // or these
    int filled_ = 0;
};

}  // namespace

Result<std::unique_ptr<FileSink>> create_sndfile_sink(const SinkSettings& settings) {
    auto file = OutputFile::create(settings.path);
    if (!file) return fail(std::move(file.error()));
    auto sink = std::make_unique<SndfileSink>(settings, std::move(*file));
    if (auto opened = sink->open(); !opened) return fail(opened.error());
    return sink;
}

}  // namespace dubplate::audio
