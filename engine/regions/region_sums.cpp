#include "engine/regions/region_sums.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/nodes/sum_tree.h"
#include "engine/regions/chunk_run.h"

namespace dubplate::regions {
namespace {

/// The node over partials [first, last) and all below it; a partial if it is one.
SumState::Child add_nodes(SumState& sum, std::size_t first, std::size_t last) {
    if (last - first == 1) return {false, sum.partials[first]};
    const std::size_t leaves = nodes::leaves_of_child(last - first);
    SumState::Node node;
    for (std::size_t begin = first; begin < last; begin += leaves) {
        const SumState::Child child = add_nodes(sum, begin, std::min(begin + leaves, last));
        if (child.is_node) node.height = std::max(node.height, sum.nodes[child.index].height + 1);
        node.children.push_back(child);
    }
    sum.nodes.push_back(std::move(node));
    return {true, sum.nodes.size() - 1};
}

/// A row of a node, of the chunk at work.
void add_row(const ChunkRun& run, const SumState& sum, const SumState::Node& node, std::size_t channel,
             std::vector<device::MixEntry>& entries, std::vector<device::MixSource>& sources) {
    const RegionState& region = run.region;
    device::MixEntry& entry = entries.emplace_back();
    entry.first_source = static_cast<std::int32_t>(sources.size());
    entry.sources = static_cast<std::int32_t>(node.children.size());
    for (const SumState::Child& child : node.children) {
        device::MixSource& source = sources.emplace_back();
        source.gain = 1.0;
        if (child.is_node) {
            source.from = {sum.nodes[child.index].rows + channel * region.frames(), 0, run.chunk.frames};
        } else {
            const OutputState& partial = region.outputs[child.index];
            source.from = partial.kept.plane(static_cast<int>(channel), run.chunk.start + sum.lead - partial.lead);
        }
    }
    if (node.rows) {
        entry.to = node.rows + channel * region.frames();
        return;
    }
    entry.to = run.output.row(sum.first_row + channel, region.frames());
    entry.failed = reinterpret_cast<std::int32_t*>(run.output.memory + region.flags_at()) + sum.first_flag + channel;
}

}  // namespace

void add_sums(RegionState& region, const std::vector<RegionSum>& sums) {
    for (const RegionSum& given : sums) {
        SumState& sum = region.sums.emplace_back();
        sum.stream = given.stream;
        sum.lead = given.lead;
        for (const RegionSum::Partial& partial : given.partials) {
            const std::size_t index = region.blocks[partial.block].first_output + partial.output;
            OutputState& output = region.outputs[index];
            assert(output.lead >= sum.lead && output.channels == sum.channels());
            const FrameCount chunk = region.settings.chunk_frames, later = output.lead - sum.lead;
            output.kept.capacity = std::max(output.kept.capacity, chunk + round_up(later, chunk));
            sum.partials.push_back(index);
        }
        assert(sum.partials.size() >= 2);
        add_nodes(sum, 0, sum.partials.size());
        sum.first_row = region.rows;
        sum.first_flag = region.flags;
        region.rows += sum.channels();
        region.flags += sum.channels();
    }
}

std::size_t sum_floats(const RegionState& region) {
    std::size_t floats = 0;
    for (const OutputState& output : region.outputs)
        floats += output.channels * static_cast<std::size_t>(output.kept.capacity);
    for (const SumState& sum : region.sums) floats += (sum.nodes.size() - 1) * sum.channels() * region.frames();
    return floats;
}

void place_sums(RegionState& region, float* memory) {
    for (OutputState& output : region.outputs)
        if (output.kept.capacity > 0)
            output.kept.samples =
                std::exchange(memory, memory + output.channels * static_cast<std::size_t>(output.kept.capacity));
    for (SumState& sum : region.sums)
        for (std::size_t n = 0; n + 1 < sum.nodes.size(); ++n)
            sum.nodes[n].rows = std::exchange(memory, memory + sum.channels() * region.frames());
}

void add_sum_commands(ChunkRun& run) {
    int heights = 0;
    for (const SumState& sum : run.region.sums) heights = std::max(heights, sum.nodes.back().height);
    // A launch for each height: what it reads was written by those before it.
    for (int height = 1; height <= heights; ++height) {
        std::vector<device::MixEntry> entries;
        std::vector<device::MixSource> sources;
        for (const SumState& sum : run.region.sums)
            for (const SumState::Node& node : sum.nodes)
                for (std::size_t c = 0; c < sum.channels() && node.height == height; ++c)
                    add_row(run, sum, node, c, entries, sources);
        run.commands.launch(device::Kernel::mix,
                            device::MixParams{run.add(entries), run.add(sources),
                                              static_cast<std::int32_t>(entries.size()), run.chunk.frames});
    }
}

}  // namespace dubplate::regions
