#include "engine/graph/dependencies.h"

#include <algorithm>
#include <cassert>

namespace dubplate::graph {

Dependencies::Dependencies(const Plan& plan) : writer_of_(plan.streams.size(), 0) {
    for (std::size_t b = 0; b < plan.blocks.size(); ++b)
        for (const StreamUse& use : plan.steps[b].writes) writer_of_[static_cast<std::size_t>(use.stream)] = b;
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
        // A strip that keys itself reads what its own step has just written.
        std::vector<int> streams;
        for (const StreamUse& use : plan.steps[b].reads)
            if (writer_of_[static_cast<std::size_t>(use.stream)] != b) streams.push_back(use.stream);
        add(streams, {});
    }
}

std::size_t Dependencies::add(const std::vector<int>& streams, std::vector<std::size_t> more) {
    for (const int s : streams) more.push_back(writer_of_[static_cast<std::size_t>(s)]);
    std::sort(more.begin(), more.end());
    more.erase(std::unique(more.begin(), more.end()), more.end());
    assert(more.empty() || more.back() < after_.size());
    after_.push_back(std::move(more));
    return after_.size() - 1;
}

}  // namespace dubplate::graph
