#pragma once

/// The last steps of a program: where the render ends, what the stems leave over, and the files.
///
/// All of them have lead 0: in chunk c they see the frames [cC, (c + 1)C) of what they read.
/// Threads: run() as Step; end() and the results are read after the last chunk, or by steps scheduled after this one.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "engine/audio/file_sink.h"
#include "engine/audio/output_resampler.h"
#include "engine/nodes/partial_sum.h"
#include "engine/nodes/step.h"

namespace dubplate::nodes {

/// Frames [first, end) of a job. `end` may come nearer while the render runs: see EndDetector.
struct Window {
    FrameCount first = 0, end = 0;
};

/// Decides where a render without a fixed end stops: at the first absolute multiple of 8192, at or after
/// `content_end`, before which mix and premaster stayed below -140 dBFS for `hold` frames; at the latest at window.end.
class EndDetector final : public Step {
public:
    EndDetector(const Stream* mix, const Stream* premaster, FrameCount content_end, FrameCount hold, Window window);
    Result<void> run(const Chunk& chunk) override;
    /// window.end until silence was found.
    FrameCount end() const { return end_.load(std::memory_order_relaxed); }
    bool found_silence() const { return found_; }

private:
    const Stream* mix_;
    const Stream* premaster_;
    FrameCount content_end_, hold_;
    std::atomic<FrameCount> end_;  // the schedule asks for it while this step runs
    FrameCount quiet_from_;
    bool found_ = false;
};

/// Writes one output: the sum of partials, from window.first to the detected end, brought to another rate on its way if a
/// resampler is given.
class FileStep final : public Step {
public:
    /// `detector` may be null: the window is fixed.
    FileStep(PartialSum audio, int channels, std::unique_ptr<audio::FileSink> sink,
             std::optional<audio::OutputResampler> resampler, Window window, const EndDetector* detector);
    Result<void> run(const Chunk& chunk) override;
    Result<audio::CompletedFile> complete(std::stop_token stop);

private:
    audio::OutputResampler::Take take_resampled();

    PartialSum audio_;
    int channels_;
    std::unique_ptr<audio::FileSink> sink_;
    std::optional<audio::OutputResampler> resampler_;
    Window window_;
    const EndDetector* detector_;
};

/// Measures premaster - sum of the stems in float64.
class ResidualStep final : public Step {
public:
    ResidualStep(const Stream* premaster, std::vector<PartialSum> stems, Window window, const EndDetector* detector);
    Result<void> run(const Chunk& chunk) override;
    double mean_square() const;
    double peak() const { return peak_; }

private:
    const Stream* premaster_;
    std::vector<PartialSum> stems_;
    Window window_;
    const EndDetector* detector_;
    double squares_ = 0.0, peak_ = 0.0;
    FrameCount frames_ = 0;
};

}  // namespace dubplate::nodes
