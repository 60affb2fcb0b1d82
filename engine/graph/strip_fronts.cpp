#include "engine/graph/strip_fronts.h"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "engine/graph/plan_timing.h"
#include "kernels/processors/cost.h"

namespace dubplate::graph {
namespace {

/// Out of the lanes of a front, through its stream and into the lanes of its strip's rest: a frame of one channel.
constexpr double kStreamNs = 0.6;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// What the inserts up to where the channels part would cost for the other channels, in nanoseconds a frame.
double saved_ns(const PlanStrip& strip, const session::Session& session, const nodes::StripSetup& setup) {
    const int channels = session.strips[at(strip.strip)].layout.channels;
    double ns = 0.0;
    for (int k = strip.first; k < setup.equal_inserts; ++k) {
        const nodes::InsertSetup& insert = setup.inserts[at(k)];
        if (insert.bypass) continue;
        const kernels::ProcessorCost cost = kernels::cost_of(*insert.kind, insert.strip_values(session.sample_rate, 1),
                                                             insert.group_size, insert.moving.size());
        ns += cost.ns_per_lane + cost.ns_per_strip;
    }
    return ns * (channels - 1);
}

}  // namespace

void StripFronts::cut(PlanStrip& strip, int begin) {
    const int channels = session_.strips[at(strip.strip)].layout.channels;
    PlanStrip front = strip;
    front.last = begin;
    front.inserts.resize(at(begin - strip.first));
    const int channels_out = setups_[at(strip.strip)].channels_at(begin, channels);
    int between = strip.entry_tap;
    if (begin > strip.first) {
        int& tap = front.inserts.back().tap_out;
        if (tap == kNoStream) {
            tap = static_cast<int>(plan_.streams.size());
            plan_.streams.push_back({channels_out});
        }
        between = tap;
        strip.invert = false;
    } else {
        front.invert = false;  // the tap is of what enters, before polarity
    }
    strip.inserts.erase(strip.inserts.begin(), strip.inserts.begin() + (begin - strip.first));
    strip.first = begin;
    strip.from_clips = false;
    strip.entry_tap = kNoStream;
    strip.input = {between};
    if (room_ < channels_out) {
        room_ = kernels::kMaxLanes;
        fronts_.emplace_back();
    }
    room_ -= channels_out;
    fronts_.back().strips.push_back(std::move(front));
}

std::vector<PlanBlock> StripFronts::take(const std::string& stem) {
    room_ = 0;
    for (PlanBlock& front : fronts_) {
        front.stem = stem;
        front.name = name_of_strips(session_, front);
    }
    return std::exchange(fronts_, {});
}

void cut_where_channels_part(Plan& plan, const session::Session& session,
                             const std::vector<nodes::StripSetup>& setups) {
    StripFronts fronts(plan, session, setups);
    std::vector<std::size_t> readers;  // [front] the first block that reads of it
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        if (plan.blocks[b].on_device) continue;
        for (PlanStrip& strip : plan.blocks[b].strips) {
            const nodes::StripSetup& setup = setups[at(strip.strip)];
            if (!strip.from_clips || setup.equal_inserts <= strip.first || setup.equal_inserts >= strip.last ||
                saved_ns(strip, session, setup) <= kStreamNs)
                continue;
            fronts.cut(strip, setup.equal_inserts);
            readers.resize(fronts.size(), b);
        }
    }
    if (readers.empty()) return;
    std::vector<PlanBlock> made = fronts.take(), blocks;
    std::size_t next = 0;
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        for (; next < made.size() && readers[next] == b; ++next) {
            made[next].name += ", as one channel";
            blocks.push_back(std::move(made[next]));
        }
        blocks.push_back(std::move(plan.blocks[b]));
    }
    plan.blocks = std::move(blocks);
    find_leads(plan, setups);
}

std::string name_of_strips(const session::Session& session, const PlanBlock& block) {
    const std::vector<PlanStrip>& strips = block.strips;
    const std::string& first = session.strips[at(strips.front().strip)].name;
    const std::string& last = session.strips[at(strips.back().strip)].name;
    return (block.stem.empty() ? "" : "stem " + block.stem + ": ") +
           (strips.size() == 1   ? first
            : strips.size() == 2 ? fmt::format("{}, {}", first, last)
                                 : fmt::format("{} .. {} ({} strips)", first, last, strips.size()));
}

}  // namespace dubplate::graph
