#pragma once

/// How far each step of a plan runs ahead, and where in time it uses each stream.
///
/// A step's lead is what its readers need of it: the longest latency downstream. All offsets and leads are multiples of
/// 64 frames. Threads: a plain function.

#include "engine/graph/plan.h"

namespace dubplate::graph {

/// Fills plan.steps, plan.longest_lead and the leads of plan.sums from plan.blocks, whatever they were. Setups are [strip].
void find_leads(Plan& plan, const std::vector<nodes::StripSetup>& setups);

}  // namespace dubplate::graph
