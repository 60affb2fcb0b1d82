#include <sndfile.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "engine/audio/audio_stream.h"
#include "engine/audio/flac_format.h"
#include "engine/audio/sndfile_lock.h"
#include "engine/audio/vorbis_order.h"
#include "engine/audio/wav_format.h"

namespace dubplate::audio {

std::mutex& sndfile_open_mutex() {
    static std::mutex mutex;
    return mutex;
}

namespace {

std::string format_words(int format) {
    const auto name_of = [](int part) -> std::string {
        SF_FORMAT_INFO info{};
        info.format = part;
        return sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name != nullptr
                   ? info.name
                   : "unknown format";
    };
    return name_of(format & SF_FORMAT_TYPEMASK) + ", " + name_of(format & SF_FORMAT_SUBMASK);
}

/// Where the header's count of frames is the encoder's own and a shorter file is a damaged one. MPEG counts are
/// estimated from bit rates.
bool promises_frames(int format) { return (format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG; }

/// A FLAC file as libsndfile sees it: without the length that its header promises.
struct FlacFile {
    const Descriptor* file = nullptr;
    FlacLength length;
    std::int64_t bytes = 0, position = 0;
    std::string path = {};
    std::optional<Error> error = {};  ///< of the system: libsndfile takes it for the end of the file

    sf_count_t seek(sf_count_t offset, int whence) {
        const std::int64_t from = whence == SEEK_CUR ? position : whence == SEEK_END ? bytes : 0;
        return position = std::clamp<std::int64_t>(from + offset, 0, bytes);
    }
    sf_count_t read(void* to, sf_count_t count) {
        auto got = read_at(*file, to, count, position, path);
        if (!got) {
            error = std::move(got.error());
            return 0;
        }
        for (std::int64_t k = 0; k < static_cast<std::int64_t>(length.hidden.size()); ++k) {
            const std::int64_t at = length.bytes_at + k - position;
            if (at >= 0 && at < *got) static_cast<std::byte*>(to)[at] = length.hidden[static_cast<std::size_t>(k)];
        }
        position += *got;
        return *got;
    }

    static SF_VIRTUAL_IO functions() {
        SF_VIRTUAL_IO io{};
        io.get_filelen = [](void* data) -> sf_count_t { return static_cast<FlacFile*>(data)->bytes; };
        io.seek = [](sf_count_t offset, int whence, void* data) {
            return static_cast<FlacFile*>(data)->seek(offset, whence);
        };
        io.read = [](void* to, sf_count_t count, void* data) { return static_cast<FlacFile*>(data)->read(to, count); };
        io.write = [](const void*, sf_count_t, void*) -> sf_count_t { return 0; };
        io.tell = [](void* data) -> sf_count_t { return static_cast<FlacFile*>(data)->position; };
        return io;
    }
};

class SndfileStream final : public AudioStream {
public:
    SndfileStream(Descriptor file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
    ~SndfileStream() override {
        if (handle_ != nullptr) sf_close(handle_);
    }

    Result<void> open(SourceInfo& info) {
        SF_INFO header{};
        auto flac = find_flac_length(file_, path_);
        if (!flac) return fail(std::move(flac.error()));
        {
            const std::lock_guard lock(sndfile_open_mutex());
            if (*flac) {
                flac_ = {&file_, **flac, info.bytes, 0, path_};
                SF_VIRTUAL_IO io = FlacFile::functions();
                handle_ = sf_open_virtual(&io, SFM_READ, &header, &flac_);
            } else {
                handle_ = sf_open_fd(file_.get(), SFM_READ, &header, SF_FALSE);
            }
            if (handle_ == nullptr) return open_failure();
        }
        if (header.channels < 1 || header.channels > kMaxFileChannels)
            return fail(ErrorCode::unsupported,
                        "has " + std::to_string(header.channels) + " channels; up to " +
                            std::to_string(kMaxFileChannels) + " can be read",
                        path_);
        if (header.samplerate < kMinFileRate || header.samplerate > kMaxFileRate)
            return fail(ErrorCode::unsupported,
                        "has a rate of " + std::to_string(header.samplerate) + " Hz; " + std::to_string(kMinFileRate) +
                            " to " + std::to_string(kMaxFileRate) + " can be read",
                        path_);
        channels_ = header.channels;
        if (*flac) header.frames = (*flac)->frames > 0 ? (*flac)->frames : SF_COUNT_MAX;
        const bool is_known = header.frames >= 0 && header.frames < SF_COUNT_MAX;
        if ((header.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_OGG) order_ = vorbis_order(channels_);
        if (is_known && promises_frames(header.format)) promised_frames_ = header.frames;
        info.format = format_words(header.format);
        info.sample_rate = header.samplerate;
        info.channels = header.channels;
        info.frames = is_known ? header.frames : 0;
        return {};
    }

    Result<int> next(float* interleaved, int frames) override {
        const sf_count_t got = sf_readf_float(handle_, interleaved, frames);
        const int count = got > 0 ? static_cast<int>(got) : 0;
        if (flac_.error) return fail(*flac_.error);
        if (const auto bad = first_not_finite(interleaved, std::int64_t{count} * channels_))
            return fail(ErrorCode::corrupt_input,
                        "a sample of frame " + std::to_string(position_ + *bad / channels_) + ", channel " +
                            std::to_string(*bad % channels_ + 1) + ", is not a finite number",
                        path_);
        put_in_order(interleaved, count);
        position_ += count;
        if (flac_.file != nullptr && promised_frames_ > 0 && position_ > promised_frames_)
            return fail(ErrorCode::corrupt_input,
                        "the file goes on after its " + std::to_string(promised_frames_) +
                            " frames: its header is wrong, or it is two files in one; encode it anew",
                        path_);
        if (count < frames) {
            // Behind the last frame that a FLAC promises there may be anything, such as an ID3v1 tag.
            const bool is_whole = flac_.file != nullptr && promised_frames_ > 0 && position_ == promised_frames_;
            if (!is_whole && sf_error(handle_) != SF_ERR_NO_ERROR)
                return fail(ErrorCode::corrupt_input,
                            "cannot be decoded at frame " + std::to_string(position_) + ": " + sf_strerror(handle_),
                            path_);
            if (position_ < promised_frames_)
                return fail(ErrorCode::corrupt_input,
                            "the file ends early, at frame " + std::to_string(position_) + " of " +
                                std::to_string(promised_frames_),
                            path_);
        }
        return count;
    }

private:
    /// libsndfile leaves the channels of Ogg streams in their own order.
    void put_in_order(float* interleaved, int frames) const {
        if (order_.empty()) return;
        std::array<float, 8> frame;
        for (int f = 0; f < frames; ++f, interleaved += channels_) {
            std::copy_n(interleaved, order_.size(), frame.begin());
            for (std::size_t k = 0; k < order_.size(); ++k) interleaved[order_[k]] = frame[k];
        }
    }

    Result<void> open_failure() const {
        const std::string words = sf_strerror(nullptr);
        switch (sf_error(nullptr)) {
            case SF_ERR_SYSTEM: return fail(ErrorCode::io, "cannot read: " + words, path_);
            case SF_ERR_UNRECOGNISED_FORMAT:
                return fail(ErrorCode::unsupported, "is not a sound file of a known format", path_);
            case SF_ERR_UNSUPPORTED_ENCODING: return fail(ErrorCode::unsupported, "cannot be decoded: " + words, path_);
            default: return fail(ErrorCode::corrupt_input, "is damaged: " + words, path_);
        }
    }

    Descriptor file_;
    std::string path_;
    SNDFILE* handle_ = nullptr;
    int channels_ = 0;
    std::span<const int> order_;  // which of our channels each of the file's is; empty: as they are
    FrameCount position_ = 0;
    FrameCount promised_frames_ = 0;
    FlacFile flac_;  // libsndfile holds its address
};

}  // namespace

Result<std::unique_ptr<AudioStream>> open_sndfile_stream(Descriptor file, SourceInfo& info) {
    auto stream = std::make_unique<SndfileStream>(std::move(file), info.path);
    if (auto opened = stream->open(info); !opened) return fail(std::move(opened.error()));
    return stream;
}

}  // namespace dubplate::audio
