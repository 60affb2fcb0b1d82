#include "engine/audio/output_resampler.h"

#include <soxr.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace dubplate::audio {

namespace {

/// What libsoxr gets at a time: always as much, so that it always does the same.
constexpr int kPieceFrames = 4096;
constexpr int kOutFrames = 8192;

Error failure(soxr_error_t error) {
    return {ErrorCode::unsupported,
            std::string("cannot be resampled: ") + (error != nullptr ? error : "out of memory")};
}

}  // namespace

FrameCount resampled_frames(FrameCount frames, int from_rate, int to_rate) {
    // Whole seconds apart, so that no length overflows.
    const FrameCount seconds = frames / from_rate, rest = frames % from_rate;
    return seconds * to_rate + (rest * to_rate + from_rate - 1) / from_rate;
}

struct OutputResampler::State {
    State(int from, int to, int channel_count)
        : from_rate(from),
          to_rate(to),
          channels(static_cast<std::size_t>(channel_count)),
          in(channels * kPieceFrames),
          out(channels * kOutFrames) {
        for (std::size_t channel = 0; channel < channels; ++channel) {
            in_rows.push_back(in.data() + channel * kPieceFrames);
            out_rows.push_back(out.data() + channel * kOutFrames);
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { soxr_delete(soxr); }

    int from_rate, to_rate;
    std::size_t channels;
    std::vector<float> in, out;  // [channel][kPieceFrames], [channel][kOutFrames]
    std::vector<float*> in_rows, out_rows;
    soxr_t soxr = nullptr;
    int filled = 0;  // frames of `in`
    FrameCount read = 0, written = 0;
    FrameCount length = std::numeric_limits<FrameCount>::max();  // of the whole result, once the end is known
};

OutputResampler::OutputResampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
OutputResampler::OutputResampler(OutputResampler&&) noexcept = default;
OutputResampler::~OutputResampler() = default;

Result<OutputResampler> OutputResampler::create(int from_rate, int to_rate, int channels) {
    auto state = std::make_unique<State>(from_rate, to_rate, channels);
    const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S);
    // No roll-off: otherwise it takes up to 0.01 dB from the top of the passband.
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_VHQ, SOXR_ROLLOFF_NONE);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = nullptr;
    state->soxr = soxr_create(from_rate, to_rate, static_cast<unsigned>(channels), &error, &io, &quality, &runtime);
    if (state->soxr == nullptr || error != nullptr) return fail(failure(error));
    return OutputResampler(std::move(state));
}

Result<void> OutputResampler::put(const float* const* in, int frames, const Take& take) {
    for (int done = 0; done < frames;) {
        const int count = std::min(frames - done, kPieceFrames - state_->filled);
        for (std::size_t channel = 0; channel < state_->channels; ++channel)
            std::copy_n(in[channel] + done, count, state_->in_rows[channel] + state_->filled);
        state_->filled += count;
        state_->read += count;
        done += count;
        if (state_->filled < kPieceFrames) continue;
        if (auto processed = process(kPieceFrames, take); !processed) return processed;
        state_->filled = 0;
    }
    return {};
}

/// Gives libsoxr the first frames of `in` and takes all that it makes of them.
Result<void> OutputResampler::process(int frames, const Take& take) {
    State& state = *state_;
    std::vector<const float*> rows(state.in_rows.begin(), state.in_rows.end());
    for (std::size_t left = static_cast<std::size_t>(frames);;) {
        std::size_t taken = 0, made = 0;
        const soxr_error_t error =
            soxr_process(state.soxr, rows.data(), left, &taken, state.out_rows.data(), kOutFrames, &made);
        if (error != nullptr) return fail(failure(error));
        if (auto given = give(made, take); !given) return given;
        left -= taken;
        for (const float*& row : rows) row += taken;
        if (left == 0 && made < kOutFrames) return {};
        if (taken == 0 && made == 0) return fail(failure("no progress"));
    }
}

Result<void> OutputResampler::give(std::size_t made, const Take& take) {
    const FrameCount frames = std::min(static_cast<FrameCount>(made), state_->length - state_->written);
    if (frames <= 0) return {};
    state_->written += frames;
    return take(state_->out_rows.data(), static_cast<int>(frames));
}

Result<void> OutputResampler::end(const Take& take) {
    State& state = *state_;
    state.length = resampled_frames(state.read, state.from_rate, state.to_rate);
    // libsoxr rounds the length its own way. With some silence behind the end it makes enough, and the rest is cut.
    int silence = 2 * ((state.from_rate + state.to_rate - 1) / state.to_rate) + 1;
    while (silence > 0 || state.filled > 0) {
        const int count = std::min(silence, kPieceFrames - state.filled);
        for (float* row : state.in_rows) std::fill_n(row + state.filled, count, 0.0f);
        silence -= count;
        if (auto processed = process(state.filled + count, take); !processed) return processed;
        state.filled = 0;
    }
    while (state.written < state.length) {
        std::size_t made = 0;
        const soxr_error_t error =
            soxr_process(state.soxr, nullptr, 0, nullptr, state.out_rows.data(), kOutFrames, &made);
        if (error != nullptr) return fail(failure(error));
        if (made == 0) return fail(failure("it ends early"));
        if (auto given = give(made, take); !given) return given;
    }
    return {};
}

}  // namespace dubplate::audio
