#include "engine/render/parallelism.h"

#include <cassert>
#include <limits>

#include "engine/graph/dependencies.h"
#include "engine/graph/simulation.h"
#include "engine/render/window.h"

namespace dubplate::render {

Parallelism parallelism_of(const graph::Plan& plan, const std::vector<OutputFile>& outputs, const StepCosts& costs,
                           bool has_residual, bool detects_end, FrameCount chunks, const std::vector<int>& threads) {
    assert(costs.block_seconds.size() == plan.blocks.size() && costs.output_seconds.size() == outputs.size());
    graph::Dependencies dependencies(plan);
    std::vector<double> seconds = costs.block_seconds;
    const auto add = [&](const std::vector<int>& streams, const std::vector<std::size_t>& more, double step_seconds) {
        seconds.push_back(step_seconds);
        return dependencies.add(streams, more);
    };
    std::vector<std::size_t> after_detector;
    if (detects_end) after_detector.push_back(add({plan.mix, plan.premaster}, {}, 0.0));
    std::vector<int> summed{plan.premaster};
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const OutputFile& output = outputs[k];
        add(output.kind == OutputKind::stem  ? plan.stems[output.stem].partials
            : output.kind == OutputKind::mix ? std::vector{plan.mix}
                                             : std::vector{plan.premaster},
            after_detector, costs.output_seconds[k]);
    }
    for (const graph::PlanStem& stem : plan.stems)
        summed.insert(summed.end(), stem.partials.begin(), stem.partials.end());
    if (has_residual) add(summed, after_detector, costs.residual_seconds);

    graph::SimulatedSteps steps{dependencies.after(), seconds, chunks, in_flight_for(std::numeric_limits<int>::max())};
    for (double& chunk_seconds : steps.seconds) chunk_seconds /= static_cast<double>(chunks);
    Parallelism result;
    result.tasks = chunks * static_cast<FrameCount>(seconds.size());
    result.work_seconds = graph::work_seconds(steps);
    result.span_seconds = graph::span_seconds(steps);
    for (const int count : threads) {
        steps.in_flight = in_flight_for(count);
        const double taken = graph::simulated_seconds(steps, count);
        result.schedules.push_back({count, taken, taken > 0.0 ? result.work_seconds / taken : 0.0});
    }
    return result;
}

}  // namespace dubplate::render
