#pragma once

/// Which steps of a program read from which: the blocks of a plan, and the outputs added behind them.
///
/// Threads: plain values.

#include <cstddef>
#include <vector>

#include "engine/graph/plan.h"

namespace dubplate::graph {

class Dependencies {
public:
    explicit Dependencies(const Plan& plan);

    /// Adds a step that reads these streams and comes after `more` (steps already there); returns its index.
    std::size_t add(const std::vector<int>& streams, std::vector<std::size_t> more);

    /// [step] the steps it reads from: ascending, each once, all earlier in the list. Blocks come first, in plan order.
    const std::vector<std::vector<std::size_t>>& after() const { return after_; }

private:
    std::vector<std::size_t> writer_of_;  // [stream]
    std::vector<std::vector<std::size_t>> after_;
};

}  // namespace dubplate::graph
