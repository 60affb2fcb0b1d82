#include "engine/nodes/insert_lanes.h"

#include <algorithm>
#include <cassert>

#include "engine/nodes/lane_places.h"
#include "engine/nodes/lane_zeros.h"
#include "kernels/cpu/aligned.h"

namespace dubplate::nodes {

using kernels::kMaxBlockFrames;

namespace {
std::size_t index_of(int width) { return width == 1 ? 0 : width == 4 ? 1 : width == 8 ? 2 : 3; }
}  // namespace

InsertLanes::InsertLanes(Maker make, int width) : make_(std::move(make)), running_(index_of(width)) { instance(width); }

InsertLanes::Instance InsertLanes::make(int width) const {
    Instance made;
    made.processor = make_(width);
    made.gain = dynamic_cast<kernels::GainProcessor*>(made.processor.get());
    auto rows = std::make_unique<kernels::LaneRows>(width);
    if (made.processor->lane_rows(*rows)) made.rows = std::move(rows);
    return made;
}

InsertLanes::Instance& InsertLanes::instance(int width) {
    Instance& found = instances_[index_of(width)];
    if (!found.processor) found = make(width);
    return found;
}

void InsertLanes::set_units(int units, int lanes_per_unit, bool move) {
    assert(move ? can_move() : units == 1);
    move_ = move;
    lanes_per_unit_ = lanes_per_unit;
    units_.resize(static_cast<std::size_t>(units));
    const bool rests = running().processor->settle();
    for (int unit = 0; unit < units; ++unit) {
        units_[static_cast<std::size_t>(unit)].rests = rests;
        if (move) save(running(), unit, units_[static_cast<std::size_t>(unit)].stored);
    }
}

/// An instance for one unit at a time.
InsertLanes::Instance& InsertLanes::alone() {
    if (units_.size() == 1) return running();
    if (!alone_.processor) alone_ = make(LanePlaces::width_for(lanes_per_unit_));
    return alone_;
}

void InsertLanes::save(const Instance& from, int place, std::vector<std::byte>& to) const {
    const std::size_t size = from.rows->bytes_per_lane();
    to.resize(size * static_cast<std::size_t>(lanes_per_unit_));
    for (int lane = 0; lane < lanes_per_unit_; ++lane)
        from.rows->save(place * lanes_per_unit_ + lane, to.data() + static_cast<std::size_t>(lane) * size);
}

void InsertLanes::load(Instance& into, int place, const std::vector<std::byte>& from) const {
    const std::size_t size = into.rows->bytes_per_lane();
    assert(from.size() == size * static_cast<std::size_t>(lanes_per_unit_));
    for (int lane = 0; lane < lanes_per_unit_; ++lane)
        into.rows->load(place * lanes_per_unit_ + lane, from.data() + static_cast<std::size_t>(lane) * size);
}

void InsertLanes::arrange(std::span<const int> place_of_unit, int width, FrameCount start) {
    Instance& next = instance(width);
    const bool moves = &next != &running();
    // What all lanes share goes along with those that run.
    if (moves && std::any_of(units_.begin(), units_.end(), [](const Unit& unit) { return unit.place != kNoPlace; }))
        next.rows->take_common(*running().rows);
    for (std::size_t u = 0; u < units_.size(); ++u) {
        Unit& unit = units_[u];
        const int place = place_of_unit[u];
        assert(place != kNoPlace || unit.rests);
        if (moves && place != kNoPlace && unit.place != kNoPlace) {
            save(running(), unit.place, moved_);
            load(next, place, moved_);
            unit.place = place;
        }
    }
    running_ = index_of(width);
    for (std::size_t u = 0; u < units_.size(); ++u) {
        const int place = place_of_unit[u], before = units_[u].place;
        assert(place == before || place == kNoPlace || before == kNoPlace);
        if (place != kNoPlace && before == kNoPlace) enter(units_[u], place, start);
        units_[u].place = place;
    }
}

/// Takes what is stored on to `start`: by whole steps, then frame by frame over the zeros that it has not been given.
void InsertLanes::enter(Unit& unit, int place, FrameCount start) {
    if (!move_) return;
    while (unit.fades && unit.stored_at + kSettleFrames <= start) settle_unit(unit, unit.stored_at + kSettleFrames);
    if (!unit.fades || unit.stored_at == start) return load(running(), place, unit.stored);
    Instance& one = alone();
    load(one, 0, unit.stored);
    alignas(64) static constexpr float kZeros[kMaxBlockFrames * kernels::kMaxLanes] = {};
    kernels::AlignedVector<float> audio(std::size(kZeros));
    for (FrameCount at = unit.stored_at; at < start; at += kMaxBlockFrames) {
        const int frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, start - at));
        one.processor->process({at, frames, audio.data(), kZeros, {}});
    }
    save(one, 0, moved_);
    load(running(), place, moved_);
}

void InsertLanes::settle(FrameCount boundary) {
    for (Unit& unit : units_)
        if (unit.place != kNoPlace) settle_unit(unit, boundary);
}

void InsertLanes::settle_unit(Unit& unit, FrameCount boundary) {
    if (unit.rests ? !unit.fades || boundary == unit.stored_at : unit.zeros > boundary - kSettleFrames) return;
    Instance& one = alone();
    const bool faded = unit.fades, moves = &one != &running();
    if (faded) {
        load(one, 0, unit.stored);
        one.processor->fade();
    } else if (moves) {
        save(running(), unit.place, moved_);
        load(one, 0, moved_);
    }
    unit.rests = one.processor->settle();
    unit.fades = !unit.rests && move_ && one.processor->fades();
    unit.rests |= unit.fades;
    unit.stored_at = boundary;
    if (!move_) return;
    save(one, 0, unit.stored);
    if (moves && unit.place != kNoPlace) load(running(), unit.place, unit.stored);
}

void InsertLanes::hear(int unit, FrameCount start, FrameCount zeros) {
    Unit& heard = units_[static_cast<std::size_t>(unit)];
    // All zero from its first frame on: an earlier run of zeros goes on.
    if (zeros != start || heard.zeros == kNeverZero) heard.zeros = zeros;
    if (zeros != start) heard.rests = heard.fades = false;
}

}  // namespace dubplate::nodes
