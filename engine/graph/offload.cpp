#include "engine/graph/offload.h"

#include <algorithm>

#include "engine/graph/plan_timing.h"
#include "engine/graph/strip_fronts.h"
#include "kernels/processors/fixed_convolution.h"

namespace dubplate::graph {
namespace {

/// Nanoseconds of one core for a frame: a channel's transforms there and back, and each partition of a path's response.
/// From bench/RESULTS.md, rounded; the rule only needs to tell a lone short filter from rooms on many strips.
constexpr double kTransformsNs = 2.5, kPartitionNs = 0.3;
constexpr double kShortestPartition = 1024.0;  // of kernels::partitioning_of()
/// The same of a channel whose responses move: blocks that overlap by half and are as long as the response make four times
/// the transforms and products, less what the responses cost on their way up. Their design stays on the CPU.
constexpr double kMovingNs = 8.0;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

bool passes(const nodes::InsertSetup& insert) { return insert.bypass && insert.latency_frames == 0; }

/// Whether its responses do.
bool moves(const nodes::InsertSetup& insert) {
    return std::any_of(insert.moving.begin(), insert.moving.end(),
                       [](const nodes::MovingParameter& moving) { return moving.motion != Motion::per_frame; });
}

double cpu_ns(const nodes::InsertSetup& insert, double sample_rate, int channels) {
    if (passes(insert)) return 0.0;
    if (moves(insert)) return kMovingNs * channels;
    const auto form = insert.kind->fixed_convolution(insert.strip_values(sample_rate, channels));
    const auto partitioning = kernels::partitioning_of(static_cast<FrameCount>(form.responses->front().size()));
    return kTransformsNs * channels +
           kPartitionNs * static_cast<double>(partitioning.partitions) * static_cast<double>(form.paths.size());
}

/// At least cpu_ns(), without a response that is designed.
double most_cpu_ns(const nodes::InsertSetup& insert, int channels) {
    if (passes(insert)) return 0.0;
    if (moves(insert)) return kMovingNs * channels;
    double partitions = 0.0, paths = channels;
    if (insert.impulse) {
        partitions = static_cast<double>(kernels::partitioning_of(insert.impulse->frames()).partitions);
        paths = std::max(paths, static_cast<double>(insert.impulse->channels.size()));
    } else {
        // Of a response that is designed: no longer than what comes in late and what comes out after, in short partitions.
        partitions = static_cast<double>(insert.latency_frames + insert.tail.frames) / kShortestPartition + 1.0;
        paths *= channels;
    }
    return kTransformsNs * channels + kPartitionNs * partitions * paths;
}

bool is_copy(const PlanBlock& block) { return block.strips.front().copy; }

class Offloader {
public:
    Offloader(Plan& plan, const session::Session& session, const std::vector<nodes::StripSetup>& setups,
              double worthwhile_ns)
        : plan_(plan), session_(session), setups_(setups), worthwhile_ns_(worthwhile_ns) {}

    void run() {
        const std::vector<int> depths = depths_of(plan_);
        std::vector<double> cost(plan_.blocks.size() + 1), block_costs;
        for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
            block_costs.push_back(block_ns(plan_.blocks[b]));
            if (!is_copy(plan_.blocks[b])) cost[at(depths[b])] += block_costs[b];
        }
        std::vector<PlanBlock> blocks;
        std::vector<bool> strip_goes(session_.strips.size());
        for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
            PlanBlock& block = plan_.blocks[b];
            // A stem's copies go where the mix's strips go, whatever other stems are asked for.
            bool goes = block_costs[b] > 0.0;
            if (is_copy(block))
                goes = goes && std::any_of(block.strips.begin(), block.strips.end(),
                                           [&](const PlanStrip& strip) { return strip_goes[at(strip.strip)]; });
            else
                goes = goes && cost[at(depths[b])] >= worthwhile_ns_;
            if (goes) {
                for (const PlanStrip& strip : block.strips) strip_goes[at(strip.strip)] = true;
                cut_front(block, blocks);
            }
            blocks.push_back(std::move(block));
        }
        plan_.blocks = std::move(blocks);
        find_leads(plan_, setups_);
        cut_where_channels_part(plan_, session_, setups_);
    }

private:
    /// Where the strip's inserts begin that a device can run to its end.
    int device_begin(const PlanStrip& strip) const {
        int first = strip.last;
        for (; first > strip.first; --first) {
            const PlanInsertStreams& streams = strip.inserts[at(first - 1 - strip.first)];
            const bool tapped_within = streams.tap_out != kNoStream && first < strip.last;
            if (tapped_within || streams.key != kNoStream || streams.gain_in != kNoStream ||
                streams.gain_out != kNoStream || !runs_on_device(setups_[at(strip.strip)].inserts[at(first - 1)]))
                break;
        }
        return first;
    }

    double block_ns(const PlanBlock& block) const {
        double sum = 0.0;
        for (const PlanStrip& strip : block.strips)
            for (int k = device_begin(strip); k < strip.last; ++k)
                sum += cpu_ns(setups_[at(strip.strip)].inserts[at(k)], session_.sample_rate, channels_of(strip));
        return sum;
    }

    int channels_of(const PlanStrip& strip) const { return session_.strips[at(strip.strip)].layout.channels; }

    /// What of the block's strips stands before a device's inserts goes to blocks before it.
    void cut_front(PlanBlock& block, std::vector<PlanBlock>& blocks) {
        block.on_device = true;
        StripFronts cut(plan_, session_, setups_);
        for (PlanStrip& strip : block.strips) {
            const int begin = device_begin(strip);
            if (begin > strip.first || strip.entry_tap != kNoStream) cut.cut(strip, begin);
        }
        for (PlanBlock& front : cut.take(block.stem)) {
            front.name += ", up to the device";
            blocks.push_back(std::move(front));
        }
    }

    Plan& plan_;
    const session::Session& session_;
    const std::vector<nodes::StripSetup>& setups_;
    double worthwhile_ns_;
};

/// [block] what `next` makes of the block and the highest value among those it reads from, -1 where it reads from none.
template <class Next>
std::vector<int> along_the_ways(const Plan& plan, Next next) {
    std::vector<int> of_stream(plan.streams.size(), -1), values;
    const std::vector<const PlanSum*> sum_of = sums_of_streams(plan);
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        int before = -1;
        for (const StreamUse& use : plan.steps[b].reads) {
            before = std::max(before, of_stream[at(use.stream)]);
            if (const PlanSum* sum = sum_of[at(use.stream)])
                for (const int partial : sum->partials) before = std::max(before, of_stream[at(partial)]);
        }
        values.push_back(next(plan.blocks[b], before));
        for (const StreamUse& use : plan.steps[b].writes) of_stream[at(use.stream)] = values.back();
    }
    return values;
}

}  // namespace

bool runs_on_device(const nodes::InsertSetup& insert) {
    if (passes(insert)) return true;
    return !insert.bypass && insert.kind->fixed_convolution && (!moves(insert) || insert.kind->moving_responses);
}

bool may_be_worthwhile(const session::Session& session, const std::vector<nodes::StripSetup>& setups,
                       double worthwhile_ns) {
    double sum = 0.0;
    bool any = false;
    for (std::size_t strip = 0; strip < setups.size(); ++strip)
        for (const nodes::InsertSetup& insert : setups[strip].inserts) {
            if (insert.bypass || !runs_on_device(insert)) continue;
            any = true;
            sum += most_cpu_ns(insert, session.strips[strip].layout.channels);
        }
    return any && sum >= worthwhile_ns;
}

bool uses_device(const Plan& plan) {
    return std::any_of(plan.blocks.begin(), plan.blocks.end(), [](const PlanBlock& block) { return block.on_device; });
}

std::vector<int> depths_of(const Plan& plan) {
    return along_the_ways(plan, [](const PlanBlock&, int before) { return before + 1; });
}

std::vector<int> ranks_of(const Plan& plan) {
    return along_the_ways(plan, [](const PlanBlock& block, int before) {
        const int least = std::max(before, 0) + 1;
        return block.on_device ? least | 1 : least & ~1;
    });
}

void offload(Plan& plan, const session::Session& session, const std::vector<nodes::StripSetup>& setups,
             double worthwhile_ns) {
    Offloader(plan, session, setups, worthwhile_ns).run();
}

}  // namespace dubplate::graph
