#include "engine/graph/sum_blocks.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/graph/offload.h"

namespace dubplate::graph {
namespace {

constexpr int kPlaces = 16;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// Strip that a strip's output goes to; -1 for the master.
std::vector<int> destinations(const session::Session& session, const Routing& routing) {
    std::vector<int> output_of(session.strips.size(), -1);
    for (const auto& feeds : routing.feeds)
        for (const Feed& feed : feeds)
            if (feed.send < 0) output_of[at(feed.from)] = feed.to;
    return output_of;
}

/// Of a block's places. Convolutions gain nothing from lanes, take much longer than other inserts, and a step is one
/// thread's: a bus or return that convolves stands alone, tracks that do come by eight channels.
int places_of(const session::Strip& strip, const nodes::StripSetup& setup, const Unit& unit) {
    const std::vector<nodes::InsertSetup>& inserts = setup.inserts;
    for (int k = unit.first; k < unit.last && at(k) < inserts.size(); ++k)
        if (inserts[at(k)].impulse && !inserts[at(k)].bypass)
            return strip.kind == session::StripKind::track ? std::min(2 * strip.layout.channels, kPlaces) : kPlaces;
    return 1;
}

/// Its last insert that does anything can run on a device.
bool ends_on_device(const nodes::StripSetup& setup, const Unit& unit) {
    if (!unit.final) return false;
    for (int k = std::min(unit.last, static_cast<int>(setup.inserts.size())); k-- > unit.first;)
        if (!setup.inserts[at(k)].bypass) return runs_on_device(setup.inserts[at(k)]);
    return false;
}

}  // namespace

std::vector<SumBlock> cut_sum_blocks(const session::Session& session, const Routing& routing,
                                     const std::vector<nodes::StripSetup>& setups, CutFor cut_for) {
    struct Open {
        std::size_t block = 0;
        int room = 0;
    };
    // By level, destination, whether the strip ends there, and whether it goes to a device.
    std::map<std::tuple<int, int, bool, bool>, Open> open;
    std::vector<SumBlock> blocks;
    const std::vector<int> output_of = destinations(session, routing);
    for (std::size_t strip = 0; strip < session.strips.size(); ++strip)
        for (const int u : routing.units_of[strip]) {
            const Unit& unit = routing.units[at(u)];
            const bool goes = cut_for == CutFor::device && ends_on_device(setups[strip], unit);
            const int places = goes ? 1 : places_of(session.strips[strip], setups[strip], unit);
            Open& last = open[{unit.level, unit.final ? output_of[strip] : -1, unit.final, goes}];
            if (last.room < places) {
                last = {blocks.size(), kPlaces};
                blocks.push_back({unit.level, {}});
            }
            blocks[last.block].units.push_back(u);
            last.room -= places;
        }
    std::stable_sort(blocks.begin(), blocks.end(),
                     [](const SumBlock& a, const SumBlock& b) { return a.level < b.level; });
    return blocks;
}

}  // namespace dubplate::graph
