#pragma once

/// Audio brought to another rate on its way into a file: libsoxr at its very high quality, its own delay taken out, so
/// that output frame n is what was heard n / to_rate seconds after the first frame.
///
/// Shapes: planar, [channel][frame]. n frames become resampled_frames(n); silence is taken to lie on both sides.
/// Threads: one caller at a time. Determinism: the result does not depend on how frames are cut into calls.
/// Errors: unsupported with libsoxr's words.

#include <functional>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dubplate::audio {

/// frames * to_rate / from_rate, rounded up.
FrameCount resampled_frames(FrameCount frames, int from_rate, int to_rate);

class OutputResampler {
public:
    /// Gets the result, in order; the pointers are good during the call. May be called several times or not at all.
    using Take = std::function<Result<void>(const float* const* out, int frames)>;

    static Result<OutputResampler> create(int from_rate, int to_rate, int channels);
    OutputResampler(OutputResampler&&) noexcept;
    ~OutputResampler();

    Result<void> put(const float* const* in, int frames, const Take& take);
    /// What is still on its way. Last call.
    Result<void> end(const Take& take);

private:
    struct State;
    explicit OutputResampler(std::unique_ptr<State> state);
    Result<void> process(int frames, const Take& take);
    Result<void> give(std::size_t made, const Take& take);

    std::unique_ptr<State> state_;
};

}  // namespace dubplate::audio
