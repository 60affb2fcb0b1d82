#include "engine/regions/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dubplate::regions {

using kernels::kMaxBlockFrames;

Result<void> SpreadStep::run(const nodes::Chunk& chunk) {
    const std::byte* const pinned = region_.output(chunk).pinned;
    const auto* const flags = reinterpret_cast<const std::int32_t*>(pinned + region_.flags_at());
    for (std::size_t o = block_.first_output; o < block_.first_output + block_.outputs; ++o) {
        const OutputState& output = region_.outputs[o];
        const float* const rows = reinterpret_cast<const float*>(pinned) + output.first_row * region_.frames();
        const FrameCount start = chunk.start + output.lead;
        if (std::any_of(flags + output.first_row, flags + output.first_row + output.rows(),
                        [](std::int32_t failed) { return failed != 0; }))
            return fail(not_finite(output, rows, start));
        write(output, rows, start);
    }
    return {};
}

void SpreadStep::write(const OutputState& output, const float* rows, FrameCount start) {
    for (FrameCount done = 0; done < region_.settings.chunk_frames; done += kMaxBlockFrames) {
        const auto frames =
            static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, region_.settings.chunk_frames - done));
        bool silent = true;
        for (std::size_t r = 0; r < output.rows() && silent; ++r) {
            const float* const row = rows + r * region_.frames() + done;
            silent = std::all_of(row, row + frames, [](float sample) { return sample == 0.0f; });
        }
        if (silent) {
            output.stream->write_silence(start + done, frames);
            continue;
        }
        for (std::size_t r = 0; r < output.rows(); ++r)
            std::copy_n(rows + r * region_.frames() + done, frames,
                        output.stream->begin_write(start + done, static_cast<int>(r)));
        output.stream->end_write(start + done, frames);
    }
}

Error SpreadStep::not_finite(const OutputState& output, const float* rows, FrameCount start) const {
    const float* const end = rows + output.rows() * region_.frames();
    const float* const bad = std::find_if(rows, end, [](float sample) { return !std::isfinite(sample); });
    const FrameCount frame = (bad - rows) % region_.settings.chunk_frames;
    const std::string& first = region_.strips[output.sources.front().strip].strip.name;
    const std::string& last = region_.strips[output.sources.back().strip].strip.name;
    return {ErrorCode::corrupt_input,
            fmt::format("the audio becomes infinite or not a number at frame {}: look at its gains and inserts",
                        start + frame),
            first == last ? fmt::format("strip '{}'", first) : fmt::format("strips '{}' .. '{}'", first, last)};
}

}  // namespace dubplate::regions
