#pragma once

/// The spectra of a response as devices multiply them: complex transforms of whole partitions modulo X^P - i, made in
/// float64 and rounded once (kernels/cpu/block_transform.h says what that is).
///
/// Shapes: [partition][P], P points each, with the transforms' scale of 1 / P taken in. Threads: plain functions.

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/device/kernels.h"

namespace dubplate::regions {

/// exp(pi i j / 2P), what blocks are multiplied by on their way there.
struct BlockTurns {
    explicit BlockTurns(int points);
    int points() const { return static_cast<int>(turns.size() / 2); }
    /// [P]
    std::vector<device::Complex> rounded() const;

    std::vector<double> turns;  ///< [P][re, im]
};

/// How many numbers a response of so many frames makes.
std::size_t spectra_size(std::size_t frames, int points);
/// `to`: so many.
void response_spectra(std::span<const float> response, const BlockTurns& turns, std::span<device::Complex> to);

}  // namespace dubplate::regions
