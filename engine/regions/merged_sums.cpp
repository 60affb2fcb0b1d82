#include "engine/regions/merged_sums.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/regions/region_state.h"
#include "kernels/shared/blend.h"

namespace dubplate::regions {
namespace {

/// Bytes through a device's memory for a frame. Of a channel that comes out by itself: its transform back (16), leaving it
/// (12), blending (8); of each row that it is heard in, mixing (4). Of a merged channel: combining (8); of a merged row: combining (8),
/// transform back (16), leaving it (12), mixing (4).
constexpr double kApartBytes = 36.0, kHeardBytes = 4.0, kMergedBytes = 8.0, kRowBytes = 40.0;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// A row of an output of the region.
using RowKey = std::pair<std::size_t, int>;

/// A strip that can be merged, and how each of its channels is heard.
struct Candidate {
    std::size_t strip = 0;
    const FixedStage* stage = nullptr;
    std::vector<std::map<RowKey, float>> weights;  // [channel], none of 0
    double dry_gain = 0.0;
    bool hears(const RowKey& row) const {
        return std::any_of(weights.begin(), weights.end(), [&](const auto& of) { return of.contains(row); });
    }
    std::set<RowKey> rows() const {
        std::set<RowKey> found;
        for (const auto& of : weights)
            for (const auto& [row, weight] : of) found.insert(row);
        return found;
    }
    std::size_t heard() const {
        std::size_t sum = 0;
        for (const auto& of : weights) sum += of.size();
        return sum;
    }
};

class Finder {
public:
    explicit Finder(RegionState& region) : region_(region) {
        found_.strips.resize(region.strips.size());
        found_.of_output.resize(region.outputs.size());
    }

    MergedSums run() {
        for (const BlockState& block : region_.blocks) find_groups(block);
        for (std::size_t s = 0; s < region_.strips.size(); ++s)
            if (found_.strips[s].group) static_cast<FixedStage*>(last_stage(s))->comes_out = found_.strips[s].alone;
        return std::move(found_);
    }

private:
    Stage* last_stage(std::size_t strip) const { return region_.strips[strip].stages.back().get(); }

    void find_groups(const BlockState& block) {
        std::map<std::tuple<int, FrameCount, FrameCount>, std::vector<Candidate>> on_grid;
        for (std::size_t s = block.first_strip; s < block.first_strip + block.strips; ++s) {
            Candidate candidate;
            if (!make_candidate(block, s, candidate)) continue;
            const FixedStage& stage = *candidate.stage;
            on_grid[{stage.points, stage.latency(), stage.delay}].push_back(std::move(candidate));
        }
        for (auto& [grid, candidates] : on_grid) {
            drop_loners(candidates);
            if (is_worth_it(candidates)) add_group(block, candidates);
        }
    }

    bool make_candidate(const BlockState& block, std::size_t strip, Candidate& candidate) const {
        const StripState& state = region_.strips[strip];
        const auto* const stage =
            state.stages.empty() ? nullptr : dynamic_cast<const FixedStage*>(state.stages.back().get());
        if (!stage || stage->mix || stage->gain) return false;
        const kernels::BlendGains<float> gains = kernels::blend_gains(stage->constant_mix, stage->constant_gain);
        candidate = {strip, stage, {}, stage->has_dry ? double{gains.dry} : 0.0};
        candidate.weights.resize(at(state.channels_out()));
        for (std::size_t o = block.first_output; o < block.first_output + block.outputs; ++o) {
            const OutputState& output = region_.outputs[o];
            for (const SourceState& source : output.sources) {
                if (source.strip != strip || output.is_stem_tap) continue;
                if (!source.gain) return false;  // a key's
                if (source.gain->is_silent()) continue;
                if (!source.gain->constant()) return false;
                for (int row = 0; row < static_cast<int>(output.channels); ++row)
                    for (int c = 0; c < state.channels_out(); ++c) {
                        const double gain =
                            source.gain->fold(row, c) * (*source.gain->constant())[at_side(*source.gain, row)];
                        const auto weight = static_cast<float>(gain * double{gains.wet});
                        if (weight != 0.0f) candidate.weights[at(c)][{o, row}] = weight;
                    }
            }
        }
        return candidate.heard() > 0;
    }
    static std::size_t at_side(const nodes::OutputGain& gain, int row) {
        return nodes::OutputGain::row_of(row, gain.use());
    }

    /// Those that have as many rows to themselves as channels: they save nothing, and cost the others.
    static void drop_loners(std::vector<Candidate>& candidates) {
        const auto is_loner = [&](const Candidate& candidate) {
            std::size_t own = 0;
            for (const RowKey& row : candidate.rows())
                own += std::count_if(candidates.begin(), candidates.end(),
                                     [&](const Candidate& other) { return other.hears(row); }) == 1;
            return own >= candidate.weights.size();
        };
        for (;;) {
            const auto loner = std::find_if(candidates.begin(), candidates.end(), is_loner);
            if (loner == candidates.end()) return;
            candidates.erase(loner);
        }
    }

    static bool is_worth_it(const std::vector<Candidate>& candidates) {
        std::set<RowKey> rows;
        double channels = 0.0, heard = 0.0;
        for (const Candidate& candidate : candidates) {
            rows.merge(candidate.rows());
            channels += static_cast<double>(candidate.weights.size());
            heard += static_cast<double>(candidate.heard());
        }
        return kApartBytes * channels + kHeardBytes * heard >
               kMergedBytes * channels + kRowBytes * static_cast<double>(rows.size());
    }

    void add_group(const BlockState& block, const std::vector<Candidate>& candidates) {
        MergedGroup& group = *found_.groups.emplace_back(std::make_unique<MergedGroup>());
        group.like = candidates.front().stage;
        group.lead = block.lead;
        const std::vector<RowKey> rows = side_by_side(candidates);
        std::map<RowKey, std::size_t> place;
        for (const auto& [output, row] : rows) {
            place[{output, row}] = group.rows.size();
            group.rows.emplace_back();
            found_.of_output[output].push_back({&group, place[{output, row}], row});
        }
        for (const Candidate& candidate : candidates) {
            MergedStrip& strip = found_.strips[candidate.strip];
            strip.group = &group;
            strip.alone = is_tapped(block, candidate.strip);
            strip.dry_gain = candidate.dry_gain;
            for (const auto& weights : candidate.weights) {
                std::map<std::size_t, MergedTerm> terms;
                for (const auto& [row, weight] : weights) {
                    const std::size_t entry = place[row] / device::kCombineSums;
                    terms[entry].entry = entry;
                    terms[entry].weight[place[row] % device::kCombineSums] = weight;
                }
                auto& of_channel = strip.terms.emplace_back();
                for (const auto& [entry, term] : terms) of_channel.push_back(term);
            }
        }
        auto same_size = std::find_if(found_.spectra.begin(), found_.spectra.end(), [&](const MergedSpectra& spectra) {
            return spectra.groups.front()->like->points == group.like->points;
        });
        if (same_size == found_.spectra.end()) same_size = found_.spectra.insert(same_size, MergedSpectra{});
        same_size->groups.push_back(&group);
    }

    bool is_tapped(const BlockState& block, std::size_t strip) const {
        for (std::size_t o = block.first_output; o < block.first_output + block.outputs; ++o)
            for (const SourceState& source : region_.outputs[o].sources)
                if (source.strip == strip && region_.outputs[o].is_stem_tap && !source.gain->is_silent()) return true;
        return false;
    }

    /// All rows, each entry's filled with those that hear most of the channels that the entry hears anyway.
    static std::vector<RowKey> side_by_side(const std::vector<Candidate>& candidates) {
        using Channel = std::pair<std::size_t, std::size_t>;
        std::map<RowKey, std::set<Channel>> channels;
        for (std::size_t k = 0; k < candidates.size(); ++k)
            for (std::size_t c = 0; c < candidates[k].weights.size(); ++c)
                for (const auto& [row, weight] : candidates[k].weights[c]) channels[row].insert({k, c});
        std::vector<RowKey> ordered;
        std::set<Channel> entry;
        while (!channels.empty()) {
            if (ordered.size() % device::kCombineSums == 0) entry.clear();
            const auto shared = [&](const auto& row) {
                return std::count_if(row.second.begin(), row.second.end(),
                                     [&](const Channel& channel) { return entry.contains(channel); });
            };
            const auto best = std::max_element(channels.begin(), channels.end(), [&](const auto& a, const auto& b) {
                return shared(a) < shared(b);  // the first of equals
            });
            entry.insert(best->second.begin(), best->second.end());
            ordered.push_back(best->first);
            channels.erase(best);
        }
        return ordered;
    }

    RegionState& region_;
    MergedSums found_;
};

}  // namespace

Result<void> MergedSums::allocate(RegionMemory& memory, FrameCount chunk_frames) {
    for (const auto& group : groups)
        for (MergedRow& row : group->rows) {
            row.ring.capacity = chunk_frames + group->like->delay + group->like->points;
            if (auto ok = take_cleared(memory, static_cast<std::size_t>(row.ring.capacity), row.ring.samples); !ok)
                return ok;
        }
    for (MergedSpectra& of_size : spectra) {
        const auto points = at(of_size.groups.front()->like->points);
        std::size_t blocks = at(memory.device().table().transform_batch(of_size.groups.front()->like->points));
        for (const MergedGroup* group : of_size.groups)
            blocks += group->rows.size() * (static_cast<std::size_t>(chunk_frames) / points + 1);
        auto taken = memory.take(blocks * points * sizeof(device::Complex));
        if (!taken) return fail(taken.error());
        of_size.memory = reinterpret_cast<device::Complex*>(*taken);
    }
    return {};
}

MergedSums find_merged_sums(RegionState& region) { return Finder(region).run(); }

}  // namespace dubplate::regions
