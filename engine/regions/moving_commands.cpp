#include <algorithm>
#include <map>

#include "engine/regions/chunk_run.h"
#include "engine/regions/moving_stage.h"

namespace dubplate::regions {
namespace {

using device::Complex;
using device::Kernel;

using Placed = PlacedStage<MovingStage>;

std::size_t at(FrameCount number) { return static_cast<std::size_t>(number); }

/// A stage whose chunk completes blocks.
struct Due {
    Placed placed;
    BlockRange blocks;
    const StageInput* input = nullptr;

    bool is_silent(std::size_t block) const { return input->of_block[block] == kNowhere; }
    std::size_t sounding() const {
        std::size_t count = 0;
        for (std::size_t b = 0; b < at(blocks.count); ++b) count += is_silent(b) ? 0 : 1;
        return count;
    }
    /// Transforms.
    std::size_t forward() const { return at(placed.stage->channels_in()) * sounding(); }
    std::size_t backward() const { return at(placed.stage->channels()) * sounding(); }
};

/// Every hop that some of `made`, [block], sounds in: the hop before the first block's last one to the second one after the
/// last block's.
void overlap(const MovingStage& stage, int channel, const BlockRange& blocks, std::span<const Complex* const> made,
             std::vector<device::OverlapEntry>& entries) {
    const FrameCount end = blocks.first + blocks.count;
    for (FrameCount hop = blocks.first - 1; hop < end + 2; ++hop) {
        device::OverlapEntry& entry = entries.emplace_back();
        // Blocks by the hop that is their last: two before this one to one behind it.
        for (int k = 0; k < 4; ++k) {
            const FrameCount block = hop - 2 + k;
            if (block >= blocks.first && block < end) entry.from[k] = made[at(block - blocks.first)];
        }
        entry.to = stage.sums.plane(channel, hop * stage.hop);
        entry.add = hop - 2 < blocks.first ? 1 : 0;
    }
}

void run_wave(ChunkRun& run, std::span<const Due> wave) {
    const MovingStage& any = *wave[0].placed.stage;
    const std::size_t points = at(any.points);
    std::vector<device::WeighEntry> weighed;
    std::vector<device::MultiplyPath> paths;
    std::vector<device::MultiplyEntry> products;
    std::vector<device::OverlapEntry> overlaps;
    std::size_t forward = 0, backward = 0;
    for (const Due& due : wave) forward += due.forward(), backward += due.backward();
    Complex* fresh = run.region.workspace;
    Complex* made = fresh + forward * points;
    Complex* const all_made = made;
    for (const Due& due : wave) {
        const MovingStage& stage = *due.placed.stage;
        const std::size_t blocks = at(due.blocks.count), sounding = due.sounding();
        for (int channel = 0; channel < stage.channels_in(); ++channel)
            for (std::size_t b = 0, number = 0; b < blocks; ++b) {
                if (due.is_silent(b)) continue;
                const FrameCount begin = (due.blocks.first + static_cast<FrameCount>(b) - 1) * stage.hop;
                weighed.push_back(
                    {stage.input().plane(channel, begin), fresh + (at(channel) * sounding + number++) * points});
            }
        for (int channel = 0; channel < stage.channels(); ++channel) {
            std::vector<const Complex*> made_of(blocks);
            for (std::size_t b = 0, number = 0; b < blocks; ++b) {
                if (due.is_silent(b)) continue;
                const std::size_t here = at(channel) * sounding + number;
                made_of[b] = made + here * points;
                device::MultiplyEntry& product = products.emplace_back();
                product.first_path = static_cast<std::int32_t>(paths.size());
                product.to = made + here * points;
                const StageInput::Responses& responses = due.input->responses[due.input->of_block[b]];
                const auto* const spectra = run.row<Complex>(responses.at);
                for (const kernels::ConvolutionPath& path : responses.paths) {
                    if (path.out != channel) continue;
                    paths.push_back({fresh + (at(path.in) * sounding + number) * points, nullptr,
                                     spectra + at(path.response) * points});
                    ++product.paths;
                }
                ++number;
            }
            overlap(stage, channel, due.blocks, made_of, overlaps);
        }
        fresh += due.forward() * points;
        made += due.backward() * points;
    }
    const auto count = [](const auto& entries) { return static_cast<std::int32_t>(entries.size()); };
    run.commands.launch(Kernel::weigh,
                        device::WeighParams{run.add(weighed), count(weighed), any.points, any.window, any.turns});
    run.commands.transform(any.points, device::Direction::forward, run.region.workspace, forward);
    device::MultiplyParams multiply;
    multiply.entries = run.add(products);
    multiply.paths = run.add(paths);
    multiply.count = count(products);
    multiply.points = any.points;
    multiply.blocks = multiply.partitions = 1;
    run.commands.launch(Kernel::multiply, multiply);
    run.commands.transform(any.points, device::Direction::backward, all_made, backward);
    run.commands.launch(Kernel::overlap,
                        device::OverlapParams{run.add(overlaps), count(overlaps), any.points, any.turns});
}

void convolve(ChunkRun& run, std::span<const Placed> stages, std::size_t place) {
    std::map<int, std::vector<Due>> by_points;
    for (const Placed& placed : stages) {
        const auto strip = at(placed.strip - run.region.strips.data());
        const FrameCount start = placed.strip->in_frame(place, run.chunk.start);
        const BlockRange blocks = blocks_completed(start, run.chunk.frames, placed.stage->hop);
        if (blocks.count > 0)
            by_points[placed.stage->points].push_back({placed, blocks, &run.input.stages[strip][place]});
    }
    for (const auto& [points, all] : by_points)
        in_waves(
            std::span<const Due>(all), run.region.workspace_numbers,
            [&](const Due& due) { return (due.forward() + due.backward()) * at(due.placed.stage->points); },
            [&](std::span<const Due> wave) { run_wave(run, wave); });
}

/// What is complete goes on.
void pass_on(ChunkRun& run, std::span<const Placed> stages, std::size_t place) {
    std::vector<device::BlendEntry> entries;
    for (const auto& [stage, strip] : stages)
        for (int c = 0; c < stage->channels(); ++c) {
            device::BlendEntry& entry = entries.emplace_back();
            entry.wet = stage->sums.plane(c, strip->in_frame(place, run.chunk.start) - stage->delay);
            entry.to = run.plane_into(*strip, place + 1, c);
        }
    run.commands.launch(Kernel::blend, device::BlendParams{run.add(entries), static_cast<std::int32_t>(entries.size()),
                                                           run.chunk.frames});
}

}  // namespace

void add_moving_stages(ChunkRun& run, std::size_t place) {
    const std::vector<Placed> stages = run.stages_at<MovingStage>(place);
    if (stages.empty()) return;
    convolve(run, stages, place);
    pass_on(run, stages, place);
}

}  // namespace dubplate::regions
