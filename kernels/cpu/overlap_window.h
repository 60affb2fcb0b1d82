#pragma once

/// The window of blocks that overlap by half (moving_convolver.h): sin^2, of which two that are length / 2 apart sum to 1.
///
/// `length` is even. Threads: a plain function.

#include "kernels/cpu/aligned.h"

namespace dubplate::kernels {

AlignedVector<float> overlap_window(int length);

}  // namespace dubplate::kernels
