#pragma once

/// The kernels whose speed depends on the instruction set, compiled once for each: x86-64-v3 and x86-64-v4.
///
/// Both sets are made from the same sources (kernels/CMakeLists.txt lists them), with Packs of 32 or of 64 bytes
/// (kernels/cpu/pack.h) and the same bits. The v4 set is linked into one object in which everything but kKernelsV4 is
/// local, so that none of its inline functions is ever taken for one of the same name that must run on any x86-64-v3.
/// In return those sources
/// * have no constructors that run at start: nothing of the v4 set runs before it is chosen;
/// * hold no state of the process (FFTW's plans are kept in fft.cpp, which is in no set);
/// * pass no Pack to a source outside the set.

#include <span>

#include "kernels/cpu/block_functions.h"
#include "kernels/cpu/isa.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels {

struct KernelSet {
    std::span<const ProcessorKind* const> processors;
    const BlockFunctions* blocks;
};

extern const KernelSet kKernelsV3, kKernelsV4;
/// Those of the set this source is part of.
extern const BlockFunctions kBlockFunctions;

/// nullptr: this build holds no such set. It may be more than this processor can run.
const KernelSet* kernel_set(Isa isa);

}  // namespace dubplate::kernels
