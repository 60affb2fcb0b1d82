#include "kernels/processors/delay.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/pack.h"
#include "kernels/shared/one_pole.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kTime, kFeedback, kMix, kPingPong, kHighPass, kLowPass };

constexpr ParameterDescription kParameters[] = {
    {.name = "time",
     .unit = ParameterUnit::beat_time,
     .minimum = 0.001,
     .maximum = 10.0,
     .standard = 0.25,
     .motion = Motion::per_block,
     .help = "Time to the first echo and between echoes"},
    {.name = "feedback",
     .unit = ParameterUnit::plain,
     .minimum = -0.98,
     .maximum = 0.98,
     .standard = 0.35,
     .motion = Motion::per_frame,
     .help = "Gain from each echo to the next; negative turns every other one over"},
    {.name = "mix",
     .unit = ParameterUnit::percent,
     .minimum = 0.0,
     .maximum = 100.0,
     .standard = 50.0,
     .motion = Motion::per_frame,
     .help = "Share of the echoes; the rest is the input"},
    {.name = "ping_pong",
     .unit = ParameterUnit::toggle,
     .motion = Motion::fixed,
     .help = "Echoes of the mono sum alternate between left and right, left first"},
    {.name = "high_pass",
     .unit = ParameterUnit::hertz,
     .minimum = 0.0,
     .maximum = 20000.0,
     .standard = 0.0,
     .motion = Motion::per_block,
     .help = "High pass in the feedback, 6 dB per octave; 0 is off"},
    {.name = "low_pass",
     .unit = ParameterUnit::hertz,
     .minimum = 0.0,
     .maximum = 20000.0,
     .standard = 0.0,
     .motion = Motion::per_block,
     .help = "Low pass in the feedback, 6 dB per octave; 0 is off"},
};

constexpr ProcessorDescription kDescription{
    .name = "delay",
    .title = "Delay",
    .help = "Echoes at a time or a note value, with feedback, filters and ping-pong",
    .behaviour = Behaviour::linear,
    .parameters = kParameters,
    .details =
        "line(n) = in(n) + feedback * filters(line(n - time)); out = (1 - mix) * in + mix * line(n - time). Echo k has "
        "the gain feedback^(k-1) and has passed the filters k - 1 times. A time that stays is rounded to whole frames, "
        "so "
        "echoes are exact copies; while it moves, the place that is read glides from one control point (64 frames) to "
        "the next and is interpolated by a cubic, which changes the pitch as a tape would.\n\n"
        "Ping-pong needs a stereo strip: the left line takes (left + right) / 2 and the right line's echo, the right "
        "line "
        "the left line's echo, both times the feedback.\n\n"
        "Latency 0. Tail: until echoes are below -140 dB, at most 60 s.",
};

constexpr double kLongestTailSeconds = 60.0;
constexpr double kTailDecibels = -140.0;
constexpr double kShortestFrames = 2.0;  // what the cubic needs to read only what has been written

double whole_frames(double seconds, double sample_rate) {
    return std::max(kShortestFrames, round_even(seconds * sample_rate));
}

Tail tail(const StripValues& strip) {
    const double frames = whole_frames(std::max(strip.values[kTime], strip.greatest[kTime]), strip.sample_rate);
    const double feedback = std::max(std::fabs(strip.values[kFeedback]), std::fabs(strip.greatest[kFeedback]));
    double echoes = 1.0;
    if (feedback > 1e-7) echoes += std::ceil(kTailDecibels / decibels_of_gain(std::min(feedback, 0.98)));
    const double longest = kLongestTailSeconds * strip.sample_rate;  // more than one echo in any case
    return {.frames = static_cast<FrameCount>(std::min(frames * echoes, longest)) + 1,
            .gap_frames = static_cast<FrameCount>(frames)};
}

Result<void> validate(const StripValues& strip) {
    if (strip.values[kPingPong] > 0.5 && strip.channels != 2)
        return fail(ErrorCode::bad_argument, "ping-pong needs a stereo strip, this one has " +
                                                 std::to_string(strip.channels) +
                                                 (strip.channels == 1 ? " channel" : " channels") +
                                                 ": make the strip stereo or set ping_pong to false");
    return {};
}

/// One value per lane that moves in a straight line from one control point to the next.
template <int W>
struct Glide {
    alignas(64) double from[W] = {}, to[W] = {};

    void hold(int lane, double value) { from[lane] = to[lane] = value; }
    Lanes<double, W> at(double share) const {
        const auto start = load<Lanes<double, W>>(from);
        return fma(load<Lanes<double, W>>(to) - start, Lanes<double, W>(share), start);
    }
};

template <int W>
class DelayLanes final : public Processor {
    using F = Lanes<float, W>;
    using D = Lanes<double, W>;

public:
    explicit DelayLanes(const Setup& setup)
        : sample_rate_(setup.sample_rate()),
          channels_(setup.channels()),
          lanes_(setup.lanes()),
          time_row_(row_of(setup.moving_per_block, kTime)),
          high_row_(row_of(setup.moving_per_block, kHighPass)),
          low_row_(row_of(setup.moving_per_block, kLowPass)),
          grid_rows_(static_cast<int>(setup.moving_per_block.size())),
          feedback_row_(row_of(setup.moving_per_frame, kFeedback)),
          mix_row_(row_of(setup.moving_per_frame, kMix)) {
        double longest = kShortestFrames;
        for (int lane = 0; lane < W; ++lane) {
            const StripValues& strip = setup.strip_of(lane);
            const double frames = whole_frames(strip.values[kTime], sample_rate_);
            longest = std::max({longest, frames, whole_frames(strip.greatest[kTime], sample_rate_)});
            delay_.hold(lane, frames);
            set_filter(high_, high_on_, lane, strip.values[kHighPass], strip.values[kHighPass]);
            set_filter(low_, low_on_, lane, strip.values[kLowPass], strip.values[kLowPass]);
            feedback_[lane] = static_cast<float>(strip.values[kFeedback]);
            mix_[lane] = static_cast<float>(strip.values[kMix]);
            const bool left = lane % channels_ == 0;
            crossed_[lane] = strip.values[kPingPong] > 0.5 ? 1.0 : 0.0;
            crossed_input_[lane] = left ? 0.5 : 0.0;
            any_crossed_ |= crossed_[lane] > 0.5;
            fresh_[lane] = true;
        }
        any_filter_ = high_row_ >= 0 || low_row_ >= 0 || std::any_of(high_on_, high_on_ + W, is_on) ||
                      std::any_of(low_on_, low_on_ + W, is_on);
        longest_ = longest;
        line_.resize(std::bit_ceil(static_cast<std::size_t>(longest) + 4) * W, 0.0f);
        mask_ = static_cast<FrameCount>(line_.size() / W) - 1;
    }

    void process(const LaneBlock& block) override {
        for (int step = 0; step * kControlFrames < block.frames; ++step) {
            aim(block, step);
            if (time_row_ >= 0) {
                note_input(block, step);
                run<true>(block, step);
            } else {
                run<false>(block, step);
            }
        }
    }

    bool settle() override {
        bool rest = true;
        const auto settle_value = [&](auto& value) {
            if (std::fabs(value) < 1e-12f) value = 0;
            rest &= value == 0;
        };
        for (float& sample : line_) settle_value(sample);
        for (double& state : high_state_) settle_value(state);
        for (double& state : low_state_) settle_value(state);
        if (rest) std::fill_n(fresh_, W, true);
        return rest;
    }

private:
    static bool is_on(double on) { return on > 0.5; }

    static int row_of(std::span<const std::size_t> moving, std::size_t parameter) {
        const auto found = std::find(moving.begin(), moving.end(), parameter);
        return found == moving.end() ? -1 : static_cast<int>(found - moving.begin());
    }

    void set_filter(Glide<W>& filter, double* on, int lane, double from_hertz, double to_hertz) {
        on[lane] = from_hertz > 0.0 ? 1.0 : 0.0;
        filter.from[lane] = one_pole_coefficient(from_hertz, sample_rate_);
        filter.to[lane] = to_hertz > 0.0 ? one_pole_coefficient(to_hertz, sample_rate_) : filter.from[lane];
    }

    /// Where the moving parameters per block go during a step.
    void aim(const LaneBlock& block, int step) {
        const auto at = [&](int point, int row, int lane) {
            return block.controls.grid[((step + point) * grid_rows_ + row) * W + lane];
        };
        for (int lane = 0; lane < W && grid_rows_ > 0; ++lane) {
            if (time_row_ >= 0) {
                const double from = at(0, time_row_, lane), to = at(1, time_row_, lane);
                // A line that holds nothing begins wherever the time stands: how long it held nothing does not matter.
                delay_.from[lane] = fresh_[lane] ? whole_frames(from, sample_rate_) : delay_.to[lane];
                delay_.to[lane] = from == to ? whole_frames(to, sample_rate_) : to * sample_rate_;
                delay_.to[lane] = std::clamp(delay_.to[lane], kShortestFrames, longest_);
            }
            if (high_row_ >= 0) set_filter(high_, high_on_, lane, at(0, high_row_, lane), at(1, high_row_, lane));
            if (low_row_ >= 0) set_filter(low_, low_on_, lane, at(0, low_row_, lane), at(1, low_row_, lane));
        }
    }

    const float* moving(const LaneBlock& block, int row, int frame) const {
        return row < 0 ? nullptr : block.controls.frames + (row * block.frames + frame) * W;
    }

    template <bool moves>
    void run(const LaneBlock& block, int step) {
        constexpr int kFrames = static_cast<int>(kControlFrames);
        const int first = step * kFrames;
        D high_state = load<D>(high_state_), low_state = load<D>(low_state_);
        const D high_on = load<D>(high_on_), low_on = load<D>(low_on_);
        const D crossed = load<D>(crossed_), crossed_input = load<D>(crossed_input_);
        const float* feedback_at = moving(block, feedback_row_, first);
        const float* mix_at = moving(block, mix_row_, first);
        D feedback = widen(load<F>(feedback_));
        F mix = load<F>(mix_) * F(0.01f);
        FrameCount whole[W];
        for (int lane = 0; lane < W; ++lane) whole[lane] = static_cast<FrameCount>(delay_.from[lane]);

        for (int i = 0; i < kFrames; ++i) {
            const FrameCount frame = block.start + first + i;
            float* audio = block.audio + (first + i) * W;
            const double share = i * (1.0 / kFrames);
            D echo;
            if constexpr (moves) {
                alignas(64) double place[W], read[W];
                store(place, delay_.at(share));
                for (int lane = 0; lane < W; ++lane) read[lane] = read_between(frame, place[lane], lane);
                echo = load<D>(read);
            } else {
                alignas(64) float read[W];
                for (int lane = 0; lane < W; ++lane) read[lane] = sample(frame - whole[lane], lane);
                echo = widen(load<F>(read));
            }

            D back = echo;
            if (any_filter_) {
                const D high = back - one_pole_low_pass(back, high_.at(share), high_state);
                back = select_less(D(0.5), high_on, high, back);
                high_state = select_less(D(0.5), high_on, high_state, D(0.0));
                const D low = one_pole_low_pass(back, low_.at(share), low_state);
                back = select_less(D(0.5), low_on, low, back);
                low_state = select_less(D(0.5), low_on, low_state, D(0.0));
            }
            const F dry = load<F>(audio);
            D input = widen(dry);
            if (any_crossed_) {
                input = select_less(D(0.5), crossed, (input + exchange_pairs(input)) * crossed_input, input);
                back = select_less(D(0.5), crossed, exchange_pairs(back), back);
            }
            if (feedback_at) feedback = widen(load<F>(feedback_at + i * W));
            store(line_.data() + (frame & mask_) * W, narrow(fma(feedback, back, input)));

            if (mix_at) mix = load<F>(mix_at + i * W) * F(0.01f);
            store(audio, fma(narrow(echo), mix, dry * (F(1.0f) - mix)));
        }
        store(high_state_, high_state);
        store(low_state_, low_state);
    }

    float sample(FrameCount frame, int lane) const {
        return line_[static_cast<std::size_t>((frame & mask_) * W + lane)];
    }

    /// The line `delay` >= 2 frames ago, by a cubic through the four frames around (Catmull-Rom); whole frames exactly.
    double read_between(FrameCount frame, double delay, int lane) const {
        const auto whole = static_cast<FrameCount>(delay);
        const double t = delay - static_cast<double>(whole);
        const double x0 = sample(frame - whole, lane);
        if (t == 0.0) return x0;
        const double before = sample(frame - whole + 1, lane);
        const double x1 = sample(frame - whole - 1, lane), x2 = sample(frame - whole - 2, lane);
        const double c1 = 0.5 * (x1 - before);
        const double c2 = fma(2.0, x1, before) - fma(2.5, x0, 0.5 * x2);
        const double c3 = fma(1.5, x0 - x1, 0.5 * (x2 - before));
        return fma(fma(fma(c3, t, c2), t, c1), t, x0);
    }

    /// A line is fresh until its strip gives it something.
    void note_input(const LaneBlock& block, int step) {
        const float* const begin = block.audio + step * kControlFrames * W;
        for (int first = 0; first < lanes_; first += channels_) {
            if (!fresh_[first]) continue;
            bool silent = true;
            for (const float* frame = begin; frame < begin + kControlFrames * W; frame += W)
                for (int channel = 0; channel < channels_; ++channel) silent &= frame[first + channel] == 0.0f;
            std::fill_n(fresh_ + first, channels_, silent);
        }
    }

    double sample_rate_;
    int channels_, lanes_;
    int time_row_, high_row_, low_row_, grid_rows_;  // of Controls::grid, -1: does not move
    int feedback_row_, mix_row_;                     // of Controls::frames
    double longest_ = 0.0;
    AlignedVector<float> line_;  // [frame & mask][lane], by absolute frame
    FrameCount mask_ = 0;
    Glide<W> delay_;       // in frames
    Glide<W> high_, low_;  // coefficients
    alignas(64) double high_on_[W], low_on_[W];
    alignas(64) double high_state_[W] = {}, low_state_[W] = {};
    alignas(64) double crossed_[W], crossed_input_[W];
    alignas(64) float feedback_[W], mix_[W];
    bool fresh_[W];  // holds nothing but zeros
    bool any_crossed_ = false, any_filter_ = false;
};

bool keeps_channels_equal(const StripValues& strip) { return strip.values[kPingPong] <= 0.5; }

}  // namespace

const ProcessorKind kDelay{.description = kDescription,
                           .tail = tail,
                           .validate = validate,
                           .keeps_channels_equal = keeps_channels_equal,
                           .create = make_lanes<DelayLanes>};

}  // namespace dubplate::kernels
