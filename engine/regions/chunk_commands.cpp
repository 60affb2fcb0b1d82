#include "engine/regions/chunk_commands.h"

#include <algorithm>
#include <map>

namespace dubplate::regions {
namespace {

using device::Complex;
using device::Kernel;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::size_t stages_of(const RegionState& region) {
    std::size_t stages = 0;
    for (const StripState& strip : region.strips) stages = std::max(stages, strip.stages.size());
    return stages;
}

/// Stages that one launch can take together.
struct Alike {
    int points = 0;
    FrameCount partitions = 0, first_block = 0;
    int blocks = 0;
    auto operator<=>(const Alike&) const = default;
};

class ChunkBuilder {
public:
    ChunkBuilder(RegionState& region, const nodes::Chunk& chunk)
        : region_(region),
          chunk_(chunk),
          input_(region.input(chunk)),
          output_(region.output(chunk)),
          commands_(*input_.commands) {}

    void run() {
        commands_.clear();
        unpack();
        const std::size_t stages = stages_of(region_);
        for (std::size_t k = 0; k < stages; ++k) {
            convolve(k);
            blend(k);
        }
        mix();
    }

private:
    /// Where channel `channel` of a strip goes on after its stages [0, stage).
    device::Plane plane_into(const StripState& strip, std::size_t stage, int channel, FrameCount offset) const {
        if (stage < strip.stages.size())
            return strip.stages[stage].input_plane(channel, strip.in_frame(stage, chunk_.start) + offset);
        return {strip.planes + channel * region_.settings.chunk_frames, offset, region_.settings.chunk_frames};
    }

    void unpack() {
        std::vector<device::UnpackEntry> entries;
        device::UnpackParams params;
        for (std::size_t s = 0; s < region_.strips.size(); ++s) {
            const StripState& strip = region_.strips[s];
            for (const Segment& segment : input_.segments[s])
                for (int c = 0; c < strip.channels(); ++c) {
                    device::UnpackEntry& entry = entries.emplace_back();
                    const std::size_t size =
                        segment.frames == 0
                            ? 0
                            : segment.bytes / static_cast<std::size_t>(segment.frames * strip.channels());
                    entry.from = segment.silent ? nullptr : input_.memory + segment.at + at(c) * size;
                    entry.channels = strip.channels();
                    entry.samples = segment.samples;
                    entry.sign = strip.strip.invert ? -1.0f : 1.0f;
                    entry.to = plane_into(strip, 0, c, segment.first);
                    entry.frames = segment.frames;
                    params.frames = std::max(params.frames, segment.frames);
                }
        }
        params.count = static_cast<std::int32_t>(entries.size());
        params.entries = commands_.add_table(std::span<const device::UnpackEntry>(entries));
        commands_.launch(Kernel::unpack, params);
    }

    /// The blocks that become complete in stage `k` of all strips, in waves that the workspace holds.
    void convolve(std::size_t k) {
        std::map<Alike, std::vector<StripState*>> groups;
        for (StripState& strip : region_.strips) {
            if (k >= strip.stages.size()) continue;
            const Stage& stage = strip.stages[k];
            const BlockRange blocks = stage.blocks(strip.in_frame(k, chunk_.start), chunk_.frames);
            if (blocks.count > 0)
                groups[{stage.points, stage.partitions, blocks.first, blocks.count}].push_back(&strip);
        }
        for (const auto& [alike, strips] : groups) {
            for (std::size_t first = 0; first < strips.size();) {
                std::size_t last = first, numbers = 0;
                while (last < strips.size()) {
                    const std::size_t more = 2 * at(strips[last]->channels() * alike.blocks) * at(alike.points);
                    if (last > first && numbers + more > region_.workspace_numbers) break;
                    numbers += more;
                    ++last;
                }
                run_wave(k, alike, std::span(strips).subspan(first, last - first));
                first = last;
            }
        }
    }

    void run_wave(std::size_t k, const Alike& alike, std::span<StripState* const> strips) {
        const std::size_t points = at(alike.points), blocks = at(alike.blocks);
        std::vector<device::EnterEntry> enters;
        std::vector<device::MultiplyPath> paths;
        std::vector<device::MultiplyEntry> sums;
        std::vector<device::LeaveEntry> leaves;
        std::vector<device::RetainEntry> retained;
        std::size_t channels = 0;
        for (const StripState* strip : strips) channels += at(strip->channels());
        Complex* fresh = region_.workspace;
        Complex* made = fresh + channels * blocks * points;
        Complex* const all_made = made;
        for (StripState* strip : strips) {
            Stage& stage = strip->stages[k];
            for (std::size_t b = 0; b < at(stage.channels) * blocks; ++b) {
                const int channel = static_cast<int>(b / blocks);
                const FrameCount block = alike.first_block + static_cast<FrameCount>(b % blocks);
                enters.push_back({stage.input_plane(channel, (block - 1) * stage.points), fresh + b * points});
                leaves.push_back({made + b * points, stage.wet_plane(channel, block * stage.points)});
                // Of many blocks the last ones are looked back on.
                if (static_cast<FrameCount>(blocks - b % blocks) <= stage.kept_slots)
                    retained.push_back({fresh + b * points, kept(stage, channel, block)});
            }
            for (int out = 0; out < stage.channels; ++out) {
                device::MultiplyEntry& sum = sums.emplace_back();
                sum.first_path = static_cast<std::int32_t>(paths.size());
                sum.to = made + at(out) * blocks * points;
                for (const kernels::ConvolutionPath& path : stage.convolution.paths) {
                    if (path.out != out) continue;
                    paths.push_back({fresh + at(path.in) * blocks * points, kept(stage, path.in, 0),
                                     stage.responses[at(path.response)]});
                    ++sum.paths;
                }
            }
            fresh += at(stage.channels) * blocks * points;
            made += at(stage.channels) * blocks * points;
        }
        const Stage& stage = strips[0]->stages[k];
        const auto count = static_cast<std::int32_t>(enters.size());
        commands_.launch(Kernel::enter, device::EnterParams{add(enters), count, alike.points, stage.turns});
        commands_.transform(alike.points, device::Direction::forward, region_.workspace, enters.size());
        commands_.launch(Kernel::multiply,
                         device::MultiplyParams{add(sums), add(paths), static_cast<std::int32_t>(sums.size()),
                                                alike.points, alike.blocks, static_cast<std::int32_t>(alike.partitions),
                                                static_cast<std::int32_t>(stage.kept_slots),
                                                static_cast<std::int32_t>(slot_of(stage, alike.first_block - 1))});
        commands_.launch(Kernel::retain,
                         device::RetainParams{add(retained), static_cast<std::int32_t>(retained.size()), alike.points});
        commands_.transform(alike.points, device::Direction::backward, all_made, leaves.size());
        commands_.launch(Kernel::leave, device::LeaveParams{add(leaves), count, alike.points, stage.turns});
    }

    static FrameCount slot_of(const Stage& stage, FrameCount block) {
        return block - floor_div(block, stage.kept_slots) * stage.kept_slots;
    }
    static Complex* kept(const Stage& stage, int channel, FrameCount block) {
        return stage.kept + (channel * stage.kept_slots + slot_of(stage, block)) * stage.points;
    }

    void blend(std::size_t k) {
        std::vector<device::BlendEntry> entries;
        for (const StripState& strip : region_.strips) {
            if (k >= strip.stages.size()) continue;
            const Stage& stage = strip.stages[k];
            const FrameCount in = strip.in_frame(k, chunk_.start), out = strip.out_frame(k, chunk_.start);
            for (int c = 0; c < stage.channels; ++c) {
                device::BlendEntry& entry = entries.emplace_back();
                entry.wet = stage.wet_plane(c, in - stage.delay);
                if (stage.has_dry) entry.dry = stage.input_plane(c, out);
                entry.to = plane_into(strip, k + 1, c, 0);
                entry.mix = row<float>(strip.rows[k].mix);
                entry.gain = row<float>(strip.rows[k].gain);
                entry.constant_mix = stage.constant_mix;
                entry.constant_gain = stage.constant_gain;
            }
        }
        commands_.launch(Kernel::blend,
                         device::BlendParams{add(entries), static_cast<std::int32_t>(entries.size()), chunk_.frames});
    }

    void mix() {
        std::vector<device::MixSource> sources;
        std::vector<device::MixEntry> entries;
        auto* const flags = reinterpret_cast<std::int32_t*>(output_.memory + region_.flags_at());
        for (const OutputState& output : region_.outputs)
            for (std::size_t r = 0; r < output.rows(); ++r) {
                device::MixEntry& entry = entries.emplace_back();
                entry.first_source = static_cast<std::int32_t>(sources.size());
                for (const SourceState& source : output.sources) add_sources(source, static_cast<int>(r), sources);
                entry.sources = static_cast<std::int32_t>(sources.size()) - entry.first_source;
                entry.to = reinterpret_cast<float*>(output_.memory) + (output.first_row + r) * region_.frames();
                entry.failed = flags + output.first_row + r;
            }
        commands_.zero(flags, region_.rows * sizeof(std::int32_t));
        commands_.launch(Kernel::mix, device::MixParams{add(entries), add(sources),
                                                        static_cast<std::int32_t>(entries.size()), chunk_.frames});
    }

    /// As nodes::StripBlock finds its paths.
    void add_sources(const SourceState& source, int row_of_output, std::vector<device::MixSource>& sources) {
        const StripState& strip = region_.strips[source.strip];
        if (source.gain && source.gain->is_silent()) return;
        for (int c = 0; c < strip.channels(); ++c) {
            device::MixSource made;
            made.from = plane_into(strip, strip.stages.size(), c, 0);
            made.gain = !source.gain ? (c == row_of_output ? 1.0 : 0.0) : source.gain->fold(row_of_output, c);
            if (source.gain) {
                const std::size_t side = nodes::OutputGain::row_of(row_of_output, source.gain->use());
                if (const auto& constant = source.gain->constant())
                    made.gain *= (*constant)[side];
                else
                    made.gains = row<double>(source.rows[side]);
            }
            if (made.gain != 0.0) sources.push_back(made);
        }
    }

    template <class Value>
    const Value* row(std::size_t offset) const {
        return offset == kNowhere ? nullptr : reinterpret_cast<const Value*>(input_.memory + offset);
    }
    template <class Entry>
    const Entry* add(const std::vector<Entry>& entries) {
        return commands_.add_table(std::span<const Entry>(entries));
    }

    RegionState& region_;
    const nodes::Chunk& chunk_;
    ChunkInput& input_;
    ChunkOutput& output_;
    Commands& commands_;
};

}  // namespace

void add_chunk_commands(RegionState& region, const nodes::Chunk& chunk) { ChunkBuilder(region, chunk).run(); }

WorkspaceNeed workspace_need(const RegionState& region) {
    WorkspaceNeed need;
    const std::size_t stages = stages_of(region);
    for (std::size_t k = 0; k < stages; ++k) {
        std::size_t sum = 0;
        for (const StripState& strip : region.strips) {
            if (k >= strip.stages.size()) continue;
            const Stage& stage = strip.stages[k];
            const std::size_t blocks = region.frames() / at(stage.points) + 1;
            const std::size_t numbers = 2 * at(stage.channels) * blocks * at(stage.points);
            need.least = std::max(need.least, numbers);
            sum += numbers;
        }
        need.most = std::max(need.most, sum);
    }
    return need;
}

}  // namespace dubplate::regions
