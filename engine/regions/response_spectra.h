#pragma once

/// The spectra of a response as devices multiply them: complex transforms of whole partitions modulo X^P - i, made in
/// float64 and rounded once (kernels/cpu/block_transform.h says what that is).
///
/// Shapes: [partition][P], P points each, with the transforms' scale of 1 / P taken in. Threads: plain functions.

#include <span>
#include <vector>

#include "kernels/device/kernels.h"

namespace dubplate::regions {

std::vector<device::Complex> response_spectra(std::span<const float> response, int points);

/// exp(pi i j / 2P), what blocks are multiplied by on their way there, [P].
std::vector<device::Complex> block_turns(int points);

}  // namespace dubplate::regions
