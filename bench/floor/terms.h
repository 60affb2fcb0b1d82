#pragma once

/// The least that a reference session costs on this machine: pieces measured alone, times how often they are needed.
///
/// Each term stands twice: by the project's own body alone, its data in the cache, and by arithmetic or memory alone
/// (operations over the throughput of multiply-adds, bytes over bandwidths), which nothing can undercut that does the
/// same operations. Core-seconds; on t threads a render takes at least their sum over t.

#include <string>
#include <vector>

#include "bench/floor/machine_bounds.h"
#include "bench/floor/pieces.h"

namespace dubplate::bench {

struct SessionSize {
    int tracks = 128;
    int seconds = 180;
};

struct Term {
    std::string id;
    std::string words;
    double samples = 0;    ///< how often
    double ns = 0;         ///< each, by our own body
    double bound_ns = 0;   ///< each, by arithmetic or memory
    bool promise = false;  ///< what other programs do not do: hashes

    double core_seconds() const { return samples * ns * 1e-9; }
    double bound_core_seconds() const { return samples * bound_ns * 1e-9; }
};

std::vector<Term> floor_terms(const SessionSize& size, const Pieces& pieces, const MachineBounds& bounds);

}  // namespace dubplate::bench
