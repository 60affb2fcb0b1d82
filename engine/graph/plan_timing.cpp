#include "engine/graph/plan_timing.h"

#include <algorithm>

namespace dubplate::graph {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

void find_leads(Plan& plan, const std::vector<nodes::StripSetup>& setups) {
    const std::size_t count = plan.blocks.size();
    plan.steps.assign(count, {});
    plan.longest_lead = 0;
    for (std::size_t b = 0; b < count; ++b) {
        PlanStep& step = plan.steps[b];
        for (const PlanStrip& strip : plan.blocks[b].strips) {
            const nodes::StripSetup& setup = setups[at(strip.strip)];
            const FrameCount whole = setup.latency_frames(strip.first, strip.last);
            for (const int stream : strip.input) step.reads.push_back({stream, whole});
            if (strip.entry_tap != kNoStream) step.writes.push_back({strip.entry_tap, whole});
            for (int k = strip.first; k < strip.last; ++k) {
                const PlanInsertStreams& streams = strip.inserts[at(k - strip.first)];
                const FrameCount before = setup.latency_frames(k, strip.last),
                                 after = setup.latency_frames(k + 1, strip.last);
                if (streams.key != kNoStream) step.reads.push_back({streams.key, before});
                if (streams.gain_in != kNoStream) step.reads.push_back({streams.gain_in, after});
                if (streams.gain_out != kNoStream) step.writes.push_back({streams.gain_out, after});
                if (streams.tap_out != kNoStream) step.writes.push_back({streams.tap_out, after});
            }
        }
        for (const PlanOutput& output : plan.blocks[b].outputs) step.writes.push_back({output.stream, 0});
    }
    // Backwards: a step's lead is what its readers need of it.
    std::vector<FrameCount> needed(plan.streams.size(), 0);
    const std::vector<const PlanSum*> sum_of = sums_of_streams(plan);
    const auto need = [&](int stream, FrameCount lead) {
        needed[at(stream)] = std::max(needed[at(stream)], lead);
        if (const PlanSum* sum = sum_of[at(stream)])
            for (const int partial : sum->partials) needed[at(partial)] = std::max(needed[at(partial)], lead);
    };
    for (std::size_t b = count; b-- > 0;) {
        PlanStep& step = plan.steps[b];
        for (const StreamUse& use : step.writes) step.lead = std::max(step.lead, needed[at(use.stream)] - use.offset);
        for (const StreamUse& use : step.reads) need(use.stream, step.lead + use.offset);
        for (const StreamUse& use : step.writes)
            plan.longest_lead = std::max(plan.longest_lead, step.lead + use.offset);
        for (const StreamUse& use : step.reads) plan.longest_lead = std::max(plan.longest_lead, step.lead + use.offset);
        for (const PlanStrip& strip : plan.blocks[b].strips)
            plan.longest_lead = std::max(plan.longest_lead,
                                         step.lead + setups[at(strip.strip)].latency_frames(strip.first, strip.last));
    }
    for (PlanSum& sum : plan.sums) sum.lead = needed[at(sum.stream)];
}

}  // namespace dubplate::graph
