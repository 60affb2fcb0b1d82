#include "engine/nodes/output_gain.h"

#include <algorithm>
#include <numeric>

#include "kernels/shared/math.h"

namespace dubplate::nodes {
namespace {

constexpr double kSilentDecibels = -144.0;

bool stays(const Curve* curve, FrameCount start, int frames) {
    return !curve || curve->is_constant_over(start, frames);
}
double value(const Curve* curve, FrameCount frame) { return curve ? curve->value(frame) : 0.0; }

/// Two levels in a row; either at the bottom is silence.
template <class N>
N linear(N a_db, N b_db) {
    const N bottom = N(kSilentDecibels), silence = N(0.0);
    const N gain = kernels::exp2_double((a_db + b_db) * N(kernels::kLog2PerDecibel));
    return kernels::select_less(bottom, a_db, kernels::select_less(bottom, b_db, gain, silence), silence);
}

/// Frames of a block that are worked out side by side; blocks are multiples of 64 frames.
using Frames = kernels::Pack<double, 8>;
constexpr std::size_t kStep = 8;

}  // namespace

OutputGain::OutputGain(const session::Session& session, const session::Strip& strip, const StripSetup& setup, int send,
                       Layout destination, int channels)
    : fold_(fold_matrix(strip.layout, destination)),
      rows_(destination.channels),
      use_(pan_use(strip.layout, destination)),
      law_(strip.pan_law.value_or(session.pan_law)) {
    if (channels == 1)
        for (auto& row : fold_) row[0] = std::accumulate(row.begin(), row.begin() + strip.layout.channels, 0.0);
    const bool pre_fader = send >= 0 && strip.sends[static_cast<std::size_t>(send)].pre_fader;
    if (!pre_fader) {
        levels_[0] = &setup.fader_db;
        mute_ = &setup.mute;
        pans_[0] = &setup.pan;
    }
    if (send >= 0) {
        const SendSetup& what = setup.sends[static_cast<std::size_t>(send)];
        levels_[1] = &what.level_db;
        pans_[1] = &what.pan;
        muted_ = what.mute;
        if (pre_fader) mute_ = &setup.mute;
    }
    const auto still = [](const Curve* curve) { return !curve || curve->is_constant(); };
    if (still(levels_[0]) && still(levels_[1]) && still(mute_) && still(pans_[0]) && still(pans_[1])) {
        RowGains gains;
        evaluate(0, 0, gains);
        constant_ = gains.constant;
    }
}

bool OutputGain::is_silent() const { return muted_ || (constant_ && (*constant_)[2] == 0.0); }

template <class N>
Sides<N> OutputGain::sides(N a, N b) const {
    const N position = kernels::min(kernels::max(a + b, N(-1.0)), N(1.0));
    switch (use_) {
        case PanUse::pan: return pan_sides(law_, position);
        case PanUse::balance: return balance_sides(law_, position);
        case PanUse::none: break;
    }
    return {};
}

void OutputGain::evaluate(FrameCount start, int frames, RowGains& gains) const {
    if (constant_) {
        gains.moving = false;
        gains.constant = *constant_;
        return;
    }
    const bool level_stays =
        stays(levels_[0], start, frames) && stays(levels_[1], start, frames) && stays(mute_, start, frames);
    const bool pan_stays = stays(pans_[0], start, frames) && stays(pans_[1], start, frames);
    const double level = linear(value(levels_[0], start), value(levels_[1], start)) * (1.0 - value(mute_, start));
    const Sides<double> side = sides(value(pans_[0], start), value(pans_[1], start));
    gains.moving = !(level_stays && pan_stays);
    if (!gains.moving) {
        gains.constant = {level * side.left, level * side.right, level};
        return;
    }
    for (std::vector<double>& row : gains.per_frame) row.resize(kernels::kMaxBlockFrames);
    using Row = std::array<double, kernels::kMaxBlockFrames>;
    const auto count = static_cast<std::size_t>(frames);
    alignas(32) Row a, b;
    const auto fill = [&](const Curve* curve, Row& out) {
        if (curve)
            curve->fill(start, frames, out.data());
        else
            std::fill_n(out.begin(), frames, 0.0);
    };
    std::vector<double>& levels = gains.per_frame[2];
    if (level_stays)
        std::fill_n(levels.begin(), frames, level);
    else {
        fill(levels_[0], a);
        fill(levels_[1], b);
        for (std::size_t f = 0; f < count; f += kStep)
            kernels::store(&levels[f], linear(kernels::load<Frames>(&a[f]), kernels::load<Frames>(&b[f])));
        fill(mute_, a);
        for (std::size_t f = 0; f < count; ++f) levels[f] *= 1.0 - a[f];
    }
    if (use_ == PanUse::none) return;
    if (pan_stays) {
        for (std::size_t f = 0; f < count; ++f) gains.per_frame[0][f] = levels[f] * side.left;
        for (std::size_t f = 0; f < count; ++f) gains.per_frame[1][f] = levels[f] * side.right;
        return;
    }
    fill(pans_[0], a);
    fill(pans_[1], b);
    for (std::size_t f = 0; f < count; f += kStep) {
        const Sides<Frames> at = sides(kernels::load<Frames>(&a[f]), kernels::load<Frames>(&b[f]));
        const auto level_here = kernels::load<Frames>(&levels[f]);
        kernels::store(&gains.per_frame[0][f], level_here * at.left);
        kernels::store(&gains.per_frame[1][f], level_here * at.right);
    }
}

}  // namespace dubplate::nodes
