#pragma once

/// The body of weighted sums of spectra.

#include "kernels/device/kernels.h"
#include "kernels/shared/host_device.h"
#include "kernels/shared/scalar.h"

namespace dubplate::device {

/// An element is a bin of a block.
struct Combine {
    static constexpr Kernel kKernel = Kernel::combine;
    using Params = CombineParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.numbers; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t number) {
        const CombineEntry& entry = params.entries[index];
        Complex sums[kCombineSums];
        DUBPLATE_UNROLL
        for (int k = 0; k < kCombineSums; ++k)
            if ((entry.adds >> k & 1) != 0) sums[k] = entry.to[k][number];
        for (std::int32_t place = 0; place < entry.terms; ++place) {
            const CombineTerm& term = params.terms[entry.first_term + place];
            const Complex bin = term.from[number];
            DUBPLATE_UNROLL
            for (int k = 0; k < kCombineSums; ++k) {
                const float weight = term.weight[k];
                if (weight == 0.0f) continue;
                sums[k].re = kernels::fma(bin.re, weight, sums[k].re);
                sums[k].im = kernels::fma(bin.im, weight, sums[k].im);
            }
        }
        DUBPLATE_UNROLL
        for (int k = 0; k < kCombineSums; ++k)
            if (entry.to[k] != nullptr) entry.to[k][number] = sums[k];
    }
};

}  // namespace dubplate::device
