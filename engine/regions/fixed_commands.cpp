#include <algorithm>
#include <map>

#include "engine/regions/chunk_run.h"
#include "engine/regions/fixed_stage.h"
#include "engine/regions/merged_commands.h"

namespace dubplate::regions {
namespace {

using device::Complex;
using device::Kernel;

using Placed = PlacedStage<FixedStage>;

std::size_t at(std::ptrdiff_t index) { return static_cast<std::size_t>(index); }

/// Stages that one launch can take together.
struct Alike {
    int points = 0;
    FrameCount partitions = 0, first_block = 0;
    int blocks = 0;
    auto operator<=>(const Alike&) const = default;
};

/// Where the strip is merged, if it is and this is its last stage.
const MergedStrip* merged_at(const ChunkRun& run, const Placed& placed) {
    const MergedStrip& merged = run.region.merged.strips[at(placed.strip - run.region.strips.data())];
    return merged.group && placed.stage == placed.strip->stages.back().get() ? &merged : nullptr;
}

void run_wave(ChunkRun& run, const Alike& alike, std::span<const Placed> wave) {
    const std::size_t points = at(alike.points), blocks = at(alike.blocks);
    std::vector<device::EnterEntry> enters;
    std::vector<device::MultiplyPath> paths;
    std::vector<device::MultiplyEntry> sums;
    std::vector<device::LeaveEntry> leaves;
    std::vector<device::RetainEntry> retained;
    std::vector<MergedWavePart> merged;
    std::size_t going_in = 0, coming_out = 0;
    for (const Placed& placed : wave) {
        going_in += at(placed.stage->channels_in());
        if (placed.stage->comes_out) coming_out += at(placed.stage->channels());
    }
    Complex* fresh = run.region.workspace;
    Complex* const all_made = fresh + going_in * blocks * points;
    // What comes out goes back in one piece.
    Complex *next_out = all_made, *next_merged = all_made + coming_out * blocks * points;
    for (const Placed& placed : wave) {
        const FixedStage& stage = *placed.stage;
        Complex*& next = stage.comes_out ? next_out : next_merged;
        Complex* const made = next;
        next += at(stage.channels()) * blocks * points;
        if (const MergedStrip* strip = merged_at(run, placed)) merged.push_back({strip, made});
        for (std::size_t b = 0; b < at(stage.channels_in()) * blocks; ++b) {
            const int channel = static_cast<int>(b / blocks);
            const FrameCount block = alike.first_block + static_cast<FrameCount>(b % blocks);
            enters.push_back({stage.input().plane(channel, (block - 1) * stage.points), fresh + b * points});
            // Of many blocks the last ones are looked back on.
            if (static_cast<FrameCount>(blocks - b % blocks) <= stage.kept_slots)
                retained.push_back({fresh + b * points, stage.kept_block(channel, block)});
        }
        for (std::size_t b = 0; stage.comes_out && b < at(stage.channels()) * blocks; ++b) {
            const FrameCount block = alike.first_block + static_cast<FrameCount>(b % blocks);
            leaves.push_back({made + b * points, stage.wet.plane(static_cast<int>(b / blocks), block * stage.points)});
        }
        for (int out = 0; out < stage.channels(); ++out) {
            device::MultiplyEntry& sum = sums.emplace_back();
            sum.first_path = static_cast<std::int32_t>(paths.size());
            sum.to = made + at(out) * blocks * points;
            for (const kernels::ConvolutionPath& path : stage.convolution.paths) {
                if (path.out != out) continue;
                paths.push_back({fresh + at(path.in) * blocks * points, stage.kept_block(path.in, 0),
                                 stage.responses[at(path.response)]});
                ++sum.paths;
            }
        }
        fresh += at(stage.channels_in()) * blocks * points;
    }
    const FixedStage& stage = *wave[0].stage;
    run.commands.launch(Kernel::enter, device::EnterParams{run.add(enters), static_cast<std::int32_t>(enters.size()),
                                                           alike.points, stage.turns});
    run.commands.transform(alike.points, device::Direction::forward, run.region.workspace, enters.size());
    run.commands.launch(Kernel::multiply,
                        device::MultiplyParams{run.add(sums), run.add(paths), static_cast<std::int32_t>(sums.size()),
                                               alike.points, alike.blocks, static_cast<std::int32_t>(alike.partitions),
                                               static_cast<std::int32_t>(stage.kept_slots),
                                               static_cast<std::int32_t>(stage.slot_of(alike.first_block - 1))});
    run.commands.launch(Kernel::retain, device::RetainParams{run.add(retained),
                                                             static_cast<std::int32_t>(retained.size()), alike.points});
    add_to_merged_sums(run, merged, blocks * points);
    if (leaves.empty()) return;
    run.commands.transform(alike.points, device::Direction::backward, all_made, leaves.size());
    run.commands.launch(Kernel::leave, device::LeaveParams{run.add(leaves), static_cast<std::int32_t>(leaves.size()),
                                                           alike.points, stage.turns});
}

/// The blocks that become complete, in waves that the workspace holds.
void convolve(ChunkRun& run, std::span<const Placed> stages, std::size_t place) {
    std::map<Alike, std::vector<Placed>> groups;
    for (const Placed& placed : stages) {
        const FixedStage& stage = *placed.stage;
        const FrameCount start = placed.strip->in_frame(place, run.chunk.start);
        const BlockRange blocks = blocks_completed(start, run.chunk.frames, stage.points);
        if (blocks.count > 0) groups[{stage.points, stage.partitions, blocks.first, blocks.count}].push_back(placed);
    }
    for (const auto& group : groups)
        in_waves(
            std::span<const Placed>(group.second), run.region.workspace_numbers,
            [&](const Placed& placed) {
                const int channels = placed.stage->channels_in() + placed.stage->channels();
                return at(channels * group.first.blocks) * at(group.first.points);
            },
            [&](std::span<const Placed> wave) { run_wave(run, group.first, wave); });
}

void blend(ChunkRun& run, std::span<const Placed> stages, std::size_t place) {
    std::vector<device::BlendEntry> entries;
    for (const auto& [stage, strip] : stages) {
        if (!stage->comes_out) continue;
        const FrameCount in = strip->in_frame(place, run.chunk.start), out = strip->out_frame(place, run.chunk.start);
        for (int c = 0; c < stage->channels(); ++c) {
            device::BlendEntry& entry = entries.emplace_back();
            entry.wet = stage->wet.plane(c, in - stage->delay);
            if (stage->has_dry) entry.dry = stage->input_plane(c, out);
            entry.to = run.plane_into(*strip, place + 1, c);
            entry.mix = run.row<float>(stage->mix_row);
            entry.gain = run.row<float>(stage->gain_row);
            entry.constant_mix = stage->constant_mix;
            entry.constant_gain = stage->constant_gain;
        }
    }
    run.commands.launch(Kernel::blend, device::BlendParams{run.add(entries), static_cast<std::int32_t>(entries.size()),
                                                           run.chunk.frames});
}

}  // namespace

void add_fixed_stages(ChunkRun& run, std::size_t place) {
    const std::vector<Placed> stages = run.stages_at<FixedStage>(place);
    if (stages.empty()) return;
    convolve(run, stages, place);
    blend(run, stages, place);
}

}  // namespace dubplate::regions
