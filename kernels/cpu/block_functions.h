#pragma once

/// What the engine computes outside of processors, in the instruction set that runs (kernels/kernel_set.h).
///
/// Each is declared, with shapes and rules, in the header named beside it; sources that are part of a set call it there.

#include <span>

#include "kernels/cpu/mix.h"

namespace dubplate::kernels {

struct BlockFunctions {
    /// kernels/cpu/mix.h
    bool (*mix)(std::span<const MixTerm> terms, int frames, std::span<float* const> out);
    void (*sum_planes)(std::span<const float* const> planes, int frames, float* out);
    /// kernels/cpu/transpose.h
    void (*planes_to_lanes)(int width, const float* const* planes, int frames, int lanes, float* audio);
    void (*lanes_to_planes)(int width, const float* audio, int frames, int lanes, float* const* planes);
};

/// Those of the chosen set.
const BlockFunctions& block_functions();

}  // namespace dubplate::kernels
