#pragma once

/// Sums of planar audio: float64 inside, rounded to float32 once, terms in their order.
///
/// Threads: pure functions. Determinism: one fused multiply-add a term and frame, whatever the registers' width.

#include <span>

#include "kernels/cpu/pack.h"
#include "kernels/cpu/stores.h"

namespace dubplate::kernels {

/// One strip's channel on its way into one or two rows of a destination (left and right).
struct MixTerm {
    const float* in = nullptr;    ///< [frame]
    double gain[2] = {};          ///< [row]
    const double* gains[2] = {};  ///< [row][frame], multiplied by gain; null in both: gain alone
};

namespace detail {

DUBPLATE_HD void store_sums(float* to, Pack<float, 8> sums, Stores stores) {
    if (stores == Stores::past_caches)
        _mm256_stream_ps(to, sums.v[0]);
    else
        store(to, sums);
}

/// Rows of sums over `terms`; Moving: some of them have gains that move.
template <int Rows, bool Moving>
bool mix_rows(std::span<const MixTerm> terms, int frames, Stores stores, float* const* out) {
    using D = Pack<double, 8>;
    using F = Pack<float, 8>;
    constexpr int kParts = D::kRegisters == 1 ? 8 : 2;  // of 8 frames at a time: sums take half of the registers
    F checks[kParts];
    for (F& check : checks) check = F(0.0f);
    for (int f = 0; f < frames; f += 8 * kParts) {
        D sum[Rows][kParts];
        for (auto& row : sum)
            for (D& part : row) part = D(0.0);
        for (const MixTerm& term : terms) {
            D in[kParts];
            for (int p = 0; p < kParts; ++p) in[p] = widen(load<F>(term.in + f + 8 * p));
            for (int r = 0; r < Rows; ++r) {
                const D gain(term.gain[r]);
                for (int p = 0; p < kParts; ++p) {
                    const bool moves = Moving && term.gains[r] != nullptr;
                    sum[r][p] = fma(in[p], moves ? gain * load<D>(term.gains[r] + f + 8 * p) : gain, sum[r][p]);
                }
            }
        }
        for (int r = 0; r < Rows; ++r)
            for (int p = 0; p < kParts; ++p) {
                const F rounded = narrow(sum[r][p]);
                store_sums(out[r] + f + 8 * p, rounded, stores);
                checks[p] = fma(rounded, F(0.0f), checks[p]);  // NaN for NaN and infinities, 0 otherwise
            }
    }
    for (int p = 1; p < kParts; ++p) checks[0] = checks[0] + checks[p];
    float lanes[8];
    store(lanes, checks[0]);
    for (const float lane : lanes)
        if (lane != 0.0f) return false;
    return true;
}

template <int Rows>
bool mix_rows(std::span<const MixTerm> terms, int frames, Stores stores, float* const* out) {
    for (const MixTerm& term : terms)
        if (term.gains[0] || term.gains[1]) return mix_rows<Rows, true>(terms, frames, stores, out);
    return mix_rows<Rows, false>(terms, frames, stores, out);
}

}  // namespace detail

/// out[row][f] = sum over terms of in[f] * gain(row, f) for 1 or 2 rows; frames is a multiple of 64. Returns false if any
/// result is not finite.
inline bool mix(std::span<const MixTerm> terms, int frames, Stores stores, std::span<float* const> out) {
    return out.size() == 1 ? detail::mix_rows<1>(terms, frames, stores, out.data())
                           : detail::mix_rows<2>(terms, frames, stores, out.data());
}

namespace detail {

/// Frames that are summed at a time where planes come from memory: as many as there are registers for, eight by eight, as
/// halves of registers would have to be moved before they are converted.
constexpr int kPlaneStep = kRegisterBytes == 64 ? 64 : 16;
using PlaneSums = Pack<double, 8>[kPlaneStep / 8];

/// Multiply-adds do not wait for conversions, which additions do.
DUBPLATE_HD void add_planes(std::span<const float* const> planes, int first, double sign, PlaneSums& sums) {
    for (const float* plane : planes)
        for (int part = 0; part < kPlaneStep / 8; ++part)
            sums[part] = fma(widen(load<Pack<float, 8>>(plane + first + 8 * part)), Pack<double, 8>(sign), sums[part]);
}

}  // namespace detail

/// out[f] = sum over planes of plane[f]; frames is a multiple of 64.
inline void sum_planes(std::span<const float* const> planes, int frames, float* out) {
    for (int f = 0; f < frames; f += detail::kPlaneStep) {
        detail::PlaneSums sums;
        for (auto& sum : sums) sum = 0.0;
        detail::add_planes(planes, f, 1.0, sums);
        for (int part = 0; part < detail::kPlaneStep / 8; ++part) store(out + f + 8 * part, narrow(sums[part]));
    }
}

/// rest[f] -= plane[f], plane after plane; frames is a multiple of 64.
inline void subtract_planes(std::span<const float* const> planes, int frames, double* rest) {
    for (int f = 0; f < frames; f += detail::kPlaneStep) {
        detail::PlaneSums sums;
        for (int part = 0; part < detail::kPlaneStep / 8; ++part)
            sums[part] = load<Pack<double, 8>>(rest + f + 8 * part);
        detail::add_planes(planes, f, -1.0, sums);
        for (int part = 0; part < detail::kPlaneStep / 8; ++part) store(rest + f + 8 * part, sums[part]);
    }
}

}  // namespace dubplate::kernels
