#include "engine/graph/plan.h"

#include <fmt/format.h>
#include <algorithm>
#include <cassert>
#include <map>
#include <tuple>

#include "engine/base/spelling.h"
#include "engine/graph/plan_timing.h"
#include "engine/graph/strip_fronts.h"

namespace dubplate::graph {
namespace {

using nodes::StripSetup;
using session::Session;
using session::StripKind;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class Planner {
public:
    Planner(const Session& session, const Routing& routing, const std::vector<StripSetup>& setups,
            const std::vector<std::string>& stem_names, const std::vector<StemContents>& stems, CutFor cut_for)
        : session_(session),
          routing_(routing),
          setups_(setups),
          stem_names_(stem_names),
          stems_(stems),
          cut_for_(cut_for) {}

    Plan run() {
        cut_blocks();
        find_needed();
        reserve_taps();
        for (std::size_t b = 0; b < blocks_.size(); ++b) add_mix_block(b);
        for (std::size_t s = 0; s < stems_.size(); ++s) add_stem(s);
        find_leads(plan_, setups_);
        find_tails();
        if (cut_for_ == CutFor::cpu) cut_where_channels_part(plan_, session_, setups_);
        return std::move(plan_);
    }

private:
    void cut_blocks() {
        blocks_ = cut_sum_blocks(session_, routing_, setups_, cut_for_);
        block_of_unit_.resize(routing_.units.size());
        for (std::size_t b = 0; b < blocks_.size(); ++b)
            for (const int unit : blocks_[b].units) block_of_unit_[at(unit)] = b;
    }

    bool feed_sounds(const Feed& feed) const {
        if (!routing_.sounds[at(feed.from)]) return false;
        return feed.send < 0 || !setups_[at(feed.from)].sends[at(feed.send)].mute;
    }

    /// From the master back: what sounds in the mix, and what is only heard as a key.
    void find_needed() {
        sounding_.assign(session_.strips.size(), false);
        sounding_[at(routing_.master)] = true;
        needed_.assign(routing_.units.size(), false);
        for (std::size_t k = routing_.units.size(); k-- > 0;) {
            const Unit& unit = routing_.units[k];
            if (!unit.final) continue;
            for (const Feed& feed : routing_.feeds[at(unit.strip)])
                if (sounding_[at(unit.strip)] && feed_sounds(feed)) sounding_[at(feed.from)] = true;
        }
        for (std::size_t k = 0; k < routing_.units.size(); ++k)
            if (routing_.units[k].final) needed_[k] = sounding_[at(routing_.units[k].strip)];
        for (bool grown = true; grown;) {
            grown = false;
            const auto need = [&](int unit) {
                if (!needed_[at(unit)]) needed_[at(unit)] = grown = true;
            };
            for (std::size_t k = routing_.units.size(); k-- > 0;) {
                if (!needed_[k]) continue;
                const Unit& unit = routing_.units[k];
                const auto& siblings = routing_.units_of[at(unit.strip)];
                const auto self = std::find(siblings.begin(), siblings.end(), static_cast<int>(k));
                if (self != siblings.begin())
                    need(*(self - 1));
                else
                    for (const Feed& feed : routing_.feeds[at(unit.strip)])
                        if (feed_sounds(feed)) need(routing_.units_of[at(feed.from)].back());
                for (const KeyFeed& key : routing_.keys)
                    if (key.to == unit.strip && key.insert >= unit.first && key.insert < unit.last)
                        need(tapped_unit(key));
            }
        }
    }

    int tapped_unit(const KeyFeed& key) const {
        const auto& units = routing_.units_of[at(key.from)];
        if (key.tap == session::Tap::post_fader) return units.back();
        const int position = Routing::inserts_before(session_, key);
        for (const int unit : units)
            if (position <= routing_.units[at(unit)].last) return unit;
        return units.back();
    }

    int add_stream(int channels) {
        plan_.streams.push_back({channels});
        return static_cast<int>(plan_.streams.size()) - 1;
    }

    int channels_of(int strip) const { return session_.strips[at(strip)].layout.channels; }

    /// Streams for keys, for the units of split strips, and for gains that stems follow.
    void reserve_taps() {
        for (std::size_t u = 0; u < routing_.units.size(); ++u)
            if (!routing_.units[u].final && needed_[u]) tap(routing_.units[u].strip, routing_.units[u].last);
        key_streams_.assign(routing_.keys.size(), kNoStream);
        for (std::size_t k = 0; k < routing_.keys.size(); ++k) {
            const KeyFeed& key = routing_.keys[k];
            const int reader = unit_holding(key.to, key.insert);
            if (!needed_[at(reader)]) continue;
            if (key.tap != session::Tap::post_fader) {
                key_streams_[k] = tap(key.from, Routing::inserts_before(session_, key));
            } else {
                auto [found, is_new] = post_fader_.try_emplace(key.from, kNoStream);
                if (is_new) found->second = add_stream(channels_of(key.from));
                key_streams_[k] = found->second;
            }
        }
        for (const StemContents& stem : stems_)
            for (std::size_t strip = 0; strip < session_.strips.size(); ++strip) {
                if (static_cast<int>(strip) == routing_.master || stem.shares[strip] != Share::shared) continue;
                for (std::size_t k = 0; k < setups_[strip].inserts.size(); ++k)
                    if (follows(setups_[strip].inserts[k]))
                        gains_.try_emplace({static_cast<int>(strip), static_cast<int>(k)}, kNoStream);
            }
        for (auto& [place, stream] : gains_) {
            assert(setups_[at(place.first)].equal_inserts < 0);  // of tracks none are shared by stems
            stream = add_stream(channels_of(place.first));
        }
    }

    static bool follows(const nodes::InsertSetup& insert) {
        return !insert.bypass && insert.kind->description.behaviour == Behaviour::gain;
    }

    /// The stream after `position` inserts of a strip.
    int tap(int strip, int position) {
        auto [found, is_new] = taps_.try_emplace({strip, position}, kNoStream);
        if (is_new) found->second = add_stream(setups_[at(strip)].channels_at(position, channels_of(strip)));
        return found->second;
    }

    int unit_holding(int strip, int insert) const {
        for (const int unit : routing_.units_of[at(strip)])
            if (insert >= routing_.units[at(unit)].first && insert < routing_.units[at(unit)].last) return unit;
        return routing_.units_of[at(strip)].back();
    }

    int find_tap(int strip, int position) const {
        const auto found = taps_.find({strip, position});
        return found == taps_.end() ? kNoStream : found->second;
    }

    /// A strip cut before its first insert has two units that begin there; only the first has the strip's own input.
    bool is_front(const Unit& unit) const {
        return &routing_.units[at(routing_.units_of[at(unit.strip)].front())] == &unit;
    }

    PlanStrip plan_unit(const Unit& unit, bool copy) {
        const session::Strip& strip = session_.strips[at(unit.strip)];
        PlanStrip planned;
        planned.strip = unit.strip;
        planned.first = copy ? 0 : unit.first;
        planned.last = unit.last;
        planned.copy = copy;
        // What was cut off before the first insert is passed on as it came in: polarity is still to be applied.
        planned.invert = strip.invert && planned.first == 0;
        planned.from_clips = !copy && is_front(unit) && strip.kind == StripKind::track;
        if (!copy && is_front(unit)) planned.entry_tap = find_tap(unit.strip, 0);
        for (int k = planned.first; k < planned.last; ++k) {
            PlanInsertStreams streams;
            const nodes::InsertSetup& insert = setups_[at(unit.strip)].inserts[at(k)];
            if (copy && follows(insert)) {
                streams.gain_in = gains_.at({unit.strip, k});
            } else {
                for (std::size_t key = 0; key < routing_.keys.size(); ++key)
                    if (routing_.keys[key].to == unit.strip && routing_.keys[key].insert == k) {
                        streams.key = key_streams_[key];
                        streams.key_layout = session_.strips[at(routing_.keys[key].from)].layout;
                    }
            }
            if (!copy) {
                streams.tap_out = find_tap(unit.strip, k + 1);
                if (const auto found = gains_.find({unit.strip, k}); found != gains_.end())
                    streams.gain_out = found->second;
            }
            planned.inserts.push_back(streams);
        }
        return planned;
    }

    void add_mix_block(std::size_t b) {
        PlanBlock block;
        std::map<int, std::size_t> place;  // unit -> index in the block
        for (const int u : blocks_[b].units) {
            if (!needed_[at(u)]) continue;
            const Unit& unit = routing_.units[at(u)];
            PlanStrip planned = plan_unit(unit, false);
            if (!is_front(unit))
                planned.input = {find_tap(unit.strip, unit.first)};
            else if (!planned.from_clips)
                planned.input = mix_partials_[unit.strip];
            if (unit.strip == routing_.master && is_front(unit)) {
                if (planned.entry_tap == kNoStream) planned.entry_tap = add_stream(channels_of(unit.strip));
                plan_.premaster = planned.entry_tap;
            }
            place[u] = block.strips.size();
            block.strips.push_back(std::move(planned));
        }
        if (block.strips.empty()) return;
        for (const int u : blocks_[b].units) {
            const Unit& unit = routing_.units[at(u)];
            if (!needed_[at(u)] || !unit.final) continue;
            if (unit.strip == routing_.master) {
                plan_.mix = add_stream(channels_of(unit.strip));
                block.outputs.push_back({plan_.mix, session_.strips[at(unit.strip)].layout, {{place[u], -1}}});
            }
            if (const auto found = post_fader_.find(unit.strip); found != post_fader_.end()) {
                PlanOutput output{found->second, session_.strips[at(unit.strip)].layout, {}};
                if (routing_.sounds[at(unit.strip)]) output.sources.push_back({place[u], -1});
                block.outputs.push_back(std::move(output));
            }
        }
        // One partial for every destination that any strip of the block reaches.
        std::map<int, std::vector<PlanSource>> partials;
        for (std::size_t to = 0; to < session_.strips.size(); ++to)
            for (const Feed& feed : routing_.feeds[to]) {
                const int unit = routing_.units_of[at(feed.from)].back();
                if (block_of_unit_[at(unit)] == b && needed_[at(unit)] && sounding_[to] && feed_sounds(feed))
                    partials[static_cast<int>(to)].push_back({place.at(unit), feed.send});
            }
        const std::size_t index = plan_.blocks.size();
        for (auto& [to, sources] : partials) {
            const int stream = add_stream(channels_of(to));
            mix_partials_[to].push_back(stream);
            known_[{index, to, key_of(block, sources)}] = stream;
            block.outputs.push_back({stream, session_.strips[at(to)].layout, std::move(sources)});
        }
        for (const auto& [u, k] : place) mix_place_[u] = {index, k};
        block.name = name_of_strips(session_, block);
        plan_.blocks.push_back(std::move(block));
    }

    static std::string key_of(const PlanBlock& block, const std::vector<PlanSource>& sources) {
        std::string text;
        for (const PlanSource& source : sources)
            text += fmt::format("{}:{} ", block.strips[source.strip].strip, source.send);
        return text;
    }

    /// The partial of these feeds out of a mix block: the mix's own where the feeds are the same, else one more tap.
    int tap_partial(std::size_t block, int to, const std::vector<PlanSource>& sources) {
        const std::string key = key_of(plan_.blocks[block], sources);
        const auto [found, is_new] = known_.try_emplace({block, to, key}, kNoStream);
        if (is_new) {
            found->second = add_stream(channels_of(to));
            const bool is_stem_tap = !plan_.blocks[block].strips.front().copy;
            plan_.blocks[block].outputs.push_back(
                {found->second, session_.strips[at(to)].layout, sources, is_stem_tap});
        }
        return found->second;
    }

    /// The stem's version of what enters `to`: taps of mix blocks, and partials of the stem's own copies.
    std::vector<int> stem_partials(const StemContents& stem, int to,
                                   const std::map<int, std::pair<std::size_t, std::size_t>>& copies) {
        std::map<std::size_t, std::vector<PlanSource>> whole, shared;      // by block of the plan
        std::map<std::size_t, std::pair<std::size_t, std::size_t>> order;  // sum block -> plan blocks
        for (const Feed& feed : stem.feeds[at(to)]) {
            if (!feed_sounds(feed)) continue;
            const int unit = routing_.units_of[at(feed.from)].back();
            if (stem.shares[at(feed.from)] == Share::whole) {
                const auto [block, k] = mix_place_.at(unit);
                whole[block].push_back({k, feed.send});
                order[block_of_unit_[at(unit)]].first = block + 1;
            } else {
                const auto [block, k] = copies.at(feed.from);
                shared[block].push_back({k, feed.send});
                order[block_of_unit_[at(unit)]].second = block + 1;
            }
        }
        std::vector<int> partials;
        for (const auto& [sum_block, places] : order) {
            if (places.first) partials.push_back(tap_partial(places.first - 1, to, whole[places.first - 1]));
            if (places.second) partials.push_back(tap_partial(places.second - 1, to, shared[places.second - 1]));
        }
        return partials;
    }

    void add_stem(std::size_t s) {
        const StemContents& stem = stems_[s];
        std::map<int, std::pair<std::size_t, std::size_t>> copies;  // strip -> plan block, place
        for (const SumBlock& sum_block : blocks_) {
            PlanBlock block;
            const std::size_t index = plan_.blocks.size();
            for (const int u : sum_block.units) {
                const Unit& unit = routing_.units[at(u)];
                if (!unit.final || unit.strip == routing_.master || stem.shares[at(unit.strip)] != Share::shared ||
                    !sounding_[at(unit.strip)])
                    continue;
                PlanStrip planned = plan_unit(unit, true);
                planned.input = stem_partials(stem, unit.strip, copies);
                note_nonlinear(unit.strip, s);
                copies[unit.strip] = {index, block.strips.size()};
                block.strips.push_back(std::move(planned));
            }
            if (block.strips.empty()) continue;
            block.stem = stem_names_[s];
            block.name = name_of_strips(session_, block);
            plan_.blocks.push_back(std::move(block));
        }
        plan_.stems.push_back({stem_names_[s], stem_partials(stem, routing_.master, copies)});
    }

    void note_nonlinear(int strip, std::size_t stem) {
        for (std::size_t k = 0; k < setups_[at(strip)].inserts.size(); ++k) {
            const nodes::InsertSetup& insert = setups_[at(strip)].inserts[k];
            if (!insert.bypass && insert.kind->description.behaviour == Behaviour::nonlinear)
                plan_.shared_nonlinear.push_back(
                    fmt::format("stem '{}' runs {} on its own part of the audio", stem_names_[stem],
                                nodes::insert_place(session_, session_.strips[at(strip)], k)));
        }
    }

    void find_tails() {
        std::vector<FrameCount> tail(session_.strips.size(), 0), gap(session_.strips.size(), 0);
        for (std::size_t k = routing_.units.size(); k-- > 0;) {
            if (!routing_.units[k].final) continue;
            const int strip = routing_.units[k].strip;
            if (!sounding_[at(strip)]) continue;
            tail[at(strip)] += setups_[at(strip)].tail_frames();
            gap[at(strip)] += setups_[at(strip)].gap_frames();
            for (const Feed& feed : routing_.feeds[at(strip)]) {
                if (!feed_sounds(feed)) continue;
                tail[at(feed.from)] = std::max(tail[at(feed.from)], tail[at(strip)]);
                gap[at(feed.from)] = std::max(gap[at(feed.from)], gap[at(strip)]);
            }
            plan_.tail_frames = std::max(plan_.tail_frames, tail[at(strip)]);
            plan_.gap_frames = std::max(plan_.gap_frames, gap[at(strip)]);
        }
    }

    const Session& session_;
    const Routing& routing_;
    const std::vector<StripSetup>& setups_;
    const std::vector<std::string>& stem_names_;
    const std::vector<StemContents>& stems_;
    CutFor cut_for_;
    Plan plan_;
    std::vector<SumBlock> blocks_;
    std::vector<std::size_t> block_of_unit_;                          // [unit]
    std::vector<bool> sounding_;                                      // [strip] heard in the mix
    std::vector<bool> needed_;                                        // [unit] evaluated at all
    std::map<std::pair<int, int>, int> taps_;                         // strip, inserts before it -> stream
    std::map<std::pair<int, int>, int> gains_;                        // strip, insert -> stream
    std::map<int, int> post_fader_;                                   // strip -> stream
    std::vector<int> key_streams_;                                    // [key]
    std::map<int, std::vector<int>> mix_partials_;                    // strip -> what enters it
    std::map<int, std::pair<std::size_t, std::size_t>> mix_place_;    // unit -> block of the plan, place
    std::map<std::tuple<std::size_t, int, std::string>, int> known_;  // partials by content
};

}  // namespace

std::vector<const PlanSum*> sums_of_streams(const Plan& plan) {
    std::vector<const PlanSum*> sums(plan.streams.size(), nullptr);
    for (const PlanSum& sum : plan.sums) sums[at(sum.stream)] = &sum;
    return sums;
}

Plan make_plan(const Session& session, const Routing& routing, const std::vector<StripSetup>& setups,
               const std::vector<std::string>& stem_names, const std::vector<StemContents>& stems, CutFor cut_for) {
    return Planner(session, routing, setups, stem_names, stems, cut_for).run();
}

}  // namespace dubplate::graph
