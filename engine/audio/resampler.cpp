#include <soxr.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/audio/audio_stream.h"

namespace dubplate::audio {

namespace {

constexpr int kInputSamples = 1 << 15;

class Resampler final : public AudioStream {
public:
    Resampler(std::unique_ptr<AudioStream> input, double ratio, int channels, std::string path)
        : input_(std::move(input)),
          ratio_(ratio),
          channels_(channels),
          path_(std::move(path)),
          buffer_frames_(std::max(kInputSamples / channels, 1)),
          buffer_(static_cast<std::size_t>(buffer_frames_ * channels)) {}
    ~Resampler() override { soxr_delete(soxr_); }

    Result<void> open(double from_rate, double to_rate) {
        const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
        const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, 0);
        const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
        soxr_error_t error = nullptr;
        soxr_ = soxr_create(from_rate, to_rate, static_cast<unsigned>(channels_), &error, &io, &quality, &runtime);
        if (soxr_ == nullptr || error != nullptr) return failure(error);
        return {};
    }

    Result<int> next(float* interleaved, int frames) override {
        int done = 0;
        while (done < frames) {
            if (position_ == filled_ && !ended_) {
                const auto got = input_->next(buffer_.data(), buffer_frames_);
                if (!got) return got;
                position_ = 0;
                filled_ = *got;
                read_ += *got;
                if (*got < buffer_frames_) {
                    ended_ = true;
                    // Rounding is the only thing done with this product, so every machine gets the same length.
                    length_ = static_cast<FrameCount>(std::floor(static_cast<double>(read_) * ratio_ + 0.5));
                }
            }
            const int wanted =
                ended_ ? static_cast<int>(std::min<FrameCount>(frames - done, length_ - written_)) : frames - done;
            if (wanted == 0) break;
            float* const to = interleaved + static_cast<std::ptrdiff_t>(done) * channels_;
            const int available = filled_ - position_;
            const bool flushing = ended_ && available == 0;
            std::size_t taken = 0, made = 0;
            const soxr_error_t error = soxr_process(
                soxr_, flushing ? nullptr : buffer_.data() + static_cast<std::ptrdiff_t>(position_) * channels_,
                static_cast<std::size_t>(available), &taken, to, static_cast<std::size_t>(wanted), &made);
            if (error != nullptr) return fail(failure(error).error());
            if (flushing && made == 0) {  // it rounds down what is left: half a frame at most
                made = static_cast<std::size_t>(wanted);
                std::fill_n(to, static_cast<std::size_t>(wanted * channels_), 0.0f);
            } else if (taken == 0 && made == 0) {
                return fail(failure("no progress").error());
            }
            if (const auto bad = first_not_finite(to, static_cast<std::int64_t>(made) * channels_))
                return fail(ErrorCode::corrupt_input,
                            "too loud to be resampled: beyond the range of numbers at frame " +
                                std::to_string(written_ + *bad / channels_) + " of the result",
                            path_);
            position_ += static_cast<int>(taken);
            done += static_cast<int>(made);
            written_ += static_cast<FrameCount>(made);
        }
        return done;
    }

private:
    Result<void> failure(soxr_error_t error) const {
        return fail(ErrorCode::unsupported,
                    std::string("cannot be resampled: ") + (error != nullptr ? error : "out of memory"), path_);
    }

    std::unique_ptr<AudioStream> input_;
    double ratio_;
    int channels_;
    std::string path_;
    soxr_t soxr_ = nullptr;
    int buffer_frames_;
    std::vector<float> buffer_;  // [buffer_frames_][channel]; position_..filled_ are still to be given
    int position_ = 0, filled_ = 0;
    bool ended_ = false;
    FrameCount read_ = 0, written_ = 0;
    FrameCount length_ = 0;  // of the whole result, known once the input has ended
};

}  // namespace

Result<std::unique_ptr<AudioStream>> make_resampler(std::unique_ptr<AudioStream> input, double from_rate,
                                                    double to_rate, int channels, const std::string& path) {
    auto resampler = std::make_unique<Resampler>(std::move(input), to_rate / from_rate, channels, path);
    if (auto opened = resampler->open(from_rate, to_rate); !opened) return fail(std::move(opened.error()));
    return resampler;
}

}  // namespace dubplate::audio
