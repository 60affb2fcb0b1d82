#include "engine/nodes/output_steps.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/nodes/profile.h"
#include "engine/nodes/scratch.h"
#include "kernels/cpu/block_functions.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;

constexpr double kSilence = 1e-7;  // -140 dBFS

/// The part of a chunk that a job's outputs hold; empty if there is none.
Window clip(const Chunk& chunk, Window window, const EndDetector* detector) {
    const FrameCount end = detector ? std::min(window.end, detector->end()) : window.end;
    return {std::max(chunk.start, window.first), std::min(chunk.start + chunk.frames, end)};
}

}  // namespace

EndDetector::EndDetector(const Stream* mix, const Stream* premaster, FrameCount content_end, FrameCount hold,
                         Window window)
    : mix_(mix),
      premaster_(premaster),
      content_end_(content_end),
      hold_(std::max(hold, kSettleFrames)),
      end_(window.end),
      quiet_from_(window.first) {}

Result<void> EndDetector::run(const Chunk& chunk) {
    std::array<float, kMaxBlockFrames> spare;
    const auto quiet = [&](const Stream* stream, FrameCount start, int frames) {
        if (stream->is_silent(start, frames)) return true;
        for (int c = 0; c < stream->channels(); ++c) {
            const float* const audio = stream->read(start, frames, c, spare.data());
            for (int f = 0; f < frames; ++f)
                if (std::fabs(audio[f]) >= kSilence) return false;
        }
        return true;
    };
    for (FrameCount start = chunk.start; start < chunk.start + chunk.frames && !found_; start += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        if (start % kSettleFrames == 0 && start >= content_end_ && start - quiet_from_ >= hold_ && start < end_) {
            end_ = start;
            found_ = true;
            break;
        }
        if (start + kMaxBlockFrames <= content_end_ - hold_) continue;
        if (!quiet(mix_, start, kMaxBlockFrames) || !quiet(premaster_, start, kMaxBlockFrames))
            quiet_from_ = start + kMaxBlockFrames;
    }
    return {};
}

FileStep::FileStep(PartialSum audio, int channels, std::unique_ptr<audio::FileSink> sink,
                   std::optional<audio::OutputResampler> resampler, Window window, const EndDetector* detector)
    : audio_(std::move(audio)),
      channels_(channels),
      sink_(std::move(sink)),
      resampler_(std::move(resampler)),
      window_(window),
      detector_(detector) {}

Result<void> FileStep::run(const Chunk& chunk) {
    const Window part = clip(chunk, window_, detector_);
    Planar spare(channels_);
    for (FrameCount start = chunk.start; start < part.end; start += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const FrameCount from = std::max(part.first, start), to = std::min(part.end, start + kMaxBlockFrames);
        if (from >= to) continue;
        std::array<const float*, kMaxChannels> rows;
        for (std::size_t c = 0; c < static_cast<std::size_t>(channels_); ++c)
            rows[c] = audio_.read(start, kMaxBlockFrames, static_cast<int>(c), spare.rows[c]) + (from - start);
        lap(chunk.timeline, Work::read_streams, kMaxBlockFrames * channels_);
        const auto frames = static_cast<int>(to - from);
        if (auto ok =
                resampler_ ? resampler_->put(rows.data(), frames, take_resampled()) : sink_->write(rows.data(), frames);
            !ok)
            return ok;
        lap(chunk.timeline, Work::own, (to - from) * channels_);
    }
    return {};
}

Result<audio::CompletedFile> FileStep::complete(std::stop_token stop) {
    if (resampler_)
        if (auto ok = resampler_->end(take_resampled()); !ok) return fail(std::move(ok.error()));
    return sink_->complete(std::move(stop));
}

audio::OutputResampler::Take FileStep::take_resampled() {
    return [this](const float* const* rows, int frames) { return sink_->write(rows, frames); };
}

ResidualStep::ResidualStep(const Stream* premaster, std::vector<PartialSum> stems, Window window,
                           const EndDetector* detector)
    : premaster_(premaster), stems_(std::move(stems)), window_(window), detector_(detector) {}

Result<void> ResidualStep::run(const Chunk& chunk) {
    const Window part = clip(chunk, window_, detector_);
    std::array<float, kMaxBlockFrames> spare;
    std::array<double, kMaxBlockFrames> rest;
    std::array<const float*, kernels::kMaxLanes> planes;
    Planar spares(static_cast<int>(planes.size()));
    for (FrameCount start = chunk.start; start < part.end; start += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const FrameCount from = std::max(part.first, start), to = std::min(part.end, start + kMaxBlockFrames);
        if (from >= to) continue;
        for (int c = 0; c < premaster_->channels(); ++c) {
            const float* const whole = premaster_->read(start, kMaxBlockFrames, c, spare.data());
            for (std::size_t f = 0; f < kMaxBlockFrames; ++f) rest[f] = whole[f];
            std::size_t count = 0;
            const auto subtract = [&] {
                kernels::block_functions().subtract_planes(std::span(planes).first(count), kMaxBlockFrames,
                                                           rest.data());
                count = 0;
            };
            for (const PartialSum& stem : stems_) {
                if (stem.is_silent(start, kMaxBlockFrames)) continue;
                planes[count] = stem.read(start, kMaxBlockFrames, c, spares.rows[count]);
                if (++count == planes.size()) subtract();
            }
            subtract();
            for (FrameCount f = from - start; f < to - start; ++f) {
                const double sample = rest[static_cast<std::size_t>(f)];
                squares_ += sample * sample;
                peak_ = std::max(peak_, std::fabs(sample));
            }
        }
        frames_ += to - from;
    }
    return {};
}

double ResidualStep::mean_square() const {
    return frames_ == 0 ? 0.0 : squares_ / static_cast<double>(frames_ * premaster_->channels());
}

}  // namespace dubplate::nodes
