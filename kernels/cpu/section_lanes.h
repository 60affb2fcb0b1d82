#pragma once

/// Second-order sections on W lanes, 64 frames at a time: the loops around kernels/shared/second_order.h.
///
/// Audio is [frame][W], float at the ends of a chain and double between its passes, so that nothing is rounded on the
/// way; sections that lose little by it run in float, last of all. Lanes are taken in groups small enough that the states
/// of all sections of a pass stay in registers.
/// Determinism: a lane's bits depend on its own coefficients and input alone, not on W or on how sections are grouped;
/// a section that is a wire returns its input exactly.

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/time.h"
#include "kernels/cpu/pack.h"
#include "kernels/shared/second_order.h"

namespace dubplate::kernels {

inline constexpr int kStepFrames = static_cast<int>(kControlFrames);

/// How many sections run through one loop: as many as leave their states in 16 registers.
inline constexpr int kSectionsPerPass = 6;
inline constexpr int kDoublesPerRegister = Pack<double, 16>::kPerRegister;

template <int W>
struct alignas(64) BiquadLanes {
    std::array<double, W> b0, d1, d2, c1, c2;
    std::array<double, W> s1{}, s2{};

    BiquadLanes() {
        for (int lane = 0; lane < W; ++lane) set(lane, {});
    }
    void set(int lane, const DirectBiquad<double>& k) {
        const auto at = static_cast<std::size_t>(lane);
        b0[at] = k.b0, d1[at] = k.d1, d2[at] = k.d2, c1[at] = k.c1, c2[at] = k.c2;
    }
};

/// Sections in float.
template <int W>
struct alignas(64) DeltaLanes {
    std::array<float, W> r1{}, r2{}, f1{}, f2{};
    std::array<float, W> s1{}, s2{};

    void set(int lane, const DeltaBiquad<double>& k) {
        const auto at = static_cast<std::size_t>(lane);
        r1[at] = static_cast<float>(k.r1), r2[at] = static_cast<float>(k.r2);
        f1[at] = static_cast<float>(k.f1), f2[at] = static_cast<float>(k.f2);
    }
};

/// What comes out of a pass is multiplied by it; 1 changes nothing.
template <int W, class T = double>
struct alignas(64) GainLanes {
    std::array<T, W> gain;
    GainLanes() { gain.fill(T(1)); }
};

/// Coefficients at the two ends of a step; they go straight from one to the other. A lane that is a wire at both ends
/// ends the step with its states at 0: so a section that is a wire in all lanes need not run.
template <int W>
struct alignas(64) StateVariableLanes {
    struct End {
        std::array<std::array<double, W>, 5> row;  // g, k, m0, m1, m2
        std::array<bool, W> wire;
        friend bool operator==(const End&, const End&) = default;
    };
    End from, to;
    std::array<double, W> s1{}, s2{};

    StateVariableLanes() {
        for (int lane = 0; lane < W; ++lane) set_wire(lane);
        from = to;
    }
    void set(int lane, const StateVariable<double>& c) {
        const auto at = static_cast<std::size_t>(lane);
        to.row[0][at] = c.g, to.row[1][at] = c.k, to.row[2][at] = c.m0, to.row[3][at] = c.m1, to.row[4][at] = c.m2;
        to.wire[at] = false;
    }
    void set_wire(int lane) {
        set(lane, {});
        to.wire[static_cast<std::size_t>(lane)] = true;
    }
};

namespace detail {
template <class N>
DUBPLATE_HD N load_frame(const double* at) {
    return load<N>(at);
}
template <class N>
DUBPLATE_HD N load_frame(const float* at) {
    return widen(load<typename LaneTraits<N>::Float>(at));
}
template <class N>
DUBPLATE_HD void store_frame(double* at, const N& value) {
    store(at, value);
}
/// + 0: a zero that comes out has no sign, so that lanes with and without sections agree to the bit.
template <class N>
DUBPLATE_HD void store_frame(float* at, const N& value) {
    store(at, narrow(value) + 0.0f);
}
}  // namespace detail

/// Moves kStepFrames frames from one number type to the other.
template <int W, class In, class Out>
void convert_frames(const In* in, Out* out) {
    using N = Lanes<double, W>;
    for (int frame = 0; frame < kStepFrames; ++frame)
        detail::store_frame(out + frame * W, detail::load_frame<N>(in + frame * W));
}

/// kStepFrames frames through `Sections` sections in series. In and Out are float or double; they may be the same. `Unit`:
/// b0 is 1 in all sections and lanes and is not looked at. `working` [W] or nullptr: lanes that are more than wires; groups
/// without any are left alone, where `in` is `out`.
template <int Sections, bool Unit, int W, class In, class Out>
void run_biquads(BiquadLanes<W>* sections, const GainLanes<W>& gains, const In* in, Out* out,
                 const bool* working = nullptr) {
    constexpr int kFit = (Sections <= 2 ? 2 : 1) * kDoublesPerRegister;
    constexpr int kGroup = W < kFit ? W : kFit;
    using N = Lanes<double, kGroup>;
    for (std::size_t lane = 0; lane < W; lane += kGroup) {
        if (working && std::none_of(working + lane, working + lane + kGroup, [](bool works) { return works; }))
            continue;
        DirectBiquad<N> k[Sections];
        N s1[Sections], s2[Sections];
        detail::for_each_index<Sections>([&](auto i) {
            const BiquadLanes<W>& from = sections[i];
            if constexpr (!Unit) k[i].b0 = load<N>(&from.b0[lane]);
            k[i].d1 = load<N>(&from.d1[lane]), k[i].d2 = load<N>(&from.d2[lane]);
            k[i].c1 = load<N>(&from.c1[lane]), k[i].c2 = load<N>(&from.c2[lane]);
            s1[i] = load<N>(&from.s1[lane]), s2[i] = load<N>(&from.s2[lane]);
        });
        const N gain = load<N>(&gains.gain[lane]);
        for (int frame = 0; frame < kStepFrames; ++frame) {
            N x = detail::load_frame<N>(in + static_cast<std::size_t>(frame * W) + lane);
            detail::for_each_index<Sections>([&](auto i) { x = step_biquad<Unit>(k[i], x, s1[i], s2[i]); });
            detail::store_frame(out + static_cast<std::size_t>(frame * W) + lane, x * gain);
        }
        detail::for_each_index<Sections>([&](auto i) {
            store(&sections[i].s1[lane], s1[i]);
            store(&sections[i].s2[lane], s2[i]);
        });
    }
}

/// The same for 1..kSectionsPerPass sections.
template <bool Unit, int W, class In, class Out>
void run_biquads(BiquadLanes<W>* sections, int count, const GainLanes<W>& gains, const In* in, Out* out,
                 const bool* working = nullptr) {
    switch (count) {
        case 1: return run_biquads<1, Unit, W>(sections, gains, in, out, working);
        case 2: return run_biquads<2, Unit, W>(sections, gains, in, out, working);
        case 3: return run_biquads<3, Unit, W>(sections, gains, in, out, working);
        case 4: return run_biquads<4, Unit, W>(sections, gains, in, out, working);
        case 5: return run_biquads<5, Unit, W>(sections, gains, in, out, working);
        default: return run_biquads<6, Unit, W>(sections, gains, in, out, working);
    }
}

/// kStepFrames frames through `Sections` sections in float, in place.
template <int Sections, int W>
void run_deltas(DeltaLanes<W>* sections, const GainLanes<W, float>& gains, float* audio) {
    constexpr int kFit = Pack<float, 16>::kPerRegister;
    constexpr int kGroup = W < kFit ? W : kFit;
    // One lane runs in a register of four: compilers make worse of plain floats.
    using N = Pack<float, kGroup == 1 ? 4 : kGroup>;
    const auto get = [](const float* from) {
        if constexpr (kGroup == 1)
            return N(*from);
        else
            return load<N>(from);
    };
    const auto put = [](float* to, const N& value) {
        if constexpr (kGroup == 1)
            *to = value.v[0][0];
        else
            store(to, value);
    };
    for (std::size_t lane = 0; lane < W; lane += kGroup) {
        DeltaBiquad<N> k[Sections];
        N s1[Sections], s2[Sections];
        detail::for_each_index<Sections>([&](auto i) {
            const DeltaLanes<W>& from = sections[i];
            k[i].r1 = get(&from.r1[lane]), k[i].r2 = get(&from.r2[lane]);
            k[i].f1 = get(&from.f1[lane]), k[i].f2 = get(&from.f2[lane]);
            s1[i] = get(&from.s1[lane]), s2[i] = get(&from.s2[lane]);
        });
        const N gain = get(&gains.gain[lane]);
        for (int frame = 0; frame < kStepFrames; ++frame) {
            float* at = audio + static_cast<std::size_t>(frame * W) + lane;
            N x = get(at);
            detail::for_each_index<Sections>([&](auto i) { x = step_biquad(k[i], x, s1[i], s2[i]); });
            put(at, x * gain + 0.0f);
        }
        detail::for_each_index<Sections>([&](auto i) {
            put(&sections[i].s1[lane], s1[i]);
            put(&sections[i].s2[lane], s2[i]);
        });
    }
}

/// The same for 1..kSectionsPerPass sections.
template <int W>
void run_deltas(DeltaLanes<W>* sections, int count, const GainLanes<W, float>& gains, float* audio) {
    switch (count) {
        case 1: return run_deltas<1, W>(sections, gains, audio);
        case 2: return run_deltas<2, W>(sections, gains, audio);
        case 3: return run_deltas<3, W>(sections, gains, audio);
        case 4: return run_deltas<4, W>(sections, gains, audio);
        case 5: return run_deltas<5, W>(sections, gains, audio);
        default: return run_deltas<6, W>(sections, gains, audio);
    }
}

/// kStepFrames frames through one section whose coefficients go from `from` to `to`.
template <int W>
void run_state_variable(StateVariableLanes<W>& section, double* audio) {
    constexpr int kGroup = W < 2 * kDoublesPerRegister ? W : 2 * kDoublesPerRegister;
    using N = Lanes<double, kGroup>;
    std::array<bool, W> wire;
    bool all_wires = true;
    for (std::size_t lane = 0; lane < W; ++lane) {
        wire[lane] = section.from.wire[lane] && section.to.wire[lane];
        all_wires &= wire[lane];
    }
    if (all_wires) {
        section.s1.fill(0.0), section.s2.fill(0.0);
        return;
    }
    const bool moves = section.from != section.to;
    for (std::size_t lane = 0; lane < W; lane += kGroup) {
        N c[5], slope[5];
        detail::for_each_index<5>([&](auto i) {
            c[i] = load<N>(&section.from.row[i][lane]);
            slope[i] = (load<N>(&section.to.row[i][lane]) - c[i]) * (1.0 / kStepFrames);
        });
        N s1 = load<N>(&section.s1[lane]), s2 = load<N>(&section.s2[lane]);
        N divisor = state_variable_divisor(c[0], c[1]);
        for (int frame = 0; frame < kStepFrames; ++frame) {
            double* at = audio + static_cast<std::size_t>(frame * W) + lane;
            const StateVariable<N> now{c[0], c[1], c[2], c[3], c[4]};
            store(at, step_state_variable(now, divisor, load<N>(at), s1, s2));
            if (!moves) continue;  // a slope of 0 would give the same bits
            detail::for_each_index<5>([&](auto i) { c[i] = c[i] + slope[i]; });
            divisor = state_variable_divisor(c[0], c[1]);
        }
        store(&section.s1[lane], s1);
        store(&section.s2[lane], s2);
    }
    for (std::size_t lane = 0; lane < W; ++lane)
        if (wire[lane]) section.s1[lane] = section.s2[lane] = 0.0;
}

/// Left and right, in adjacent lanes, to scale * (left + right) and scale * (left - right). W is at least 4.
template <int W>
void sum_and_difference(double* audio, double scale) {
    using N = Lanes<double, 4>;
    const N gain(scale);
    for (int at = 0; at < kStepFrames * W; at += 4) {
        const N x = load<N>(audio + at);
        const N crossed = exchange_pairs(x);
        store(audio + at, gain * even_odd(x + crossed, crossed - x));
    }
}
/// Left and right to mid, their mean, and side, half their difference; and back.
template <int W>
void encode_mid_side(double* audio) {
    if constexpr (W >= 4) sum_and_difference<W>(audio, 0.5);
}
template <int W>
void decode_mid_side(double* audio) {
    if constexpr (W >= 4) sum_and_difference<W>(audio, 1.0);
}

/// Sets states below 1e-12 to 0; true if both states of every lane are 0.
template <class Section>
bool settle_section(Section& section) {
    bool rest = true;
    for (auto* states : {&section.s1, &section.s2})
        for (auto& state : *states) {
            if (std::abs(state) < 1e-12f) state = 0;
            rest &= state == 0;
        }
    return rest;
}

}  // namespace dubplate::kernels
