#pragma once

/// How what an effect makes is blended with what went in, on one element. N is float or a Pack of floats.

#include "kernels/shared/math.h"

namespace dubplate::kernels {

template <class N>
struct BlendGains {
    N dry, wet;
};

/// `mix` in percent, `gain` of the wet part in dB, silence at -144.
template <class N>
DUBPLATE_HD BlendGains<N> blend_gains(N mix, N gain) {
    const N share = mix * N(0.01f);
    return {N(1.0f) - share, share * gain_or_silence(gain)};
}

/// Never -0, so that it makes no difference whether a silent dry part was asked for.
template <class N>
DUBPLATE_HD N blend(N wet, const BlendGains<N>& gains) {
    return wet * gains.wet + N(0.0f);
}
template <class N>
DUBPLATE_HD N blend(N wet, N dry, const BlendGains<N>& gains) {
    return fma(dry, gains.dry, wet * gains.wet) + N(0.0f);
}

}  // namespace dubplate::kernels
