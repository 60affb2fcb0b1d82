#include "kernels/cpu/overlap_window.h"

#include "kernels/shared/math.h"

namespace dubplate::kernels {

AlignedVector<float> overlap_window(int length) {
    AlignedVector<float> window(static_cast<std::size_t>(length));
    const std::size_t half = window.size() / 2;
    for (std::size_t n = 0; n < half; ++n) {
        double sine, cosine;
        sine_cosine_of_turns((static_cast<double>(n) + 0.5) / (2.0 * length), sine, cosine);
        window[n] = static_cast<float>(sine * sine);
        window[n + half] = 1.0f - window[n];
    }
    return window;
}

}  // namespace dubplate::kernels
