#pragma once

/// The shape of the trees in which destinations add their partials: sixteen neighbours a node, level by level.
///
/// It follows from the number of leaves alone, so that whoever adds them, all at once or a node here and a node elsewhere, gets
/// the same bits: terms in order, float64 inside a node, rounded to float32 once a node.

#include <cstddef>

#include "kernels/processors/processor.h"

namespace dubplate::nodes {

inline constexpr std::size_t kFanIn = kernels::kMaxLanes;

/// How many leaves each child of a node of `leaves` (at least 2) covers, the last one what is left: a power of sixteen.
constexpr std::size_t leaves_of_child(std::size_t leaves) {
    std::size_t covered = 1;
    while (covered * kFanIn < leaves) covered *= kFanIn;
    return covered;
}

}  // namespace dubplate::nodes
