#include "engine/render/window.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/graph/offload.h"

namespace dubplate::render {
namespace {

/// A step that begins a chunk finds little of its own in the cache: 32768 frames cost 2 % more time than 65536 on the
/// reference session, and more than these gain nothing. But many chunks keep many threads busy, and short renders have only
/// so many.
constexpr FrameCount kUsualLeastChunk = 32768, kMostChunk = 65536;
constexpr FrameCount kChunksWanted = 64;

/// Many stems have many streams: a chunk of 16384 frames costs 3 % more time, memory that is touched for the first time
/// may cost as much.
constexpr FrameCount kLeastChunk = 8192;
constexpr std::int64_t kMostStreamBytes = std::int64_t{192} << 20;

std::int64_t stream_bytes(const graph::Plan& plan, const graph::ProgramSettings& settings) {
    const std::vector<FrameCount> frames = graph::stream_frames(plan, settings);
    std::int64_t samples = 0;
    for (std::size_t s = 0; s < frames.size(); ++s) samples += frames[s] * plan.streams[s].channels;
    return samples * static_cast<std::int64_t>(sizeof(float));
}

/// A device is told once a chunk what to do: the work must be long against the telling. Streams may take more, as do
/// the buffers of copies. Of one that was measured, calibrated_sizes.h.
constexpr FrameCount kDeviceChunk = 131072;
constexpr std::int64_t kMostDeviceStreamBytes = std::int64_t{1} << 30;

FrameCount usual_chunk(FrameCount frames, const graph::Plan& plan, int in_flight, const MeasuredDevice* measured) {
    if (measured) {
        const auto fits = [&](FrameCount chunk) {
            return stream_bytes(plan, {chunk, in_flight}) <= kMostDeviceStreamBytes;
        };
        const FrameCount chunk =
            calibrated_chunk(measured->rates, measured->work, frames, measured->sample_rate, in_flight, fits);
        if (chunk > 0) return chunk;
    }
    const bool device = graph::uses_device(plan);
    const std::int64_t most_bytes = device ? kMostDeviceStreamBytes : kMostStreamBytes;
    FrameCount chunk = device ? kDeviceChunk : kMostChunk;
    while (!device && chunk > kUsualLeastChunk && chunk * kChunksWanted > frames) chunk /= 2;
    while (chunk > kLeastChunk && stream_bytes(plan, {chunk, in_flight}) > most_bytes) chunk /= 2;
    return chunk;
}

/// Tails longer than this are cut, and the receipt says so.
constexpr double kTailCapSeconds = 120.0;

}  // namespace

Result<RenderWindow> place_window(const JobTime& time, const graph::Plan& plan, FrameCount clips_end, int sample_rate) {
    const FrameCount sounds_until = std::max(clips_end + plan.tail_frames, time.session_end.value_or(0));
    if (time.first > 0 && time.first >= sounds_until)
        return fail(
            ErrorCode::bad_argument,
            fmt::format("the range begins at frame {}, but nothing sounds from frame {} on", time.first, sounds_until));
    RenderWindow window;
    window.frames.first = time.first;
    if (time.end) {
        window.frames.end = *time.end;
        window.end_reason = time.end_reason;
        window.end_is_fixed = true;
        return window;
    }
    const auto cap = static_cast<FrameCount>(kTailCapSeconds * sample_rate);
    window.end_reason = plan.tail_frames > cap ? "hard cap" : "declared tail";
    window.content_end = std::max(clips_end, time.first);
    window.frames.end = std::max(round_up(window.content_end + std::min(plan.tail_frames, cap) + 1, kSettleFrames),
                                 round_up(time.first + 1, kSettleFrames));
    window.hold = round_up(plan.gap_frames + 1, kSettleFrames);
    return window;
}

int in_flight_for(int threads) { return threads <= 8 ? 2 : 3; }

graph::ProgramSettings program_settings(const RenderJob& job, const RenderWindow& window, const graph::Plan& plan,
                                        const JobTime& time, const MeasuredDevice* measured) {
    const FrameCount longest = round_up(window.frames.end + plan.longest_lead, kSettleFrames);
    // Threads that wait for a processor get no more done by having more to choose from.
    const int in_flight = in_flight_for(std::min(threads_of(job), usable_processors()));
    const FrameCount chunk = job.chunk_frames == -1 ? longest
                             : job.chunk_frames > 0 ? job.chunk_frames
                                                    : usual_chunk(longest, plan, in_flight, measured);
    return {chunk, in_flight, time.run_start, measured ? calibrated_wave(measured->rates) : 0};
}

ChunkRange chunk_range(const RenderWindow& window, const graph::Plan& plan, const JobTime& time,
                       FrameCount chunk_frames) {
    return {floor_div(time.run_start - plan.longest_lead, chunk_frames),
            floor_div(window.frames.end - 1, chunk_frames)};
}

}  // namespace dubplate::render
