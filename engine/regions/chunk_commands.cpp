#include "engine/regions/chunk_commands.h"

#include <algorithm>

#include "engine/regions/chunk_run.h"
#include "engine/regions/fixed_stage.h"
#include "engine/regions/merged_commands.h"
#include "engine/regions/moving_stage.h"

namespace dubplate::regions {
namespace {

using device::Kernel;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::size_t stages_of(const RegionState& region) {
    std::size_t stages = 0;
    for (const StripState& strip : region.strips) stages = std::max(stages, strip.stages.size());
    return stages;
}

std::size_t bytes_of(device::Samples samples) {
    return samples == device::Samples::int16 ? 2 : samples == device::Samples::int24 ? 3 : 4;
}

void unpack(ChunkRun& run) {
    std::vector<device::UnpackEntry> entries;
    device::UnpackParams params;
    for (std::size_t s = 0; s < run.region.strips.size(); ++s) {
        const StripState& strip = run.region.strips[s];
        for (const Segment& segment : run.input.segments[s])
            for (int c = 0; c < strip.channels_in(); ++c) {
                device::UnpackEntry& entry = entries.emplace_back();
                const std::byte* const from = segment.memory ? segment.memory : run.input.memory + segment.at;
                entry.from = segment.silent ? nullptr : from + at(c) * bytes_of(segment.samples);
                entry.channels = strip.channels_in();
                entry.samples = segment.samples;
                entry.sign = strip.strip.invert ? -1.0f : 1.0f;
                entry.to = run.plane_into(strip, 0, c, segment.first);
                entry.frames = segment.frames;
                params.frames = std::max(params.frames, segment.frames);
            }
    }
    params.count = static_cast<std::int32_t>(entries.size());
    params.entries = run.add(entries);
    run.commands.launch(Kernel::unpack, params);
}

/// As nodes::StripBlock finds its paths. Of a strip that is merged the dry part is left.
void add_sources(const ChunkRun& run, const SourceState& source, std::size_t output, int row_of_output,
                 std::vector<device::MixSource>& sources) {
    const StripState& strip = run.region.strips[source.strip];
    if (source.gain && source.gain->is_silent()) return;
    const bool merged = is_merged(run, source.strip, output);
    for (int c = 0; c < strip.channels_out(); ++c) {
        device::MixSource made;
        made.from = merged ? run.dry_plane(strip, c) : run.plane_into(strip, strip.stages.size(), c);
        made.gain = !source.gain ? (c == row_of_output ? 1.0 : 0.0) : source.gain->fold(row_of_output, c);
        if (source.gain) {
            const std::size_t side = nodes::OutputGain::row_of(row_of_output, source.gain->use());
            if (const auto& constant = source.gain->constant())
                made.gain *= (*constant)[side];
            else
                made.gains = run.row<double>(source.rows[side]);
        }
        if (merged) made.gain *= run.region.merged.strips[source.strip].dry_gain;
        if (made.gain != 0.0) sources.push_back(made);
    }
}

void mix(ChunkRun& run) {
    std::vector<device::MixSource> sources;
    std::vector<device::MixEntry> entries;
    auto* const flags = reinterpret_cast<std::int32_t*>(run.output.memory + run.region.flags_at());
    for (std::size_t o = 0; o < run.region.outputs.size(); ++o) {
        const OutputState& output = run.region.outputs[o];
        for (std::size_t r = 0; r < output.channels; ++r) {
            const auto first = static_cast<std::int32_t>(sources.size());
            add_merged_sources(run, o, static_cast<int>(r), sources);
            for (const SourceState& source : output.sources) add_sources(run, source, o, static_cast<int>(r), sources);
            const auto count = static_cast<std::int32_t>(sources.size()) - first;
            std::int32_t* const failed = flags + output.first_flag + r;
            if (output.stream)
                entries.push_back({first, count, run.output.row(output.first_row + r, run.region.frames()), failed});
            if (output.kept.capacity == 0) continue;
            const device::Plane kept = output.kept.plane(static_cast<int>(r), run.chunk.start);
            entries.push_back({first, count, kept.samples + kept.at, failed});
        }
    }
    run.commands.zero(flags, run.region.flags * sizeof(std::int32_t));
    run.commands.launch(Kernel::mix, device::MixParams{run.add(entries), run.add(sources),
                                                       static_cast<std::int32_t>(entries.size()), run.chunk.frames});
}

}  // namespace

void add_chunk_commands(RegionState& region, const nodes::Chunk& chunk) {
    ChunkRun run(region, chunk);
    run.commands.clear();
    unpack(run);
    begin_merged_sums(run);
    const std::size_t places = stages_of(region);
    for (std::size_t place = 0; place < places; ++place) {
        add_fixed_stages(run, place);
        add_moving_stages(run, place);
    }
    leave_merged_sums(run);
    mix(run);
    add_sum_commands(run);
}

WorkspaceNeed workspace_need(const RegionState& region) {
    WorkspaceNeed need;
    const std::size_t places = stages_of(region);
    for (std::size_t place = 0; place < places; ++place) {
        std::size_t sum = 0;
        for (const StripState& strip : region.strips) {
            if (place >= strip.stages.size()) continue;
            const StageWorkspace stage = strip.stages[place]->workspace();
            need.least = std::max(need.least, stage.numbers);
            need.points = std::max(need.points, stage.points);
            sum += stage.numbers;
        }
        need.most = std::max(need.most, sum);
    }
    return need;
}

}  // namespace dubplate::regions
