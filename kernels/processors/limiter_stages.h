#pragma once

/// The stages of which the limiter's detector is made, each over one control step of 64 frames in lanes.
///
/// [frame][width]. Reductions are in log2 and not negative; 0 is rest. No stage's result depends on where blocks are
/// cut: maxima are exact in any order, and the running sums add multiples of one quantum that all fit a double.

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "engine/base/time.h"
#include "kernels/cpu/lane_delay.h"
#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {

/// Estimates the signal's greatest magnitude around each frame, between the samples too.
///
/// Four points per frame by a windowed-sinc interpolator, then the vertex of the parabola through three neighbours
/// wherever a point stands out. Lags by kLagFrames. A sine up to 0.45 of the rate is read within 0.1 dB.
template <int W>
class TruePeakEstimator {
    using F = Pack<float, 16>;

public:
    static constexpr int kTaps = 64;              // per phase, Kaiser window, beta 4
    static constexpr int kLagFrames = kTaps / 2;  // the frame's own sample lies this far behind the newest

    /// `to` [64][W] for the frames `kLagFrames` before those of `from`.
    void process(const float* from, float* to) {
        std::copy_n(from, kStep * W, recent_.begin() + kTaps * W);
        const Taps& taps = halved_taps();
        // recent_[0] is frame -kTaps before the step; the estimate's frame n sits kTaps - kLagFrames after it.
        for (int at = 0; at < kStep * W; at += 16) {
            // The interpolators mirror each other about half a frame: sums and differences of mirrored samples do.
            F middle(0.0f), even(0.0f), odd(0.0f);
            const float* early = &recent_[static_cast<std::size_t>(at + W)];
            const float* late = early + (kTaps - 1) * W;
            for (int tap = 0; tap < kTaps / 2; ++tap, early += W, late -= W) {
                const F one = load<F>(early), other = load<F>(late), sum = one + other;
                middle = fma(sum, F(taps[0][tap]), middle);
                even = fma(sum, F(taps[1][tap]), even);
                odd = fma(one - other, F(taps[2][tap]), odd);
            }
            store(&between_[0][static_cast<std::size_t>(at + W)], even + odd);
            store(&between_[1][static_cast<std::size_t>(at + W)], middle);
            store(&between_[2][static_cast<std::size_t>(at + W)], even - odd);
        }
        for (int at = 0; at < kStep * W; at += 16) {
            const auto here = static_cast<std::size_t>(at + (kTaps - kLagFrames) * W),
                       row = static_cast<std::size_t>(at + W);
            const F before = load<F>(&between_[2][row - W]), sample = load<F>(&recent_[here]);
            const F one = load<F>(&between_[0][row]), two = load<F>(&between_[1][row]),
                    three = load<F>(&between_[2][row]);
            const F after = load<F>(&recent_[here + W]);
            const F first = max(vertex(before, sample, one), vertex(sample, one, two));
            store(to + at, max(first, max(vertex(one, two, three), vertex(two, three, after))));
        }
        std::copy_n(recent_.begin() + kStep * W, kTaps * W, recent_.begin());
        std::copy_n(between_[2].begin() + kStep * W, W, between_[2].begin());
    }

    bool settle() {
        const bool rest = settle_values(std::span<float>(recent_.data(), kTaps * W));
        return settle_values(std::span<float>(between_[2].data(), W)) && rest;
    }

private:
    static constexpr int kStep = static_cast<int>(kControlFrames);
    using Taps = std::array<std::array<float, kTaps / 2>, 3>;

    /// Greatest magnitude of the parabola through three neighbours within half a point of the middle one. Where the
    /// vertex lies outside, a neighbour is greater and stands for it.
    static DUBPLATE_HD F vertex(F before, F middle, F after) {
        const F tilt = abs(after - before), bend = abs(fma(F(2.0f), middle, -(before + after)));
        const F inside = min(tilt, bend);
        return abs(middle) + inside * inside / max(F(8.0f) * bend, F(1e-20f));
    }

    /// Tap k weighs the samples k - kTaps/2 + 1 and kTaps/2 - k frames after a frame: [0] for the point half a frame after
    /// it, [1] and [2] the even and odd part of those a quarter and three quarters after it.
    static const Taps& halved_taps() {
        static const Taps kHalved = [] {
            const auto bessel = [](double x) {
                double sum = 1.0, term = 1.0;
                for (int k = 1; k < 40; ++k) sum += term *= (x / 2 / k) * (x / 2 / k);
                return sum;
            };
            double taps[2][kTaps];  // half a frame, a quarter
            for (int p = 0; p < 2; ++p) {
                double sum = 0.0;
                for (int k = 0; k < kTaps; ++k) {
                    const double distance = (p == 0 ? 0.5 : 0.25) - (k - kTaps / 2 + 1), share = distance / (kTaps / 2);
                    taps[p][k] = sine(kPi * distance) / (kPi * distance) * bessel(4.0 * sqrt(1.0 - share * share));
                    sum += taps[p][k];
                }
                for (double& tap : taps[p]) tap /= sum;
            }
            Taps result;
            for (int k = 0; k < kTaps / 2; ++k) {
                result[0][k] = static_cast<float>(taps[0][k]);
                result[1][k] = static_cast<float>(0.5 * (taps[1][k] + taps[1][kTaps - 1 - k]));
                result[2][k] = static_cast<float>(0.5 * (taps[1][k] - taps[1][kTaps - 1 - k]));
            }
            return result;
        }();
        return kHalved;
    }

    std::vector<float> recent_ = std::vector<float>((kTaps + kStep) * W + 16);  // [frame][W], the last kTaps first
    std::array<std::vector<float>, 3> between_ = {std::vector<float>((kStep + 1) * W),
                                                  std::vector<float>((kStep + 1) * W),
                                                  std::vector<float>((kStep + 1) * W)};  // [frame][W] from -1 on
};

/// Greatest of the last `window` values, in place: two maxima per value (van Herk 1992, Gil and Werman 1993).
template <int W>
class SlidingMaximum {
    using F = Lanes<float, W>;

public:
    explicit SlidingMaximum(int window) : window_(window), values_(static_cast<std::size_t>((window + 1) * W)) {}

    void process(float* values) {
        F prefix = load<F>(prefix_);
        for (int frame = 0; frame < static_cast<int>(kControlFrames); ++frame, values += W) {
            const F value = load<F>(values);
            prefix = max(prefix, value);
            // What follows in the segment before is already the maximum from there to that segment's end.
            store(values, max(prefix, load<F>(row(at_ + 1))));
            store(row(at_), value);
            if (++at_ < window_) continue;
            F suffix(0.0f);
            for (int k = window_ - 1; k >= 0; --k) store(row(k), suffix = max(suffix, load<F>(row(k))));
            prefix = F(0.0f);
            at_ = 0;
        }
        store(prefix_, prefix);
    }

    bool settle() {
        const bool rest = settle_values(std::span<float>(prefix_));
        return settle_values(std::span<float>(values_)) && rest;
    }

private:
    float* row(int k) { return values_.data() + k * W; }
    int window_, at_ = 0;
    float prefix_[W] = {};
    std::vector<float> values_;  // [window + 1][W]; the last row stays 0
};

/// Release, then two moving averages of together `ahead` + 1 frames: turns the steps of a sliding maximum into slopes
/// that have arrived when the peak comes. What comes out is never below what went in `ahead` frames ago or since, but
/// for the quantum.
template <int W>
class ReductionSlope {
public:
    /// Reductions are at most `greatest`.
    ReductionSlope(int ahead, double greatest)
        : first_((ahead + 2) / 2), second_(ahead + 2 - first_), scale_(1.0 / (static_cast<double>(first_) * second_)) {
        // Every sum must stay below 2^52 quanta to be exact.
        double quantum = 0x1p-24;
        while (greatest * first_ * second_ > quantum * 0x1p52) quantum *= 2.0;
        round_ = 1.5 * 0x1p52 * quantum;
        first_ring_.resize(static_cast<std::size_t>(first_ * W));
        second_ring_.resize(static_cast<std::size_t>(second_ * W));
    }

    /// What is left of a reduction after one frame.
    void set_release(int lane, double keep) { keep_[lane] = keep; }

    void process(float* values) {
        int first_at = first_at_, second_at = second_at_;
        for (int lane = 0; lane < W; lane += kPart) {
            first_at = first_at_, second_at = second_at_;
            process_part(values + lane, lane, first_at, second_at);
        }
        first_at_ = first_at, second_at_ = second_at;
    }

    bool settle() {
        // The rings and sums hold whole quanta, which are above what settles.
        bool rest = settle_values(std::span<double>(held_)) & settle_values(std::span<double>(first_sum_)) &
                    settle_values(std::span<double>(second_sum_));
        return settle_values(std::span<double>(first_ring_)) & settle_values(std::span<double>(second_ring_)) & rest;
    }

private:
    /// 8 lanes of 16 at a time: the doubles of more do not fit the registers.
    static constexpr int kPart = W < 8 ? W : 8;
    using F = Lanes<float, kPart>;
    using D = Lanes<double, kPart>;

    void process_part(float* values, int lane, int& first_at, int& second_at) {
        D held = load<D>(held_ + lane), first_sum = load<D>(first_sum_ + lane),
          second_sum = load<D>(second_sum_ + lane);
        const D keep = load<D>(keep_ + lane);
        double* const first_ring = first_ring_.data() + lane;
        double* const second_ring = second_ring_.data() + lane;
        for (int frame = 0; frame < static_cast<int>(kControlFrames); ++frame, values += W) {
            held = max(widen(load<F>(values)), held * keep);
            const D whole = (held + round_) - round_;
            const D first_old = load<D>(first_ring + first_at * W);
            store(first_ring + first_at * W, whole);
            first_at = first_at + 1 == first_ ? 0 : first_at + 1;
            first_sum = first_sum + (whole - first_old);
            const D second_old = load<D>(second_ring + second_at * W);
            store(second_ring + second_at * W, first_sum);
            second_at = second_at + 1 == second_ ? 0 : second_at + 1;
            second_sum = second_sum + (first_sum - second_old);
            store(values, narrow(second_sum * scale_));
        }
        store(held_ + lane, select_less(held, D(1e-12), D(0.0), held));
        store(first_sum_ + lane, first_sum);
        store(second_sum_ + lane, second_sum);
    }

    int first_, second_, first_at_ = 0, second_at_ = 0;
    double scale_, round_;
    alignas(64) double keep_[W] = {}, held_[W] = {}, first_sum_[W] = {}, second_sum_[W] = {};
    std::vector<double> first_ring_, second_ring_;  // [frame][W]
};

}  // namespace dubplate::kernels
