#pragma once

/// Pan laws and balance (mixing_gains.h, docs/routing.md) on one number or on a pack of them: the same bits either way.

#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"
#include "session-format/model/session.h"

namespace dubplate::nodes {

template <class N>
struct Sides {
    N left = N(1.0), right = N(1.0);
};

template <class N>
Sides<N> pan_sides(session::PanLaw law, N position) {
    const N p = kernels::min(kernels::max(position, N(-1.0)), N(1.0));
    if (law == session::PanLaw::linear) return {(N(1.0) - p) * N(0.5), (N(1.0) + p) * N(0.5)};
    N sine, cosine;
    kernels::sine_cosine_of_turns((p + N(1.0)) * N(0.125), sine, cosine);
    sine = kernels::max(sine, N(0.0));
    cosine = kernels::max(cosine, N(0.0));
    switch (law) {
        case session::PanLaw::minus_6_db: return {cosine * cosine, sine * sine};
        case session::PanLaw::minus_4_5_db: return {cosine * kernels::sqrt(cosine), sine * kernels::sqrt(sine)};
        default: return {cosine, sine};
    }
}

template <class N>
Sides<N> balance_sides(session::PanLaw law, N position) {
    const Sides<double> middle = pan_sides(law, 0.0);
    const Sides<N> at = pan_sides(law, position);
    return {kernels::select_less(N(0.0), position, at.left / N(middle.left), N(1.0)),
            kernels::select_less(position, N(0.0), at.right / N(middle.right), N(1.0))};
}

}  // namespace dubplate::nodes
