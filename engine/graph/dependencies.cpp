#include "engine/graph/dependencies.h"

#include <algorithm>

namespace dubplate::graph {

Dependencies::Dependencies(const Plan& plan) : Dependencies(plan.streams.size()) {
    for (const PlanStep& step : plan.steps) add(streams_of(step.reads), {}, streams_of(step.writes));
}

std::size_t Dependencies::add(const std::vector<int>& reads, std::vector<std::size_t> more,
                              const std::vector<int>& writes) {
    const std::size_t index = after_.size();
    for (const int s : reads)
        if (const std::size_t writer = writer_of_[static_cast<std::size_t>(s)]; writer != kNobody)
            more.push_back(writer);
    std::sort(more.begin(), more.end());
    more.erase(std::unique(more.begin(), more.end()), more.end());
    after_.push_back(std::move(more));
    for (const int s : writes) writer_of_[static_cast<std::size_t>(s)] = index;
    return index;
}

std::vector<int> streams_of(const std::vector<StreamUse>& uses) {
    std::vector<int> streams;
    for (const StreamUse& use : uses) streams.push_back(use.stream);
    return streams;
}

}  // namespace dubplate::graph
