#pragma once

/// The stages of which the compressor's detector is made, each over one control step of 64 frames in lanes.
///
/// Audio and gains are [frame][width]. Stages without memory run over kSamples at a time whatever the width. Those with memory run over W lanes, frame after frame, with states in double: at long times a
/// float would stop moving short of its target.

#include <cstring>
#include <span>

#include "kernels/cpu/lane_delay.h"
#include "kernels/cpu/pack.h"
#include "kernels/processors/lane_values.h"
#include "kernels/shared/dynamics.h"

namespace dubplate::kernels {

template <class N>
inline void set_lane(N& pack, int lane, double value) {
    std::memcpy(reinterpret_cast<char*>(&pack) + sizeof(double) * static_cast<std::size_t>(lane), &value, sizeof value);
}

/// 0 where a state is below `rest`: decays end, denormal numbers never arise.
template <class N, class T>
DUBPLATE_HD N flushed(const N& state, T rest) {
    return select_less(abs(state), N(rest), N(T(0)), state);
}

/// Sets lanes that have decayed below 1e-12 to 0; true if all are 0.
template <class N>
inline bool settle_lanes(N& state) {
    double values[sizeof(N) / sizeof(double)];
    store(values, state);
    const bool rest = settle_values(std::span<double>(values));
    state = load<N>(values);
    return rest;
}

/// What the static curve and the output are made of.
enum CurveField {
    kOnsetField,
    kSlopeField,
    kKneeField,
    kRangeField,
    kLinkField,
    kMakeupField,
    kMixField,
    kCurveFields
};
template <int W>
using CurveRow = ControlRow<W, kCurveFields>;

/// The curve of a row, or where a ramp stands. `unit`: of its levels.
template <class Row>
GainCurve<Samples> curve_at(const Row& row, float unit) {
    return {row.at(kOnsetField), row.at(kSlopeField), row.at(kKneeField), row.at(kRangeField), unit};
}

/// Levels in log2 of what the detector sees, magnitudes or powers, over one step.
template <bool Power, int W>
void levels_of(const float* heard, float* level) {
    using F = Samples;
    for (int at = 0; at < kStepFrames * W; at += kSamples) {
        const F value = load<F>(heard + at);
        store(level + at, log2_float(Power ? value : max(abs(value), F(kLevelFloor))));
    }
}

/// Static curve over one step, in place: levels to gains.
template <bool Upward, bool Moving, bool Hard, int W>
void static_gain(const CurveRow<W>& now, const CurveRow<W>& next, float unit, float* level) {
    using F = Samples;
    ControlRamp<W, kCurveFields> ramp{now, next};
    GainComputer<Upward, F, Hard> gain_of(curve_at(now, unit));
    for (int at = 0; at < kStepFrames * W; at += kSamples) {
        if constexpr (Moving) {
            ramp.move_to(at);
            gain_of = GainComputer<Upward, F, Hard>(curve_at(ramp, unit));
        }
        store(level + at, gain_of(load<F>(level + at)));
    }
}

/// Gains of the loudest channel, in place, towards those of each channel's own: at a link of 1 they stay, at 0 they are
/// the channel's own.
template <int W>
void link_gains(const CurveRow<W>& now, const CurveRow<W>& next, const float* own, float* gain) {
    using F = Samples;
    ControlRamp<W, kCurveFields> ramp{now, next};
    for (int at = 0; at < kStepFrames * W; at += kSamples) {
        ramp.move_to(at);
        const F link = ramp.at(kLinkField);
        store(gain + at, fma(link, load<F>(gain + at), (F(1.0f) - link) * load<F>(own + at)));
    }
}

/// The factor of a smoothed gain: 1 - mix + mix * 2^(gain + makeup).
template <class N>
DUBPLATE_HD N factor_of_gain(N gain, N makeup, N mix) {
    return fma(mix, exp2_float(gain + makeup), N(1.0f) - mix);
}

/// Makes factors of smoothed gains. `makeup_db` [frame][width] or nullptr.
template <bool Moving, int W>
void output_gain(const CurveRow<W>& now, const CurveRow<W>& next, const float* makeup_db, float* gain) {
    using F = Samples;
    ControlRamp<W, kCurveFields> ramp{now, next};
    F makeup = now.at(kMakeupField), mix = now.at(kMixField);
    for (int at = 0; at < kStepFrames * W; at += kSamples) {
        if constexpr (Moving) {
            ramp.move_to(at);
            mix = ramp.at(kMixField);
        }
        if (makeup_db) makeup = load<F>(makeup_db + at) * static_cast<float>(kLog2PerDecibel);
        store(gain + at, factor_of_gain(load<F>(gain + at), makeup, mix));
    }
}

/// Multiplies audio by the factors of smoothed gains, where nothing moves. `Whole`: all mixes are 1, with the same bits.
template <bool Whole, int W>
void multiply_by_gain(const CurveRow<W>& now, const float* gain, float* audio) {
    using F = Samples;
    const F makeup = now.at(kMakeupField), mix = Whole ? F(1.0f) : now.at(kMixField);
    for (int at = 0; at < kStepFrames * W; at += kSamples) {
        const F smoothed = load<F>(gain + at);
        const F factor = Whole ? exp2_float(smoothed + makeup) : factor_of_gain(smoothed, makeup, mix);
        store(audio + at, load<F>(audio + at) * factor);
    }
}

/// Mean power: the square through a one-pole lowpass. Two frames at a time, so that the second need not wait for the
/// first: from p its power is p + step (2 - step) (x - p), x the mean of both squares weighed by age.
template <int W>
class PowerMeter {
    using F = Lanes<float, W>;

public:
    explicit PowerMeter(double frames) {
        const double step = one_pole_step(frames);
        step_ = static_cast<float>(step);
        two_steps_ = static_cast<float>(step * (2.0 - step));
        younger_ = static_cast<float>(1.0 / (2.0 - step));
    }

    void process(const float* from, float* to) {
        F power = power_;
        for (int frame = 0; frame < kStepFrames; frame += 2, from += 2 * W, to += 2 * W) {
            const F first = square(load<F>(from)), second = square(load<F>(from + W));
            const F mean = fma(younger_, second - first, first);
            store(to, fma(step_, first - power, power));
            power = fma(two_steps_, mean - power, power);
            store(to + W, power);
        }
        power_ = flushed(power, 1e-24f);
    }
    bool settle() {
        float power[W];
        store(power, power_);
        const bool rest = settle_values(std::span<float>(power));
        power_ = load<F>(power);
        return rest;
    }
    void add_rows(LaneRows& rows) { rows.add_packs<float>(power_); }

private:
    /// Squares below 1e-30 weigh nothing and would make powers denormal in time; above 1e30 no power would come back.
    static F square(F sample) { return min(max(sample * sample, F(1e-30f)), F(1e30f)); }

    F step_, two_steps_, younger_, power_{0.0f};
};

/// The detector's ears: high-pass and low-pass for the key.
template <int W>
class KeyFilterLanes {
    using F = Lanes<float, W>;
    using D = Lanes<double, W>;
    using Section = typename KeyFilter<D>::Section;

public:
    void set(int lane, double high_pass_hz, double low_pass_hz, double sample_rate) {
        set(filter_.high_pass, lane, key_filter_coefficients(high_pass_hz, sample_rate, true));
        set(filter_.low_pass, lane, key_filter_coefficients(low_pass_hz, sample_rate, false));
    }
    void process(const float* from, float* to) {
        KeyFilter<D> filter = filter_;
        for (int frame = 0; frame < kStepFrames; ++frame)
            store(to + frame * W, narrow(filter.process(widen(load<F>(from + frame * W)))));
        for (Section* section : {&filter.high_pass, &filter.low_pass}) {
            section->first = flushed(section->first, 1e-12);
            section->second = flushed(section->second, 1e-12);
        }
        filter_ = filter;
    }
    bool settle() {
        bool rest = true;
        for (Section* section : {&filter_.high_pass, &filter_.low_pass})
            for (D* state : {&section->first, &section->second}) rest &= settle_lanes(*state);
        return rest;
    }
    void add_rows(LaneRows& rows) { rows.add_packs<double>(filter_); }

private:
    static void set(Section& section, int lane, const KeyFilterCoefficients& to) {
        set_lane(section.a1, lane, to.a1);
        set_lane(section.a2, lane, to.a2);
        set_lane(section.a3, lane, to.a3);
        set_lane(section.of_input, lane, to.of_input);
        set_lane(section.of_band, lane, to.of_band);
        set_lane(section.of_low, lane, to.of_low);
        if (to.a1 != 0.0) return;
        set_lane(section.first, lane, 0.0);  // what is off forgets
        set_lane(section.second, lane, 0.0);
    }
    KeyFilter<D> filter_;
};

/// The smooth decoupled detector with hold and automatic release. Gains in log2; 0 is rest.
///
///     fast = min(gain, fast + k_release (gain - fast))      falls at once, waits for `hold`, rises exponentially
///     slow = slow + k_slow (fast - slow)                    with automatic release only
///     out  = out + k_attack (min(fast, slow) - out)
template <int W>
class GainSmoother {
    using F = Lanes<float, W>;
    using D = Lanes<double, W>;

public:
    /// Whether any lane ever holds or adapts; if not, process() does without.
    bool holds_or_adapts = false;

    /// Steps as of one_pole_step(); `slow` 0: no automatic release.
    void set_times(int lane, double attack, double release, double slow, double hold_frames) {
        set_lane(attack_keep_, lane, 1.0 - attack);
        set_lane(attack_keep_two_, lane, (1.0 - attack) * (1.0 - attack));
        set_lane(attack_younger_, lane, 1.0 / (2.0 - attack));
        set_lane(release_keep_, lane, 1.0 - release);
        set_lane(release_step_, lane, release);
        set_lane(slow_keep_, lane, slow > 0.0 ? 1.0 - slow : 0.0);
        set_lane(slow_absent_, lane, slow > 0.0 ? 0.0 : 1e30);
        set_lane(hold_, lane, hold_frames);
    }

    /// Smooths gain in place. `heard` is what the static curve saw; silence (below `silence`) does not start a hold.
    void process(float* gain, const float* heard, float silence) {
        if (holds_or_adapts)
            process<true>(gain, heard, silence);
        else
            process<false>(gain, heard, silence);
    }

    bool settle() {
        bool rest = true;
        for (D* state : {&fast_, &slow_, &out_, &wait_}) rest &= settle_lanes(*state);
        return rest;
    }

    /// Whether the first lanes have neither hold nor automatic release.
    bool is_plain(int lanes) const {
        double hold[W], slow[W];
        store(hold, hold_), store(slow, slow_absent_);
        return std::all_of(hold, hold + lanes, [](double frames) { return frames == 0.0; }) &&
               std::all_of(slow, slow + lanes, [](double absent) { return absent != 0.0; });
    }

    /// 8192 frames of a plain smoother at a target of 0: what one frame does to `fast` and `out`, squared thirteen times.
    void fade() {
        static_assert(kSettleFrames == 1 << 13);
        D release = release_keep_, attack = attack_keep_, across = (D(1.0) - attack_keep_) * release_keep_;
        for (int doubling = 0; doubling < 13; ++doubling) {
            across = across * (release + attack);
            release = release * release;
            attack = attack * attack;
        }
        const D fast = min(fast_, D(0.0));
        out_ = fma(attack, out_, across * fast);
        fast_ = release * fast;
    }

    void add_rows(LaneRows& rows) {
        for (D* row : {&attack_keep_, &attack_keep_two_, &attack_younger_, &release_keep_, &release_step_, &slow_keep_,
                       &slow_absent_, &hold_, &fast_, &slow_, &out_, &wait_})
            rows.add_packs<double>(*row);
    }

private:
    template <bool Full>
    void process(float* gain, const float* heard, float silence) {
        D fast = fast_, slow = slow_, out = out_, wait = wait_;
        const D zero(0.0), one(1.0), quiet(static_cast<double>(silence));
        // The lesser of both envelopes after one more frame.
        const auto follow = [&](const float* gain_at, const float* heard_at) __attribute__((always_inline)) {
            const D target = load_widened<D>(gain_at);
            D risen = fma(release_keep_, fast, release_step_ * target);
            if constexpr (!Full) return fast = min(target, risen);
            risen = select_less(zero, wait, fast, risen);
            const D held = max(wait - one, zero), loud = abs(load_widened<D>(heard_at));
            wait = select_less(fast, target, held, select_less(quiet, loud, hold_, held));
            fast = min(target, risen);
            slow = fma(slow_keep_, slow - fast, fast);
            return min(fast, slow + slow_absent_);
        };
        for (int frame = 0; frame < kStepFrames; frame += 2) {
            float* const at = gain + frame * W;
            const D first = follow(at, heard + frame * W), second = follow(at + W, heard + (frame + 1) * W);
            // Two frames of attack at a time, so that the second need not wait for the first.
            const D mean = fma(attack_younger_, second - first, first);
            store_narrowed(at, fma(attack_keep_, out - first, first));
            out = fma(attack_keep_two_, out - mean, mean);
            store_narrowed(at + W, out);
        }
        fast_ = flushed(fast, 1e-12);
        slow_ = flushed(slow, 1e-12);
        out_ = flushed(out, 1e-12);
        wait_ = wait;
    }

    D attack_keep_, attack_keep_two_, attack_younger_, release_keep_, release_step_, slow_keep_, slow_absent_, hold_;
    D fast_{0.0}, slow_{0.0}, out_{0.0}, wait_{0.0};  // wait: frames that the release still has to wait
};

}  // namespace dubplate::kernels
