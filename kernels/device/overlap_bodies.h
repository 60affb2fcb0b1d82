#pragma once

/// Bodies of the convolution by windowed blocks, each with responses of its own: what stands before and behind its transforms
/// and products (convolution_bodies.h).

#include "kernels/device/plane.h"
#include "kernels/shared/scalar.h"

namespace dubplate::device {

/// An element is a point.
struct Weigh {
    static constexpr Kernel kKernel = Kernel::weigh;
    using Params = WeighParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t point) {
        const WeighEntry& entry = params.entries[index];
        const float sample = frame_of(entry.from, point) * params.window[point];
        entry.to[point] = {sample * params.roots[point].re, sample * params.roots[point].im};
    }
};

/// An element is a frame of the hop.
struct Overlap {
    static constexpr Kernel kKernel = Kernel::overlap;
    using Params = OverlapParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points / 2; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t frame) {
        const OverlapEntry& entry = params.entries[index];
        const std::int64_t second = params.points / 2 + frame;
        const float before = entry.add != 0 ? frame_of(entry.to, frame) : 0.0f;
        const float behind = before + part(entry.from[0], params.roots, second, true);
        const float then = behind + part(entry.from[1], params.roots, frame, true);
        const float own = then + part(entry.from[2], params.roots, second, false);
        frame_of(entry.to, frame) = own + part(entry.from[3], params.roots, frame, false);
    }

private:
    /// Of a number times its conjugate root.
    static DUBPLATE_HD float part(const Complex* from, const Complex* roots, std::int64_t point, bool imaginary) {
        if (from == nullptr) return 0.0f;
        const Complex at = from[point], root = roots[point];
        return imaginary ? kernels::fma(at.im, root.re, -(at.re * root.im))
                         : kernels::fma(at.re, root.re, at.im * root.im);
    }
};

}  // namespace dubplate::device
