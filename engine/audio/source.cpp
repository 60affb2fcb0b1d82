#include "engine/audio/source.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/audio/audio_stream.h"
#include "engine/audio/packed_rows.h"
#include "engine/audio/wav_format.h"

namespace dubplate::audio {

namespace {

constexpr double kSlowest = 0.01, kFastest = 100.0;
constexpr int kTileSamples = 1 << 16;
constexpr int kPieceBytes = 128 << 10;  // stays in L2 between the read and the unpacking

/// A file looked at: its PCM where it can be read straight, libsndfile's stream otherwise.
struct Opened {
    SourceInfo info;
    std::optional<PcmLayout> pcm;
    std::unique_ptr<AudioStream> stream;
};

Result<Opened> look_at(const InputFile& file) {
    const FileStatus& status = file.status();
    if (status.bytes == 0) return fail(ErrorCode::corrupt_input, "the file is empty", file.path());
    Opened opened;
    opened.info.path = file.path();
    opened.info.bytes = status.bytes;
    opened.info.modified_ns = status.modified_ns;
    const auto descriptor = file.descriptor();
    if (!descriptor) return fail(descriptor.error());
    auto pcm = find_pcm(**descriptor, status.bytes, file.path());
    if (!pcm) return fail(std::move(pcm.error()));
    if (*pcm) {
        opened.info.format = (*pcm)->format;
        opened.info.sample_rate = (*pcm)->sample_rate;
        opened.info.channels = (*pcm)->channels;
        opened.info.frames = (*pcm)->frames;
        opened.info.is_plain_pcm = true;
        opened.pcm = std::move(*pcm);
        return opened;
    }
    auto own = file.open_again();  // libsndfile moves its position
    if (!own) return fail(std::move(own.error()));
    auto stream = open_sndfile_stream(std::move(*own), opened.info);
    if (!stream) return fail(std::move(stream.error()));
    opened.stream = std::move(*stream);
    return opened;
}

class PcmStream final : public AudioStream {
public:
    PcmStream(std::unique_ptr<PcmStore> store, SampleType type, FrameCount frames, const SourceInfo& info)
        : source_(info, type, frames, std::move(store), true), channels_(static_cast<std::size_t>(info.channels)) {
        for (std::size_t channel = 0; channel < channels_; ++channel) picked_.push_back(static_cast<int>(channel));
    }

    Result<int> next(float* interleaved, int frames) override {
        const int count = static_cast<int>(std::min<FrameCount>(frames, source_.frames() - position_));
        if (count == 0) return 0;
        planes_.resize(channels_ * static_cast<std::size_t>(count));
        std::vector<float*> planes;
        for (std::size_t channel = 0; channel < channels_; ++channel)
            planes.push_back(planes_.data() + channel * static_cast<std::size_t>(count));
        if (auto read = source_.read(position_, count, picked_, planes.data()); !read)
            return fail(std::move(read.error()));
        for (std::size_t channel = 0; channel < channels_; ++channel)
            for (int frame = 0; frame < count; ++frame)
                interleaved[static_cast<std::size_t>(frame) * channels_ + channel] = planes[channel][frame];
        position_ += count;
        return count;
    }

private:
    PcmSource source_;
    std::size_t channels_;
    std::vector<int> picked_;
    std::vector<float> planes_;
    FrameCount position_ = 0;
};

/// Everything the stream holds, to scratch space.
Result<std::unique_ptr<ScratchStore>> keep(AudioStream& stream, int channels, const std::string& path,
                                           const std::string& scratch_folder, const std::stop_token& stop) {
    auto file = ScratchFile::in_folder(scratch_folder);
    if (!file) return fail(std::move(file.error()));
    auto store = std::make_unique<ScratchStore>(std::move(*file), channels);
    const int tile_frames = std::max(kTileSamples / channels, 1);
    std::vector<float> tile(static_cast<std::size_t>(tile_frames * channels));
    for (;;) {
        if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled", path);
        const auto got = stream.next(tile.data(), tile_frames);
        if (!got) return fail(got.error());
        if (*got > 0) {
            if (auto kept = store->append(tile.data(), *got); !kept) return fail(std::move(kept.error()));
        }
        if (*got < tile_frames) return store;
    }
}

/// Passes on what it reads and counts it: the length of files whose headers do not say.
class CountingStream final : public AudioStream {
public:
    CountingStream(std::unique_ptr<AudioStream> input, FrameCount& count) : input_(std::move(input)), count_(count) {}
    Result<int> next(float* interleaved, int frames) override {
        auto got = input_->next(interleaved, frames);
        if (got) count_ += *got;
        return got;
    }

private:
    std::unique_ptr<AudioStream> input_;
    FrameCount& count_;
};

}  // namespace

Result<void> Source::read(FrameCount start, int count, std::span<const int> picked, float* const* out) const {
    const FrameCount first = std::clamp<FrameCount>(start, 0, frames());
    const FrameCount last = std::clamp<FrameCount>(start + count, first, frames());
    // All silence where nothing of the file is in reach, zeros on either side otherwise.
    const int before = first == last ? count : static_cast<int>(first - start);
    const int inside = static_cast<int>(last - first);
    for (std::size_t k = 0; k < picked.size(); ++k) {
        std::fill_n(out[k], before, 0.0f);
        std::fill(out[k] + before + inside, out[k] + count, 0.0f);
    }
    const int frame_bytes = channels() * bytes_of(sample_type());
    const int piece_frames = std::clamp(kPieceBytes / frame_bytes, 1, std::max(inside, 1));
    std::vector<std::byte> packed(static_cast<std::size_t>(piece_frames * frame_bytes) + kPackedSlack);
    std::vector<float*> rows(picked.size());
    for (int done = 0; done < inside; done += piece_frames) {
        const int here = std::min(piece_frames, inside - done);
        if (auto read = read_packed(first + done, here, packed.data()); !read) return read;
        for (std::size_t k = 0; k < picked.size(); ++k) rows[k] = out[k] + before + done;
        unpack_rows(sample_type(), channels(), packed.data(), here, picked, 1.0, rows.data());
    }
    return {};
}

std::unique_ptr<AudioStream> make_pcm_stream(std::unique_ptr<PcmStore> store, SampleType type, FrameCount frames,
                                             const SourceInfo& info) {
    return std::make_unique<PcmStream>(std::move(store), type, frames, info);
}

Result<SourceInfo> probe_source(const std::string& path) {
    const auto file = InputFile::open(path);
    return file ? probe_source(**file) : Result<SourceInfo>(fail(file.error()));
}

Result<SourceInfo> probe_source(const InputFile& file) {
    auto opened = look_at(file);
    if (!opened) return fail(std::move(opened.error()));
    return std::move(opened->info);
}

Result<std::unique_ptr<Source>> open_source(const std::string& path, int session_rate, double speed,
                                            const std::string& scratch_folder, const std::stop_token& stop) {
    auto file = InputFile::open(path);
    if (!file) return fail(std::move(file.error()));
    return open_source(std::move(*file), session_rate, speed, scratch_folder, stop);
}

Result<std::unique_ptr<Source>> open_source(std::shared_ptr<const InputFile> file, int session_rate, double speed,
                                            const std::string& scratch_folder, const std::stop_token& stop) {
    const std::string& path = file->path();
    if (!(speed >= kSlowest && speed <= kFastest))
        return fail(ErrorCode::bad_argument, "cannot be played at this speed: it goes from 0.01 to 100", path);
    auto opened = look_at(*file);
    if (!opened) return fail(std::move(opened.error()));
    SourceInfo info = std::move(opened->info);
    const bool is_resampled = info.sample_rate != session_rate || speed != 1.0;
    if (opened->pcm) {
        const PcmLayout& pcm = *opened->pcm;
        auto store = std::make_unique<FileStore>(file, pcm.data_offset, pcm.channels * bytes_of(pcm.type));
        if (!is_resampled)
            return std::make_unique<PcmSource>(std::move(info), pcm.type, pcm.frames, std::move(store), true);
        opened->stream = make_pcm_stream(std::move(store), pcm.type, pcm.frames, info);
    }
    FrameCount frames = 0;
    std::unique_ptr<AudioStream> stream = std::make_unique<CountingStream>(std::move(opened->stream), frames);
    if (is_resampled) {
        auto resampler = make_resampler(std::move(stream), info.sample_rate * speed, session_rate, info.channels, path);
        if (!resampler) return fail(std::move(resampler.error()));
        stream = std::move(*resampler);
    }
    auto store = keep(*stream, info.channels, path, scratch_folder, stop);
    if (!store) return fail(std::move(store.error()));
    info.frames = frames;
    const FrameCount kept = (*store)->frames();
    return std::make_unique<PcmSource>(std::move(info), SampleType::float32, kept, std::move(*store), false);
}

}  // namespace dubplate::audio
