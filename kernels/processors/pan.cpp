#include "kernels/processors/pan.h"

#include <algorithm>

#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kMode, kLaw, kPosition, kWidth, kLeft, kRight, kParameterCount };
enum Mode { kBalance, kMono, kDual };
enum Law { kMinus3, kMinus4_5, kMinus6, kLinear };

constexpr std::string_view kModes[] = {"balance", "mono", "dual"};
constexpr std::string_view kLaws[] = {"-3 dB", "-4.5 dB", "-6 dB", "linear"};

constexpr ParameterDescription kParameters[] = {
    {.name = "mode",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Turns the far side down, places the sum of both channels, or places each channel by itself",
     .choices = kModes},
    {.name = "law",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Level in the middle against the level at a side",
     .choices = kLaws},
    {.name = "position",
     .minimum = -1.0,
     .maximum = 1.0,
     .standard = 0.0,
     .motion = Motion::per_frame,
     .help = "From -1, left, to 1, right; of balance and mono"},
    {.name = "width",
     .unit = ParameterUnit::percent,
     .minimum = 0.0,
     .maximum = 200.0,
     .standard = 100.0,
     .motion = Motion::per_frame,
     .help = "Stereo width before placing: 0 % is mono, 100 % as it is, 200 % doubles the sides; of balance and dual"},
    {.name = "left",
     .minimum = -1.0,
     .maximum = 1.0,
     .standard = -1.0,
     .motion = Motion::per_frame,
     .help = "Place of the left channel, of dual"},
    {.name = "right",
     .minimum = -1.0,
     .maximum = 1.0,
     .standard = 1.0,
     .motion = Motion::per_frame,
     .help = "Place of the right channel, of dual"},
};

constexpr ProcessorDescription kDescription{
    .name = "pan",
    .title = "Pan",
    .help = "Balance, pan, dual pan and width of a stereo strip",
    .behaviour = Behaviour::linear,
    .parameters = kParameters,
    .details =
        "Width first: M = (L + R) / 2, S = width (L - R) / 2, L' = M + S, R' = M - S. A source at position p has the "
        "gain "
        "g(-p) on the left and g(p) on the right, with a = (p + 1) pi / 4: -3 dB: g(p) = sin(a); -4.5 dB: sin(a)^1.5; "
        "-6 dB: sin(a)^2; linear: (p + 1) / 2, -6 dB in the middle.\n\n"
        "balance: each side by itself, times g / g(0), 1 at most. mono: (L + R) / 2 placed at position. dual: L' "
        "placed at "
        "left, R' at right. All positions and the width are evaluated at every frame. Latency 0, tail 0.",
};

Result<void> validate(const StripValues& strip) {
    if (strip.channels == 2) return {};
    return fail(ErrorCode::bad_argument,
                "pan needs a stereo strip, this one has " + std::to_string(strip.channels) +
                    (strip.channels == 1 ? " channel: use the strip's own pan, or make the strip stereo"
                                         : " channels: use trims, or the strip's own pan"));
}

/// Gain at a side of a source at `toward`: 1 at that side, -1 at the other.
template <class N>
DUBPLATE_HD N side_gain(int law, N toward) {
    if (law == kLinear) return (toward + N(1.0)) * N(0.5);
    N sine, cosine;
    sine_cosine_of_turns((toward + N(1.0)) * N(0.125), sine, cosine);
    sine = max(sine, N(0.0));
    if (law == kMinus6) return sine * sine;
    return law == kMinus4_5 ? sine * sqrt(sine) : sine;
}

/// What a lane's output takes of its own channel and of the other.
template <class N>
struct Shares {
    N own, other;
};

template <int W>
class PanLanes final : public Processor {
    using F = Lanes<float, W>;
    using D = Lanes<double, W>;

public:
    explicit PanLanes(const Setup& setup)
        : mode_(static_cast<int>(setup.strips[0].values[kMode] + 0.5)),
          law_(static_cast<int>(setup.strips[0].values[kLaw] + 0.5)),
          per_middle_(1.0 / side_gain(law_, 0.0)) {
        std::fill_n(row_, kParameterCount, -1);
        for (std::size_t i = 0; i < setup.moving_per_frame.size(); ++i)
            row_[setup.moving_per_frame[i]] = static_cast<int>(i);
        for (int lane = 0; lane < W; ++lane) {
            side_[lane] = lane % 2 == 0 ? -1.0f : 1.0f;
            for (const std::size_t parameter : {kPosition, kWidth, kLeft, kRight})
                still_[parameter][lane] = static_cast<float>(setup.value(parameter, lane));
        }
    }

    void process(const LaneBlock& block) override {
        Shares<F> shares = shares_at(block, 0);
        for (int frame = 0; frame < block.frames; ++frame) {
            if (block.controls.frames && frame > 0) shares = shares_at(block, frame);
            float* at = block.audio + frame * W;
            const F own = load<F>(at);
            store(at, fma(own, shares.own, exchange_pairs(own) * shares.other));
        }
    }

    bool settle() override { return true; }

    bool lane_rows(LaneRows& rows) override {
        rows.add(side_, 1);
        rows.add(still_[0], kParameterCount);
        return true;
    }

private:
    D value(const LaneBlock& block, std::size_t parameter, int frame) const {
        const int row = row_[parameter];
        return widen(load<F>(row < 0 ? still_[parameter] : block.controls.frames + (row * block.frames + frame) * W));
    }

    Shares<F> shares_at(const LaneBlock& block, int frame) const {
        const D side = widen(load<F>(side_));
        const D width = value(block, kWidth, frame) * D(0.01);
        // Of the own and the other channel after width.
        const D own = fma(width, D(0.5), D(0.5)), other = D(0.5) - width * D(0.5);
        if (mode_ == kDual) {
            const D left = value(block, kLeft, frame), right = value(block, kRight, frame);
            const D near = side_gain(law_, side * select_less(side, D(0.0), left, right));
            const D far = side_gain(law_, side * select_less(side, D(0.0), right, left));
            return {narrow(fma(near, own, far * other)), narrow(fma(near, other, far * own))};
        }
        D gain = side_gain(law_, side * value(block, kPosition, frame));
        if (mode_ == kMono) return {narrow(gain * D(0.5)), narrow(gain * D(0.5))};
        gain = min(gain * D(per_middle_), D(1.0));
        return {narrow(gain * own), narrow(gain * other)};
    }

    int mode_, law_;
    double per_middle_;
    int row_[kParameterCount];  // of Controls::frames, -1: does not move
    alignas(64) float side_[W];
    alignas(64) float still_[kParameterCount][W];
};

}  // namespace

const ProcessorKind kPan{.description = kDescription, .validate = validate, .create = make_lanes<PanLanes>};

}  // namespace dubplate::kernels
