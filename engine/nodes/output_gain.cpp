#include "engine/nodes/output_gain.h"

#include <algorithm>

#include "kernels/shared/math.h"

namespace dubplate::nodes {
namespace {

constexpr double kSilentDecibels = -144.0;

bool constant(const Curve* curve, FrameCount start, int frames) {
    return !curve || curve->is_constant_over(start, frames);
}
double value(const Curve* curve, FrameCount frame) { return curve ? curve->value(frame) : 0.0; }

/// Two levels in a row; either at the bottom is silence.
double linear(double a_db, double b_db) {
    return a_db <= kSilentDecibels || b_db <= kSilentDecibels ? 0.0 : kernels::gain_of_decibels(a_db + b_db);
}

}  // namespace

OutputGain::OutputGain(const session::Session& session, const session::Strip& strip, const StripSetup& setup, int send,
                       Layout destination)
    : fold_(fold_matrix(strip.layout, destination)),
      rows_(destination.channels),
      use_(pan_use(strip.layout, destination)),
      law_(strip.pan_law.value_or(session.pan_law)) {
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
        constant_known_ = true;
    }
}

bool OutputGain::is_silent() const { return muted_ || (constant_known_ && constant_[2] == 0.0); }

SideGains OutputGain::sides(double position) const {
    switch (use_) {
        case PanUse::pan: return pan_gains(law_, position);
        case PanUse::balance: return balance_gains(law_, position);
        case PanUse::none: return {};
    }
    return {};
}

void OutputGain::evaluate(FrameCount start, int frames, RowGains& gains) const {
    if (constant_known_) {
        gains.moving = false;
        gains.constant = constant_;
        return;
    }
    const bool level_stays =
        constant(levels_[0], start, frames) && constant(levels_[1], start, frames) && constant(mute_, start, frames);
    const bool pan_stays = constant(pans_[0], start, frames) && constant(pans_[1], start, frames);
    const auto position = [](double a, double b) { return std::clamp(a + b, -1.0, 1.0); };
    const double level = linear(value(levels_[0], start), value(levels_[1], start)) * (1.0 - value(mute_, start));
    const SideGains side = sides(position(value(pans_[0], start), value(pans_[1], start)));
    gains.moving = !(level_stays && pan_stays);
    if (!gains.moving) {
        gains.constant = {level * side.left, level * side.right, level};
        return;
    }
    using Row = std::array<double, kernels::kMaxBlockFrames>;
    const auto count = static_cast<std::size_t>(frames);
    Row a, b;
    const auto fill = [&](const Curve* curve, Row& out) {
        if (curve)
            curve->fill(start, frames, out.data());
        else
            std::fill_n(out.begin(), frames, 0.0);
    };
    Row& levels = gains.per_frame[2];
    if (level_stays)
        std::fill_n(levels.begin(), frames, level);
    else {
        fill(levels_[0], a);
        fill(levels_[1], b);
        for (std::size_t f = 0; f < count; ++f) levels[f] = linear(a[f], b[f]);
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
    for (std::size_t f = 0; f < count; ++f) {
        const SideGains at = sides(position(a[f], b[f]));
        gains.per_frame[0][f] = levels[f] * at.left;
        gains.per_frame[1][f] = levels[f] * at.right;
    }
}

}  // namespace dubplate::nodes
