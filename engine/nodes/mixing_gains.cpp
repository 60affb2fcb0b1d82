#include "engine/nodes/mixing_gains.h"

#include <algorithm>
#include <span>

#include "engine/nodes/pan_sides.h"

namespace dubplate::nodes {
namespace {

constexpr double kMinus3dB = 0.70710678118654752440;

enum class Speaker {
    left,
    right,
    centre,
    lfe,
    back_left,
    back_right,
    side_left,
    side_right,
    top_fl,
    top_fr,
    top_bl,
    top_br
};

std::span<const Speaker> speakers_of(Layout layout) {
    using enum Speaker;
    static constexpr Speaker mono[] = {centre};
    static constexpr Speaker stereo[] = {left, right};
    static constexpr Speaker lcr[] = {left, right, centre};
    static constexpr Speaker quad[] = {left, right, side_left, side_right};
    static constexpr Speaker five[] = {left, right, centre, lfe, side_left, side_right};
    static constexpr Speaker seven[] = {left, right, centre, lfe, back_left, back_right, side_left, side_right};
    static constexpr Speaker twelve[] = {left,      right,      centre, lfe,    back_left, back_right,
                                         side_left, side_right, top_fl, top_fr, top_bl,    top_br};
    switch (layout.kind) {
        case Layout::Kind::mono: return mono;
        case Layout::Kind::stereo: return stereo;
        case Layout::Kind::lcr: return lcr;
        case Layout::Kind::quad: return quad;
        case Layout::Kind::surround_5_1: return five;
        case Layout::Kind::surround_7_1: return seven;
        case Layout::Kind::surround_7_1_4: return twelve;
        case Layout::Kind::discrete: return {};
    }
    return {};
}

int index_of(std::span<const Speaker> speakers, Speaker wanted) {
    const auto found = std::find(speakers.begin(), speakers.end(), wanted);
    return found == speakers.end() ? -1 : static_cast<int>(found - speakers.begin());
}

/// Adds `gain` of a source's column to the destination's loudspeaker `to`, folding on where there is none.
void fold(FoldMatrix& matrix, std::span<const Speaker> destination, Speaker to, std::size_t column, double gain) {
    using enum Speaker;
    if (const int row = index_of(destination, to); row >= 0) {
        matrix[static_cast<std::size_t>(row)][column] += gain;
        return;
    }
    switch (to) {
        case centre:
            fold(matrix, destination, left, column, gain * kMinus3dB);
            fold(matrix, destination, right, column, gain * kMinus3dB);
            return;
        case back_left: return fold(matrix, destination, side_left, column, gain);
        case back_right: return fold(matrix, destination, side_right, column, gain);
        case side_left: return fold(matrix, destination, left, column, gain * kMinus3dB);
        case side_right: return fold(matrix, destination, right, column, gain * kMinus3dB);
        case top_fl: return fold(matrix, destination, left, column, gain * kMinus3dB);
        case top_fr: return fold(matrix, destination, right, column, gain * kMinus3dB);
        case top_bl: return fold(matrix, destination, back_left, column, gain * kMinus3dB);
        case top_br: return fold(matrix, destination, back_right, column, gain * kMinus3dB);
        default: return;  // LFE is left out; left and right exist everywhere but in mono, which is handled apart
    }
}

}  // namespace

FoldMatrix fold_matrix(Layout from, Layout to) {
    FoldMatrix matrix{};
    if (from == to || from.kind == Layout::Kind::discrete || to.kind == Layout::Kind::discrete) {
        for (int c = 0; c < std::min(from.channels, to.channels); ++c)
            matrix[static_cast<std::size_t>(c)][static_cast<std::size_t>(c)] = 1.0;
        return matrix;
    }
    if (to.kind == Layout::Kind::mono) {
        const FoldMatrix stereo = fold_matrix(from, {Layout::Kind::stereo, 2});
        for (std::size_t c = 0; c < kMaxChannels; ++c) matrix[0][c] = 0.5 * (stereo[0][c] + stereo[1][c]);
        return matrix;
    }
    if (from.kind == Layout::Kind::mono) {  // both sides alike; a pan law takes their place where there is one
        matrix[0][0] = matrix[1][0] = 1.0;
        return matrix;
    }
    const auto sources = speakers_of(from), destination = speakers_of(to);
    for (std::size_t c = 0; c < sources.size(); ++c) fold(matrix, destination, sources[c], c, 1.0);
    return matrix;
}

SideGains pan_gains(session::PanLaw law, double position) {
    const Sides<double> sides = pan_sides(law, position);
    return {sides.left, sides.right};
}

SideGains balance_gains(session::PanLaw law, double position) {
    const Sides<double> sides = balance_sides(law, position);
    return {sides.left, sides.right};
}

PanUse pan_use(Layout from, Layout to) {
    const bool sides = to.kind != Layout::Kind::mono && to.kind != Layout::Kind::discrete;
    if (!sides || from.kind == Layout::Kind::discrete) return PanUse::none;
    if (from.kind == Layout::Kind::mono) return PanUse::pan;
    return from.kind == Layout::Kind::stereo || to.kind == Layout::Kind::stereo ? PanUse::balance : PanUse::none;
}

}  // namespace dubplate::nodes
