#pragma once

/// Products of spectra: those that a batch of blocks needs of one part (block_transform.h, partitioned_convolver.h).
///
/// Shapes: a row is one part of one block's or one partition's spectrum, [bin][re, im], on a cache line.
/// Threads: pure functions of what they are given. Determinism: terms in their order, partitions in theirs.

#include <cstddef>
#include <vector>

namespace dubplate::kernels {

struct BinProducts {
    /// An input through a response: partition k meets, in block t of B, row k + B - 1 - t of its input. Partitions before
    /// `first` and from `last` on meet nothing but zeros.
    struct Term {
        std::size_t input = 0;            ///< where its newest block stands in `inputs`
        const float* response = nullptr;  ///< [partition][stride]
        std::size_t first = 0, last = 0;
    };
    /// An output: the sum of terms [first_term, last_term).
    struct Sum {
        std::size_t first_term = 0, last_term = 0;
        float* to = nullptr;  ///< [block][stride]
    };

    std::size_t floats = 0;            ///< of a row, a multiple of 16
    std::size_t stride = 0;            ///< from row to row of responses and of sums
    std::vector<const float*> inputs;  ///< rows, [input][age], the newest block first
    std::vector<Term> terms;
    std::vector<Sum> sums;
};

/// For `blocks` blocks, 1 or 4.
void multiply(const BinProducts& products, int blocks);

}  // namespace dubplate::kernels
