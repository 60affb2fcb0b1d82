#pragma once

/// Roots of unity for block_transform.h, which is compiled once for each instruction set and so keeps no tables itself.

#include "kernels/cpu/aligned.h"

namespace dubplate::kernels {

/// Of a part's points: exp(pi i point (1 - 4 part) / (2 frames)).
struct BlockRoots {
    static constexpr int kRun = 16;
    AlignedVector<double> precise;  // [point / kRun][part][re, im][kRun]
    AlignedVector<float> rounded;   // the same
};

/// `frames` a power of two, cut into `parts`, always the same number for the same frames. Made on first use, kept for the
/// process's life. Threads: from anywhere, at once.
const BlockRoots& block_roots(int frames, int parts);

}  // namespace dubplate::kernels
