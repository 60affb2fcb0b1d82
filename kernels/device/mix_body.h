#pragma once

/// The body of sums: the numbers of kernels/cpu/mix.h.

#include "kernels/device/plane.h"
#include "kernels/shared/scalar.h"

namespace dubplate::device {

/// An element is a frame.
struct Mix {
    static constexpr Kernel kKernel = Kernel::mix;
    using Params = MixParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.frames; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t frame) {
        const MixEntry& entry = params.entries[index];
        double sum = 0.0;
        for (std::int32_t number = 0; number < entry.sources; ++number) {
            const MixSource& source = params.sources[entry.first_source + number];
            const double gain = source.gains != nullptr ? source.gain * source.gains[frame] : source.gain;
            sum = kernels::fma(kernels::widen(frame_of(source.from, frame)), gain, sum);
        }
        const float rounded = kernels::narrow(sum);
        entry.to[frame] = rounded;
        constexpr std::uint32_t kInfinity = 0x7f800000u;
        if ((__builtin_bit_cast(std::uint32_t, rounded) & kInfinity) == kInfinity && entry.failed != nullptr)
            *entry.failed = 1;
    }
};

}  // namespace dubplate::device
