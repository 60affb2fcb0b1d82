#pragma once

/// Convolution by its definition, in float64: what everything faster is judged against.

#include <cstddef>
#include <vector>

#include "tests/support/signals.h"

namespace dubplate::test {

/// sum[n + delay] += sum over k of response[k] input[n - k], as far as `sum` reaches.
inline void add_direct_convolution(const Signal& input, const Signal& response, std::vector<double>& sum,
                                   std::size_t delay = 0) {
    for (std::size_t k = 0; k < response.size() && k + delay < sum.size(); ++k) {
        const double tap = response[k];
        if (tap == 0.0) continue;
        double* const at = sum.data() + k + delay;
        const std::size_t count = std::min(input.size(), sum.size() - k - delay);
        for (std::size_t n = 0; n < count; ++n) at[n] += tap * static_cast<double>(input[n]);
    }
}

/// The first `frames` frames of it.
inline std::vector<double> direct_convolution(const Signal& input, const Signal& response, std::size_t frames) {
    std::vector<double> sum(frames, 0.0);
    add_direct_convolution(input, response, sum);
    return sum;
}

}  // namespace dubplate::test
