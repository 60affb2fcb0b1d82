#pragma once

/// Which blocks of a plan run on a device.
///
/// A block goes there with its sums: its strips' last inserts that a device can run, faders, pans and partials. What stands
/// before them becomes blocks of their own on the CPU, whose taps the device's block reads. Which strips are summed
/// together, in which order, stays as it was in the plan, which is one that was made for a device (CutFor::device).
///
/// The rule: blocks that need nothing of each other (equally far from the plan's sources) go together or not at all, by what
/// their convolutions would cost on a CPU. Its constants stand in the source, so that bits depend on the session and on
/// whether a device is used, never on which one or on measurements. On the twin everything goes that can: tests of small
/// sessions are to meet it.
/// Threads: a plain function.

#include "engine/graph/plan.h"

namespace dubplate::graph {

/// What blocks of one depth must cost a CPU to go to a device, in nanoseconds a frame: about four channels of 3 s.
inline constexpr double kWorthwhileNs = 20.0;

/// Marks blocks (PlanBlock::on_device), cuts what stands before them off, and times the plan anew. Setups are [strip].
void offload(Plan& plan, const session::Session& session, const std::vector<nodes::StripSetup>& setups,
             double worthwhile_ns = kWorthwhileNs);

/// Whether offload() may find something: never false where it does. Designs no responses.
bool may_be_worthwhile(const session::Session& session, const std::vector<nodes::StripSetup>& setups,
                       double worthwhile_ns);

bool uses_device(const Plan& plan);

/// How far each block is from those that read nothing: [block].
std::vector<int> depths_of(const Plan& plan);

/// An order in which regions can run: [block] a rank that is above those of all it reads from, or, of two blocks of the CPU,
/// not below. Blocks of a device have odd ranks, of which each is a region: they need nothing of each other, and there are
/// no fewer regions than blocks of a device on any way.
std::vector<int> ranks_of(const Plan& plan);

/// Whether a device can run an insert: a convolution whose response stays or moves from block to block, or what lets
/// everything pass.
bool runs_on_device(const nodes::InsertSetup& insert);

}  // namespace dubplate::graph
