#pragma once

/// One insert of strips that run side by side: its instances, and the rest of each strip.
///
/// A strip rests where zeros in give zeros out. That begins at absolute multiples of 8192, once its input was exactly zero
/// for as long, and is judged for each strip alone, so that its bits do not depend on its neighbours or on how time is cut
/// into blocks. What still fades then is taken on in steps of 8192 frames, whether the strip has lanes meanwhile or not.
///
/// Where the processor's lanes can move (kernels::Processor::lane_rows), strips that rest need no lanes: the others run
/// together in an instance of the width that they need. Where they cannot, all strips rest and run as one.
/// Units: a unit is one strip, or all of them where lanes cannot move. Places: a unit at place p has the lanes from
/// p * lanes_per_unit on.
/// Threads: one caller at a time.

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "kernels/processors/processor.h"

namespace dubplate::nodes {

class InsertLanes {
public:
    using Maker = std::function<std::unique_ptr<kernels::Processor>(int width)>;
    static constexpr int kNoPlace = -1;

    /// `make` gives instances of the same strips.
    explicit InsertLanes(Maker make, int width);

    /// Whether the processor's lanes can move.
    bool can_move() const { return running().rows != nullptr; }
    /// Once, before all else. `move`: of all inserts of the chain the lanes can move; else there is one unit.
    void set_units(int units, int lanes_per_unit, bool move);

    /// The units that have lanes from frame `start` on, by places in an instance of this width. All others rest; those that
    /// had lanes and keep them at the same width keep their place.
    void arrange(std::span<const int> place_of_unit, int width, FrameCount start);
    kernels::Processor& processor() { return *running().processor; }
    /// The same; nullptr: it finds no gains.
    kernels::GainProcessor* gain() { return running().gain; }

    /// Zeros in give zeros out.
    bool rests(int unit) const { return units_[static_cast<std::size_t>(unit)].rests; }
    /// The same, while something unheard still fades: where the unit has lanes, they must be processed.
    bool fades(int unit) const { return units_[static_cast<std::size_t>(unit)].fades; }
    /// Must be called at every absolute multiple of 8192 while units have lanes, before the frames from there on.
    void settle(FrameCount boundary);
    /// A unit that has lanes gets frames from `start` on that are zero from `zeros` on: `start` if all are, kNeverZero if
    /// the last is not.
    void hear(int unit, FrameCount start, FrameCount zeros);

private:
    struct Instance {
        std::unique_ptr<kernels::Processor> processor;
        kernels::GainProcessor* gain = nullptr;
        std::unique_ptr<kernels::LaneRows> rows;  // null: its lanes cannot move
    };
    struct Unit {
        int place = kNoPlace;
        bool rests = false, fades = false;  // fades: rests, but not everything is 0
        FrameCount zeros = std::numeric_limits<FrameCount>::min() / 2;
        FrameCount stored_at = 0;       // of what is stored, where it fades
        std::vector<std::byte> stored;  // [lane of the unit][rows]: as it was when its rest began
    };
    Instance make(int width) const;
    Instance& instance(int width);
    Instance& alone();
    Instance& running() { return instances_[running_]; }
    const Instance& running() const { return instances_[running_]; }
    void save(const Instance& from, int place, std::vector<std::byte>& to) const;
    void load(Instance& into, int place, const std::vector<std::byte>& from) const;
    void settle_unit(Unit& unit, FrameCount boundary);
    void enter(Unit& unit, int place, FrameCount start);

    Maker make_;
    bool move_ = false;
    int lanes_per_unit_ = 1;
    std::array<Instance, 4> instances_;  // of 1, 4, 8 and 16 lanes, made when they are needed
    std::size_t running_ = 0;            // of instances_
    Instance alone_;
    std::vector<Unit> units_;
    std::vector<std::byte> moved_;
};

}  // namespace dubplate::nodes
