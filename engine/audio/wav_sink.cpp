#include <algorithm>
#include <optional>

#include "engine/audio/hash.h"
#include "engine/audio/sink_formats.h"
#include "engine/audio/source.h"
#include "engine/audio/wav_format.h"
#include "kernels/cpu/aligned.h"

namespace dubplate::audio {

namespace {

/// Whole pages, in L2 from packing to hash and write. Larger pieces are not written faster.
constexpr std::size_t kBufferBytes = 128 << 10;

SampleType sample_type_of(FileFormat format) {
    switch (format.kind) {
        case FileFormat::Kind::wav16: return SampleType::int16;
        case FileFormat::Kind::wav24: return SampleType::int24;
        case FileFormat::Kind::wav32: return SampleType::int32;
        case FileFormat::Kind::wav64f: return SampleType::float64;
        default: return SampleType::float32;
    }
}

class WavSink final : public FileSink {
public:
    WavSink(const SinkSettings& settings, OutputFile file)
        : settings_(settings),
          type_(sample_type_of(settings.format)),
          frame_bytes_(settings.layout.channels * bytes_of(type_)),
          quantiser_(settings),
          file_(std::move(file)),
          buffer_(kBufferBytes + Quantiser::kTileFrames * static_cast<std::size_t>(frame_bytes_) + kPackedSlack) {
        const FrameCount expected = std::max<FrameCount>(settings.expected_frames, 0);
        put_header(expected);
        file_.preallocate(static_cast<std::int64_t>(used_) + expected * frame_bytes_ +
                          wav_padding(type_, settings.layout, expected));
        if (settings.length_is_certain) hash_.emplace();
        if (settings.past_cache) file_.pass_cache();
    }

    Result<void> write(const float* const* in, int frames) override {
        for (int done = 0; done < frames;) {
            const int tile = std::min(Quantiser::kTileFrames, frames - done);
            const auto planes = quantiser_.next(in, done, tile);
            if (!planes) return fail(planes.error());
            pack_planes(type_, *planes, settings_.layout.channels, tile, buffer_.data() + used_);
            used_ += static_cast<std::size_t>(tile) * static_cast<std::size_t>(frame_bytes_);
            done += tile;
            if (used_ >= kBufferBytes) {
                if (auto flushed = flush(kBufferBytes); !flushed) return flushed;
            }
        }
        return {};
    }

    Result<CompletedFile> complete(std::stop_token stop) override {
        const FrameCount frames = quantiser_.frames();
        if (wav_padding(type_, settings_.layout, frames) != 0) buffer_[used_++] = std::byte{0};
        auto done = flush(used_);
        if (done && frames != settings_.expected_frames) {
            hash_.reset();  // it has seen another header
            const auto header = wav_header(type_, settings_.layout, settings_.sample_rate, frames);
            done = file_.write(header.data(), static_cast<std::int64_t>(header.size()), 0);
        }
        if (done) done = file_.truncate(written_);
        if (!done) return fail(done.error());
        SinkReport report;
        if (hash_) {
            report.sha256 = hash_->finish();
        } else {
            auto hashed = hash_file_sha256(file_.temporary_path(), stop);
            if (!hashed) return fail(std::move(hashed.error()));
            report.sha256 = std::move(*hashed);
        }
        if (done = file_.close(); !done) return fail(done.error());
        report.path = settings_.path;
        report.bytes = written_;
        quantiser_.describe(report);
        return CompletedFile{std::move(report), std::move(file_)};
    }

private:
    void put_header(FrameCount frames) {
        const auto header = wav_header(type_, settings_.layout, settings_.sample_rate, frames);
        std::copy(header.begin(), header.end(), buffer_.begin());
        used_ = header.size();
    }

    /// Writes the first `bytes` of the buffer.
    Result<void> flush(std::size_t bytes) {
        if (auto done = file_.write(buffer_.data(), static_cast<std::int64_t>(bytes), written_); !done) return done;
        if (hash_) hash_->update(buffer_.data(), bytes);
        written_ += static_cast<std::int64_t>(bytes);
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(bytes),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(used_), buffer_.begin());
        used_ -= bytes;
        return {};
    }

    SinkSettings settings_;
    SampleType type_;
    int frame_bytes_;
    Quantiser quantiser_;
    OutputFile file_;
    std::optional<Sha256> hash_;
    kernels::UninitialisedVector<std::byte> buffer_;  // whole pieces are written, so that they stay aligned in the file
    std::size_t used_ = 0;
    std::int64_t written_ = 0;
};

}  // namespace

Result<std::unique_ptr<FileSink>> create_wav_sink(const SinkSettings& settings) {
    auto file = OutputFile::create(settings.path);
    if (!file) return fail(std::move(file.error()));
    return std::make_unique<WavSink>(settings, std::move(*file));
}

}  // namespace dubplate::audio
