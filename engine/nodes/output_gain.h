#pragma once

/// The gains with which one strip enters one destination, frame by frame: fader, mute, pan, send level, and the folding
/// of the strip's layout into the destination's.
///
/// gain[to][from] at a frame = fold[to][from] * row(to), where row 0 and 1 are the left and right of the destination.
/// Automation is evaluated in closed form at every frame, breakpoints exact. Threads: immutable.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/nodes/mixing_gains.h"
#include "engine/nodes/pan_sides.h"
#include "engine/nodes/strip_setup.h"

namespace dubplate::nodes {

/// Row gains of one block: constants, or one value a frame.
struct RowGains {
    bool moving = false;
    std::array<double, 3> constant{};              ///< left, right, every other row
    std::array<std::vector<double>, 3> per_frame;  ///< [row][frame], if moving; without memory until then
};

class OutputGain {
public:
    /// send -1: the strip's output; otherwise that send. `channels`: those that come in, all of the strip's, or one that
    /// stands for all.
    OutputGain(const session::Session& session, const session::Strip& strip, const StripSetup& setup, int send,
               Layout destination, int channels);

    /// True while nothing can sound (a muted send, a fader at the bottom that stays there).
    bool is_silent() const;
    /// Gains of left, right and every other row, if none of them ever moves.
    const std::optional<std::array<double, 3>>& constant() const { return constant_; }
    void evaluate(FrameCount start, int frames, RowGains& gains) const;
    double fold(int to, int from) const { return fold_[static_cast<std::size_t>(to)][static_cast<std::size_t>(from)]; }
    int rows() const { return rows_; }
    static std::size_t row_of(int to, PanUse use) {
        return use == PanUse::none || to > 1 ? 2 : static_cast<std::size_t>(to);
    }
    PanUse use() const { return use_; }

private:
    /// Of two pans in a row, on one number or a pack of them.
    template <class N>
    Sides<N> sides(N a, N b) const;

    FoldMatrix fold_;
    int rows_;
    PanUse use_;
    session::PanLaw law_;
    bool muted_ = false;
    std::array<const Curve*, 2> levels_{};  ///< dB, added; null: 0 dB
    const Curve* mute_ = nullptr;
    std::array<const Curve*, 2> pans_{};  ///< added and clamped; null: 0
    std::optional<std::array<double, 3>> constant_;
};

}  // namespace dubplate::nodes
