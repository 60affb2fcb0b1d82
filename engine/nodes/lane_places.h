#pragma once

/// Which strips of a group have lanes in a block, and where.
///
/// Where lanes can move, strips that want none have none, and the others stand at the least width that holds them; who
/// stays at the same width keeps its place. Otherwise all have theirs, always at the same place.

#include <span>
#include <vector>

namespace dubplate::nodes {

class LanePlaces {
public:
    static constexpr int kNone = -1;

    /// Of so many strips of so many channels; at first nobody has lanes.
    LanePlaces(int strips, int channels, bool move);

    /// Smallest width that holds so many lanes: 1, 4, 8 or 16.
    static int width_for(int lanes);

    /// `wanted` [strip]. Where lanes cannot move, one that wants them gets them for all.
    void arrange(std::span<const bool> wanted);

    int width() const { return width_; }
    /// Lanes up to the last that has a strip; 0: nobody has any.
    int lanes() const { return static_cast<int>(strip_at_.size()) * channels_; }
    /// [place]: strip or kNone. A strip at place p has the lanes from p * channels on.
    std::span<const int> strip_at() const { return strip_at_; }
    /// [strip]: place or kNone.
    std::span<const int> place_of() const { return place_of_; }

private:
    int channels_, width_;
    bool move_;
    std::vector<int> strip_at_, place_of_;
};

}  // namespace dubplate::nodes
