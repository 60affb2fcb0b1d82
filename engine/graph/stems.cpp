#include "engine/graph/stems.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

namespace dubplate::graph {
namespace {

using session::Session;
using session::StripKind;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

int index_of(const Session& session, const std::string& name) {
    for (std::size_t i = 0; i < session.strips.size(); ++i)
        if (session.strips[i].name == name) return static_cast<int>(i);
    return -1;
}

/// The strips a stem names, and all that feeds them through outputs: a bus stands for what it is made of.
Result<std::vector<bool>> members_of(const Session& session, const Routing& routing, const session::Stem& stem) {
    std::vector<bool> member(session.strips.size(), false);
    for (const std::string& name : stem.strips) {
        const int strip = index_of(session, name);
        if (strip < 0)
            return fail(ErrorCode::not_found, fmt::format("stem '{}': there is no strip '{}'", stem.name, name),
                        session::locate(session, stem.place));
        member[at(strip)] = true;
    }
    for (bool grown = true; grown;) {
        grown = false;
        for (std::size_t to = 0; to < member.size(); ++to)
            for (const Feed& feed : routing.feeds[to])
                if (member[to] && feed.send < 0 && !member[at(feed.from)]) member[at(feed.from)] = grown = true;
    }
    return member;
}

/// Strips in an order in which every strip comes after all that feed it.
std::vector<int> feeding_order(const Routing& routing) {
    std::vector<int> order;
    for (const Unit& unit : routing.units)
        if (unit.final) order.push_back(unit.strip);
    return order;
}

}  // namespace

StemSet stems_by_rule(const Session& session, const Routing& routing, session::StemRule rule,
                      session::StemReturns returns) {
    StemSet set;
    for (std::size_t i = 0; i < session.strips.size(); ++i) {
        const session::Strip& strip = session.strips[i];
        if (!routing.enabled[i] || strip.kind == StripKind::master) continue;
        const bool is_return = strip.kind == StripKind::return_bus;
        if (is_return && returns == session::StemReturns::shared) continue;
        const auto& top = routing.feeds[at(routing.master)];
        const bool feeds_master = std::any_of(top.begin(), top.end(), [&](const Feed& feed) {
            return feed.from == static_cast<int>(i) && feed.send < 0;
        });
        const bool wanted =
            rule == session::StemRule::each_track ? strip.kind == StripKind::track || is_return : feeds_master;
        if (wanted) set.stems.push_back({strip.name, {strip.name}, returns, strip.place});
    }
    return set;
}

namespace {

/// Which strips each stem of a set stands for.
struct Members {
    std::vector<std::vector<bool>> of;            // [stem][strip]
    std::vector<std::vector<std::size_t>> lists;  // [stem] strips
    std::vector<std::vector<std::size_t>> with;   // [strip] stems

    /// What is sent into a strip of another stem belongs to that one, unless `stem` is a part of it.
    bool owned_by_another(std::size_t stem, std::size_t strip) const {
        return std::any_of(with[strip].begin(), with[strip].end(), [&](std::size_t other) {
            if (other == stem) return false;
            return std::any_of(lists[stem].begin(), lists[stem].end(),
                               [&](std::size_t member) { return !of[other][member]; });
        });
    }
};

StemContents contents_of(const Session& session, const Routing& routing, const StemSet& set, const Members& members,
                         std::size_t stem) {
    const std::size_t count = session.strips.size();
    const std::vector<bool>& member = members.of[stem];
    StemContents contents;
    contents.shares.assign(count, Share::absent);
    contents.feeds.resize(count);
    for (const int strip : feeding_order(routing)) {
        const bool is_master = strip == routing.master;
        if (!is_master && !routing.sounds[at(strip)]) continue;
        if (member[at(strip)] && !is_master) {
            contents.shares[at(strip)] = Share::whole;
            continue;
        }
        const bool holds_sends = session.strips[at(strip)].kind != StripKind::return_bus ||
                                 set.stems[stem].returns == session::StemReturns::shared;
        const bool sends_followed = holds_sends && !members.owned_by_another(stem, at(strip));
        bool complete = true;
        for (const Feed& feed : routing.feeds[at(strip)]) {
            if (!routing.sounds[at(feed.from)]) continue;
            const bool followed = feed.send < 0 || sends_followed;
            const Share share = contents.shares[at(feed.from)];
            if (followed && share != Share::absent) contents.feeds[at(strip)].push_back(feed);
            complete &= followed && share == Share::whole;
        }
        if (contents.feeds[at(strip)].empty()) continue;
        contents.shares[at(strip)] = complete && !is_master ? Share::whole : Share::shared;
    }
    return contents;
}

}  // namespace

Result<std::vector<StemContents>> stem_contents(const Session& session, const Routing& routing, const StemSet& set,
                                                const std::vector<std::size_t>& wanted) {
    Members members;
    members.with.resize(session.strips.size());
    for (std::size_t s = 0; s < set.stems.size(); ++s) {
        auto member = members_of(session, routing, set.stems[s]);
        if (!member) return fail(member.error());
        members.lists.emplace_back();
        for (std::size_t i = 0; i < member->size(); ++i)
            if ((*member)[i]) {
                members.with[i].push_back(s);
                members.lists.back().push_back(i);
            }
        members.of.push_back(std::move(*member));
    }
    std::vector<StemContents> contents;
    for (const std::size_t stem : wanted) contents.push_back(contents_of(session, routing, set, members, stem));
    return contents;
}

namespace {

/// Whether any track sounds through a strip at all.
bool has_source(const Session& session, const Routing& routing, int strip) {
    if (session.strips[at(strip)].kind == StripKind::track) return true;
    return std::any_of(routing.feeds[at(strip)].begin(), routing.feeds[at(strip)].end(), [&](const Feed& feed) {
        return routing.sounds[at(feed.from)] && has_source(session, routing, feed.from);
    });
}

/// Whether `stems` together hold each sounding feed of a strip once: whole in one of them, or shared among several.
bool covers(const Session& session, const Routing& routing, const std::vector<const StemContents*>& stems, int strip) {
    for (const Feed& feed : routing.feeds[at(strip)]) {
        if (!routing.sounds[at(feed.from)]) continue;
        int whole = 0;
        std::vector<const StemContents*> sharing;
        for (const StemContents* stem : stems) {
            const auto& held = stem->feeds[at(strip)];
            if (std::find(held.begin(), held.end(), feed) == held.end()) continue;
            if (stem->shares[at(feed.from)] == Share::whole)
                ++whole;
            else
                sharing.push_back(stem);
        }
        const bool once =
            whole + (sharing.empty() ? 0 : 1) == 1 && (sharing.empty() || covers(session, routing, sharing, feed.from));
        const bool nothing_there = whole == 0 && sharing.empty() && !has_source(session, routing, feed.from);
        if (!once && !nothing_there) return false;
    }
    return true;
}

}  // namespace

bool is_partition(const Session& session, const Routing& routing, const std::vector<StemContents>& contents) {
    std::vector<const StemContents*> stems;
    for (const StemContents& stem : contents) stems.push_back(&stem);
    return covers(session, routing, stems, routing.master);
}

}  // namespace dubplate::graph
