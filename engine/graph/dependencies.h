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
    explicit Dependencies(std::size_t streams) : writer_of_(streams, kNobody) {}
    /// Of the blocks of a plan, in plan order.
    explicit Dependencies(const Plan& plan);

    /// Adds a step that reads and writes these streams and comes after `more` (steps already there); returns its index.
    /// Writers are added before those who read from them; what a step itself writes it may read.
    std::size_t add(const std::vector<int>& reads, std::vector<std::size_t> more, const std::vector<int>& writes = {});

    /// [step] the steps it reads from: ascending, each once, all earlier in the list.
    const std::vector<std::vector<std::size_t>>& after() const { return after_; }

private:
    static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
    std::vector<std::size_t> writer_of_;  // [stream]
    std::vector<std::vector<std::size_t>> after_;
};

/// The streams that are used.
std::vector<int> streams_of(const std::vector<StreamUse>& uses);

}  // namespace dubplate::graph
