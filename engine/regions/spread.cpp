#include "engine/regions/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace dubplate::regions {
namespace {

using kernels::kMaxBlockFrames;

/// Rows of one chunk that came down together.
struct Rows {
    const float* first = nullptr;  ///< [row][frame]
    std::size_t count = 0, frames = 0;
    FrameCount start = 0;  ///< the frame at which they begin
};

Rows rows_at(const RegionState& region, const std::byte* pinned, std::size_t first, std::size_t count,
             FrameCount start) {
    return {reinterpret_cast<const float*>(pinned) + first * region.frames(), count, region.frames(), start};
}

bool any_failed(const RegionState& region, const std::byte* pinned, std::size_t first, std::size_t count) {
    const auto* const flags = reinterpret_cast<const std::int32_t*>(pinned + region.flags_at()) + first;
    return std::any_of(flags, flags + count, [](std::int32_t failed) { return failed != 0; });
}

void write(const Rows& rows, nodes::Stream& stream) {
    for (std::size_t done = 0; done < rows.frames; done += kMaxBlockFrames) {
        const std::size_t frames = std::min<std::size_t>(kMaxBlockFrames, rows.frames - done);
        const FrameCount start = rows.start + static_cast<FrameCount>(done);
        bool silent = true;
        for (std::size_t r = 0; r < rows.count && silent; ++r) {
            const float* const row = rows.first + r * rows.frames + done;
            silent = std::all_of(row, row + frames, [](float sample) { return sample == 0.0f; });
        }
        if (silent) {
            stream.write_silence(start, static_cast<int>(frames));
            continue;
        }
        for (std::size_t r = 0; r < rows.count; ++r)
            std::copy_n(rows.first + r * rows.frames + done, frames, stream.begin_write(start, static_cast<int>(r)));
        stream.end_write(start, static_cast<int>(frames));
    }
}

Error not_finite(const RegionState& region, const OutputState& first, const OutputState& last, const Rows& rows) {
    const float* const end = rows.first + rows.count * rows.frames;
    const float* const bad = std::find_if(rows.first, end, [](float sample) { return !std::isfinite(sample); });
    const FrameCount frame = (bad - rows.first) % region.settings.chunk_frames;
    const std::string& from = region.strips[first.sources.front().strip].strip.name;
    const std::string& to = region.strips[last.sources.back().strip].strip.name;
    return {ErrorCode::corrupt_input,
            fmt::format("the audio becomes infinite or not a number at frame {}: look at its gains and inserts",
                        rows.start + frame),
            from == to ? fmt::format("strip '{}'", from) : fmt::format("strips '{}' .. '{}'", from, to)};
}

}  // namespace

Result<void> SpreadStep::run(const nodes::Chunk& chunk) {
    const std::byte* const pinned = region_.output(chunk).pinned;
    for (std::size_t o = block_.first_output; o < block_.first_output + block_.outputs; ++o) {
        const OutputState& output = region_.outputs[o];
        if (!output.stream) continue;
        const Rows rows = rows_at(region_, pinned, output.first_row, output.channels, chunk.start + output.lead);
        if (any_failed(region_, pinned, output.first_flag, output.channels))
            return fail(not_finite(region_, output, output, rows));
        write(rows, *output.stream);
    }
    return {};
}

Result<void> SpreadSumStep::run(const nodes::Chunk& chunk) {
    const std::byte* const pinned = region_.output(chunk).pinned;
    const OutputState *first = nullptr, *last = nullptr;
    for (std::size_t k = 0; k < has_failed_.size(); ++k) {
        const OutputState& partial = region_.outputs[sum_.partials[k]];
        if (any_failed(region_, pinned, partial.first_flag, partial.channels)) has_failed_[k] = true;
        if (!has_failed_[k]) continue;
        if (!first) first = &partial;
        last = &partial;
    }
    const Rows rows = rows_at(region_, pinned, sum_.first_row, sum_.channels(), chunk.start + sum_.lead);
    if (first && any_failed(region_, pinned, sum_.first_flag, sum_.channels()))
        return fail(not_finite(region_, *first, *last, rows));
    write(rows, *sum_.stream);
    return {};
}

}  // namespace dubplate::regions
