#include "engine/regions/merged_commands.h"

#include <map>

namespace dubplate::regions {

using device::kCombineSums;
using device::Kernel;

namespace {

BlockRange blocks_of(const ChunkRun& run, const MergedGroup& group) {
    return blocks_completed(group.start_frame(run.chunk.start), run.chunk.frames, group.like->points);
}

}  // namespace

void begin_merged_sums(ChunkRun& run) {
    for (const MergedSpectra& spectra : run.region.merged.spectra) {
        device::Complex* next = spectra.memory;
        for (MergedGroup* group : spectra.groups)
            for (MergedRow& row : group->rows) {
                row.sum = next;
                row.begun = false;
                next += blocks_of(run, *group).count * std::ptrdiff_t{group->like->points};
            }
    }
}

void add_to_merged_sums(ChunkRun& run, std::span<const MergedWavePart> parts, std::size_t numbers) {
    std::map<MergedGroup*, std::vector<std::vector<device::CombineTerm>>> heard;  // [entry]
    std::vector<MergedGroup*> groups;                                             // in the strips' order
    for (const MergedWavePart& part : parts) {
        MergedGroup* const group = part.strip->group;
        auto [found, is_new] = heard.try_emplace(group, group->entries());
        if (is_new) groups.push_back(group);
        for (std::size_t c = 0; c < part.strip->terms.size(); ++c)
            for (const MergedTerm& term : part.strip->terms[c]) {
                device::CombineTerm& made = found->second[term.entry].emplace_back();
                made.from = part.made + c * numbers;
                std::copy(term.weight.begin(), term.weight.end(), made.weight);
            }
    }
    std::vector<device::CombineTerm> terms;
    std::vector<device::CombineEntry> entries;
    for (MergedGroup* group : groups)
        for (std::size_t e = 0; e < group->entries(); ++e) {
            const auto& of_entry = heard[group][e];
            if (of_entry.empty()) continue;
            device::CombineEntry entry{static_cast<std::int32_t>(terms.size()),
                                       static_cast<std::int32_t>(of_entry.size())};
            for (std::size_t k = 0; k < kCombineSums && e * kCombineSums + k < group->rows.size(); ++k) {
                MergedRow& row = group->rows[e * kCombineSums + k];
                entry.to[k] = row.sum;
                entry.adds |= (row.begun ? 1 : 0) << k;
                row.begun = true;
            }
            terms.insert(terms.end(), of_entry.begin(), of_entry.end());
            entries.push_back(entry);
        }
    if (entries.empty()) return;
    run.commands.launch(Kernel::combine, device::CombineParams{run.add(entries), run.add(terms),
                                                               static_cast<std::int32_t>(entries.size()),
                                                               static_cast<std::int64_t>(numbers)});
}

void leave_merged_sums(ChunkRun& run) {
    for (const MergedSpectra& spectra : run.region.merged.spectra) {
        const FixedStage& like = *spectra.groups.front()->like;
        std::vector<device::LeaveEntry> leaves;
        for (const MergedGroup* group : spectra.groups) {
            const BlockRange blocks = blocks_of(run, *group);
            for (const MergedRow& row : group->rows)
                for (int b = 0; b < blocks.count; ++b)
                    leaves.push_back({row.sum + std::ptrdiff_t{b} * like.points,
                                      row.ring.plane(0, (blocks.first + b) * like.points)});
        }
        if (leaves.empty()) continue;
        run.commands.transform(like.points, device::Direction::backward, spectra.memory, leaves.size());
        run.commands.launch(
            Kernel::leave,
            device::LeaveParams{run.add(leaves), static_cast<std::int32_t>(leaves.size()), like.points, like.turns});
    }
}

void add_merged_sources(const ChunkRun& run, std::size_t output, int row, std::vector<device::MixSource>& sources) {
    for (const MergedSource& source : run.region.merged.of_output[output]) {
        if (source.row != row) continue;
        const Ring& ring = source.group->rows[source.merged_row].ring;
        const FrameCount frame = source.group->start_frame(run.chunk.start) - source.group->like->delay;
        sources.push_back({ring.plane(0, frame), 1.0, nullptr});
    }
}

bool is_merged(const ChunkRun& run, std::size_t strip, std::size_t output) {
    return run.region.merged.strips[strip].group && !run.region.outputs[output].is_stem_tap;
}

}  // namespace dubplate::regions
