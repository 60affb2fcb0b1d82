#pragma once

/// Which sums of partials a device adds, so that one row comes down in the place of up to hundreds.
///
/// A destination adds its partials in a fixed tree (engine/nodes/sum_tree.h). Where all partials below a node come from blocks of
/// one region, the region adds them, children before parents, and the node's sum alone comes down; a partial that is
/// needed on the CPU besides (by a stem, or as part of a node that CPU and device feed) comes down too. A node whose
/// partials come down anyway is added on the CPU.
/// The tree stays as it is, and sums are the same operations on the CPU and on a device: who adds changes no bit, so that it
/// may depend on which stems are asked for.
/// Threads: a plain function.

#include "engine/graph/plan.h"

namespace dubplate::graph {

/// Of a plan that is offloaded: fills Plan::sums, puts them in the place of partials, marks partials that stay on the device
/// (PlanStream::on_device), and times the plan anew. Setups are [strip].
void sum_on_device(Plan& plan, const std::vector<nodes::StripSetup>& setups);

}  // namespace dubplate::graph
