#include "engine/graph/device_sums.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/graph/offload.h"
#include "engine/graph/plan_timing.h"
#include "engine/nodes/sum_tree.h"

namespace dubplate::graph {
namespace {

constexpr int kOnCpu = -1;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Summer {
public:
    explicit Summer(Plan& plan)
        : plan_(plan), region_of_(plan.streams.size(), kOnCpu), cpu_reads_(plan.streams.size()) {
        const std::vector<int> ranks = ranks_of(plan);
        for (std::size_t b = 0; b < plan.blocks.size(); ++b)
            if (plan.blocks[b].on_device)
                for (const PlanOutput& output : plan.blocks[b].outputs) region_of_[at(output.stream)] = ranks[b];
        for (PlanBlock& block : plan.blocks)
            for (PlanStrip& strip : block.strips) lists_.push_back({&strip.input, block.name});
        for (PlanStem& stem : plan.stems) lists_.push_back({&stem.partials, "stem " + stem.name});
    }

    void run() {
        for (List& list : lists_) find_nodes(list, 0, list.streams->size());
        drop_useless();
        for (List& list : lists_) replace(list);
        for (const PlanSum& sum : plan_.sums)
            for (const int partial : sum.partials) plan_.streams[at(partial)].on_device = cpu_reads_[at(partial)] == 0;
    }

private:
    using Partials = std::vector<int>;
    struct Part {
        std::size_t first = 0, last = 0;  // of the list
        bool is_node = false;             // of one region's partials
    };
    /// What one strip or stem reads.
    struct List {
        std::vector<int>* streams = nullptr;
        std::string reader;
        std::vector<Part> parts = {};
    };

    Partials partials(const List& list, const Part& part) const {
        return {list.streams->begin() + static_cast<std::ptrdiff_t>(part.first),
                list.streams->begin() + static_cast<std::ptrdiff_t>(part.last)};
    }

    /// The largest nodes of the tree over [first, last) that are one region's, and the partials that are left.
    void find_nodes(List& list, std::size_t first, std::size_t last) {
        if (first == last) return;
        const Part part{first, last, true};
        const int region = region_of_[at((*list.streams)[first])];
        const bool of_one = std::all_of(list.streams->begin() + static_cast<std::ptrdiff_t>(first),
                                        list.streams->begin() + static_cast<std::ptrdiff_t>(last),
                                        [&](int stream) { return region_of_[at(stream)] == region; });
        if (last - first == 1) {
            list.parts.push_back({first, last, false});
            ++cpu_reads_[at((*list.streams)[first])];
        } else if (region != kOnCpu && of_one) {
            list.parts.push_back(part);
            nodes_.insert(partials(list, part));
        } else {
            const std::size_t leaves = nodes::leaves_of_child(last - first);
            for (std::size_t begin = first; begin < last; begin += leaves)
                find_nodes(list, begin, std::min(begin + leaves, last));
        }
    }

    /// Nodes that would bring down no fewer rows than their partials. One that goes needs its partials on the CPU, where
    /// others may then be useless.
    void drop_useless() {
        for (bool changed = true; changed;) {
            changed = false;
            for (auto node = nodes_.begin(); node != nodes_.end();) {
                const auto stay = std::count_if(node->begin(), node->end(),
                                                [&](int partial) { return cpu_reads_[at(partial)] == 0; });
                if (stay > 1) {
                    ++node;
                    continue;
                }
                for (const int partial : *node) ++cpu_reads_[at(partial)];
                node = nodes_.erase(node);
                changed = true;
            }
        }
    }

    void replace(List& list) {
        std::vector<int> streams;
        for (const Part& part : list.parts) {
            Partials below = partials(list, part);
            if (!part.is_node || !nodes_.contains(below))
                streams.insert(streams.end(), below.begin(), below.end());
            else
                streams.push_back(sum_of(std::move(below), list.reader));
        }
        *list.streams = std::move(streams);
    }

    int sum_of(Partials below, const std::string& reader) {
        const auto [found, is_new] = sums_.try_emplace(below, static_cast<int>(plan_.streams.size()));
        if (is_new) {
            plan_.streams.push_back({plan_.streams[at(below.front())].channels});
            plan_.sums.push_back({"sum for " + reader, found->second, std::move(below)});
        }
        return found->second;
    }

    Plan& plan_;
    std::vector<int> region_of_;  // [stream] the rank of its region; kOnCpu
    std::vector<int> cpu_reads_;  // [stream] by how many lists, outside of nodes
    std::vector<List> lists_;
    std::set<Partials> nodes_;      // that the device adds
    std::map<Partials, int> sums_;  // their streams
};

}  // namespace

void sum_on_device(Plan& plan, const std::vector<nodes::StripSetup>& setups) {
    if (!uses_device(plan)) return;
    Summer(plan).run();
    find_leads(plan, setups);
}

}  // namespace dubplate::graph
