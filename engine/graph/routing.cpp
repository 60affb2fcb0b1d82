#include "engine/graph/routing.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <set>

namespace dubplate::graph {
namespace {

using session::Session;
using session::Strip;
using session::StripKind;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// A dependency between units, with words for the message that names a cycle.
struct Edge {
    int to = 0;
    std::string words;
};

struct UnitGraph {
    std::vector<Unit> units;
    std::vector<std::vector<int>> units_of;  // [strip]
    std::vector<std::vector<Edge>> next;     // [unit]
};

class Router {
public:
    explicit Router(const Session& session) : session_(session) {
        for (std::size_t i = 0; i < session.strips.size(); ++i)
            index_.emplace(session.strips[i].name, static_cast<int>(i));
    }

    Result<Routing> run() {
        const std::size_t count = session_.strips.size();
        routing_.enabled.resize(count);
        routing_.feeds.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            routing_.enabled[i] = !session_.strips[i].disabled || session_.strips[i].kind == StripKind::master;
            if (session_.strips[i].kind == StripKind::master) routing_.master = static_cast<int>(i);
        }
        for (std::size_t i = 0; i < count; ++i)
            if (auto ok = resolve(static_cast<int>(i)); !ok) return fail(ok.error());
        find_sounding();

        UnitGraph whole = build_units({});
        if (!order(whole).empty()) {
            std::map<int, std::set<int>> cuts;
            for (const KeyFeed& key : routing_.keys) {
                const int position = Routing::inserts_before(session_, key);
                const int inserts = static_cast<int>(session_.strips[at(key.from)].inserts.size());
                if (position < inserts) cuts[key.from].insert(position);
            }
            whole = build_units(cuts);
            if (const std::vector<int> ring = order(whole); !ring.empty()) return cycle(whole, ring);
        }
        routing_.units_of = std::move(whole.units_of);
        routing_.units = std::move(whole.units);
        sort_units();
        return std::move(routing_);
    }

private:
    Result<int> find(const std::string& name, const session::Place& place) {
        const auto found = index_.find(name);
        if (found == index_.end())
            return fail(ErrorCode::not_found, fmt::format("there is no strip '{}'", name),
                        session::locate(session_, place));
        return found->second;
    }

    Result<void> resolve(int i) {
        const Strip& strip = session_.strips[at(i)];
        if (!routing_.enabled[at(i)]) return {};
        if (strip.kind != StripKind::master) {
            int output = routing_.master;
            if (!strip.output.empty()) {
                const auto found = find(strip.output, strip.place);
                if (!found) return fail(found.error());
                output = *found;
            }
            if (session_.strips[at(output)].kind == StripKind::track)
                return fail(ErrorCode::bad_argument,
                            fmt::format("'{}' cannot send its output to the track '{}'", strip.name, strip.output),
                            session::locate(session_, strip.place));
            if (routing_.enabled[at(output)]) routing_.feeds[at(output)].push_back({i, -1, output});
        }
        for (std::size_t s = 0; s < strip.sends.size(); ++s) {
            const auto to = find(strip.sends[s].to, strip.sends[s].place);
            if (!to) return fail(to.error());
            if (session_.strips[at(*to)].kind == StripKind::track)
                return fail(ErrorCode::bad_argument,
                            fmt::format("'{}' cannot send to the track '{}'", strip.name, strip.sends[s].to),
                            session::locate(session_, strip.sends[s].place));
            if (routing_.enabled[at(*to)]) routing_.feeds[at(*to)].push_back({i, static_cast<int>(s), *to});
        }
        for (std::size_t k = 0; k < strip.inserts.size(); ++k) {
            if (!strip.inserts[k].key) continue;
            const session::Key& key = *strip.inserts[k].key;
            const auto from = find(key.strip, key.place);
            if (!from) return fail(from.error());
            if (key.tap == session::Tap::insert &&
                (key.insert < 0 || at(key.insert) >= session_.strips[at(*from)].inserts.size()))
                return fail(ErrorCode::bad_argument, fmt::format("'{}' has no insert {}", key.strip, key.insert),
                            session::locate(session_, key.place));
            if (routing_.enabled[at(*from)])
                routing_.keys.push_back({*from, key.tap, key.insert, i, static_cast<int>(k)});
        }
        return {};
    }

    /// Solo in place: where anything is soloed, only what feeds it, is fed by it, or is safe sounds.
    void find_sounding() {
        const std::size_t count = session_.strips.size();
        bool soloing = false;
        std::vector<bool> kept(count, false);
        for (std::size_t i = 0; i < count; ++i)
            if (routing_.enabled[i] && session_.strips[i].solo) soloing = kept[i] = true;
        if (soloing) {
            const std::vector<bool> soloed = kept;
            // Upstream through outputs: soloing a bus keeps what it is made of. Downstream through outputs and sends:
            // what a soloed strip feeds must pass it on.
            std::vector<bool> above = soloed, below = soloed;
            for (bool grown = true; grown;) {
                grown = false;
                for (std::size_t to = 0; to < count; ++to)
                    for (const Feed& feed : routing_.feeds[to]) {
                        if (above[to] && feed.send < 0 && !above[at(feed.from)]) above[at(feed.from)] = grown = true;
                        if (below[at(feed.from)] && !below[to]) below[to] = grown = true;
                    }
                for (std::size_t i = 0; i < count; ++i)
                    if (above[i] && !below[i]) below[i] = grown = true;
            }
            for (std::size_t i = 0; i < count; ++i) kept[i] = above[i] || below[i] || session_.strips[i].solo_safe;
        }
        routing_.sounds.resize(count);
        for (std::size_t i = 0; i < count; ++i)
            routing_.sounds[i] = routing_.enabled[i] && !session_.strips[i].mute &&
                                 (!soloing || kept[i] || static_cast<int>(i) == routing_.master);
    }

    UnitGraph build_units(const std::map<int, std::set<int>>& cuts) {
        UnitGraph graph;
        const int count = static_cast<int>(session_.strips.size());
        graph.units_of.resize(at(count));
        for (int i = 0; i < count; ++i) {
            if (!routing_.enabled[at(i)]) continue;
            const int inserts = static_cast<int>(session_.strips[at(i)].inserts.size());
            int first = 0;
            if (const auto found = cuts.find(i); found != cuts.end())
                for (const int position : found->second) {
                    graph.units_of[at(i)].push_back(static_cast<int>(graph.units.size()));
                    graph.units.push_back({i, first, position, false, 0});
                    first = position;
                }
            graph.units_of[at(i)].push_back(static_cast<int>(graph.units.size()));
            graph.units.push_back({i, first, inserts, true, 0});
        }
        graph.next.resize(graph.units.size());
        for (int i = 0; i < count; ++i) {
            const auto& units = graph.units_of[at(i)];
            for (std::size_t k = 1; k < units.size(); ++k) graph.next[at(units[k - 1])].push_back({units[k], ""});
            for (const Feed& feed : routing_.feeds[at(i)])
                graph.next[at(graph.units_of[at(feed.from)].back())].push_back(
                    {units.front(), feed.send < 0 ? "feeds" : "sends to"});
        }
        for (const KeyFeed& key : routing_.keys) {
            const int position = Routing::inserts_before(session_, key);
            const int from = unit_ending_at(graph, key.from, position, key.tap == session::Tap::post_fader);
            const int to = unit_holding(graph, key.to, key.insert);
            // Inside one unit a strip may key itself from an earlier point of its own chain.
            if (from == to && position <= key.insert && key.tap != session::Tap::post_fader) continue;
            graph.next[at(from)].push_back({to, fmt::format("keys insert {} of", key.insert + 1)});
        }
        return graph;
    }

    static int unit_holding(const UnitGraph& graph, int strip, int insert) {
        for (const int unit : graph.units_of[at(strip)])
            if (insert >= graph.units[at(unit)].first && insert < graph.units[at(unit)].last) return unit;
        return graph.units_of[at(strip)].back();
    }

    /// The unit whose evaluation makes the audio after `position` inserts.
    static int unit_ending_at(const UnitGraph& graph, int strip, int position, bool post_fader) {
        const auto& units = graph.units_of[at(strip)];
        if (!post_fader)
            for (const int unit : units)
                if (position <= graph.units[at(unit)].last) return unit;
        return units.back();
    }

    /// Gives every unit its level; returns the units of a ring if there is one.
    std::vector<int> order(UnitGraph& graph) {
        const std::size_t count = graph.units.size();
        std::vector<int> waiting(count, 0);
        for (const auto& edges : graph.next)
            for (const Edge& edge : edges) ++waiting[at(edge.to)];
        std::vector<int> ready;
        for (std::size_t u = 0; u < count; ++u)
            if (waiting[u] == 0) ready.push_back(static_cast<int>(u));
        std::size_t done = 0;
        while (done < ready.size()) {
            const int unit = ready[done++];
            for (const Edge& edge : graph.next[at(unit)]) {
                graph.units[at(edge.to)].level =
                    std::max(graph.units[at(edge.to)].level, graph.units[at(unit)].level + 1);
                if (--waiting[at(edge.to)] == 0) ready.push_back(edge.to);
            }
        }
        if (ready.size() == count) return {};
        // Every unit left waits for another one left: walking backwards must come round.
        std::vector<int> before(count, -1);
        for (std::size_t u = 0; u < count; ++u)
            if (waiting[u] > 0)
                for (const Edge& edge : graph.next[u])
                    if (waiting[at(edge.to)] > 0) before[at(edge.to)] = static_cast<int>(u);
        int unit = static_cast<int>(std::find_if(waiting.begin(), waiting.end(), [](int w) { return w > 0; }) -
                                    waiting.begin());
        for (std::size_t steps = 0; steps < count; ++steps) unit = before[at(unit)];
        std::vector<int> ring{unit};
        for (int walk = before[at(unit)]; walk != unit; walk = before[at(walk)]) ring.push_back(walk);
        std::reverse(ring.begin(), ring.end());
        return ring;
    }

    tl::unexpected<Error> cycle(const UnitGraph& graph, const std::vector<int>& ring) {
        std::string way;
        for (std::size_t k = 0; k < ring.size(); ++k) {
            const int from = ring[k], to = ring[(k + 1) % ring.size()];
            const auto edge = std::find_if(graph.next[at(from)].begin(), graph.next[at(from)].end(),
                                           [&](const Edge& e) { return e.to == to; });
            const std::string& name = session_.strips[at(graph.units[at(from)].strip)].name;
            const std::string& next = session_.strips[at(graph.units[at(to)].strip)].name;
            if (!edge->words.empty())
                way += fmt::format("{}'{}' {} '{}'", way.empty() ? "" : ", ", name, edge->words, next);
        }
        return fail(ErrorCode::bad_argument, "the routing goes round in a circle: " + way + "; take one of these away",
                    session::locate(session_, session_.strips[at(graph.units[at(ring[0])].strip)].place));
    }

    /// By level, then session order: an order in which units can be run, the same for every job.
    void sort_units() {
        std::vector<int> order_of(routing_.units.size());
        for (std::size_t u = 0; u < order_of.size(); ++u) order_of[u] = static_cast<int>(u);
        std::stable_sort(order_of.begin(), order_of.end(),
                         [&](int a, int b) { return routing_.units[at(a)].level < routing_.units[at(b)].level; });
        std::vector<int> moved(order_of.size());
        std::vector<Unit> sorted;
        for (std::size_t u = 0; u < order_of.size(); ++u) {
            moved[at(order_of[u])] = static_cast<int>(u);
            sorted.push_back(routing_.units[at(order_of[u])]);
        }
        routing_.units = std::move(sorted);
        for (auto& units : routing_.units_of)
            for (int& unit : units) unit = moved[at(unit)];
    }

    const Session& session_;
    std::map<std::string, int> index_;
    Routing routing_;
};

}  // namespace

int Routing::inserts_before(const Session& session, const KeyFeed& key) {
    switch (key.tap) {
        case session::Tap::pre_inserts: return 0;
        case session::Tap::insert: return key.tap_insert + 1;
        default: return static_cast<int>(session.strips[at(key.from)].inserts.size());
    }
}

Result<Routing> route(const Session& session) { return Router(session).run(); }

}  // namespace dubplate::graph
