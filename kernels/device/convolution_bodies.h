#pragma once

/// Bodies of the uniformly partitioned convolution, all of it but the transforms.

#include "kernels/device/plane.h"
#include "kernels/shared/blend.h"

namespace dubplate::device {

namespace detail {

DUBPLATE_HD Complex product(Complex a, Complex b) {
    return {kernels::fma(a.re, b.re, -(a.im * b.im)), kernels::fma(a.re, b.im, a.im * b.re)};
}

DUBPLATE_HD Complex add_product(Complex a, Complex b, Complex sum) {
    return {kernels::fma(-a.im, b.im, kernels::fma(a.re, b.re, sum.re)),
            kernels::fma(a.im, b.re, kernels::fma(a.re, b.im, sum.im))};
}

/// One bin of one path's input: blocks of this call count from 0, those before it from -1 down.
struct BinHistory {
    const Complex* fresh;
    const Complex* kept;
    std::int64_t bin, points;
    std::int32_t slots, newest;

    DUBPLATE_HD Complex block(std::int32_t number) const {
        if (number >= 0) return fresh[number * points + bin];
        const std::int32_t slot = newest + 1 + number;
        return kept[(slot >= 0 ? slot : slot + slots) * points + bin];
    }
};

/// Adds N partitions from `first` on to all blocks of one bin: responses and the window of inputs stay in registers.
/// Input number n of the window lies at place n mod N, so that nothing moves.
template <int N>
DUBPLATE_HD void add_partitions(const BinHistory& input, const Complex* response, std::int32_t first, bool from_zero,
                                std::int32_t blocks, Complex* __restrict__ to) {
    Complex partition[N], window[N];
    DUBPLATE_UNROLL
    for (int p = 0; p < N; ++p) partition[p] = response[(first + p) * input.points];
    DUBPLATE_UNROLL
    for (int p = 1; p < N; ++p) window[N - p] = input.block(-first - p);
    for (std::int32_t block = 0; block < blocks; block += N) {
        DUBPLATE_UNROLL
        for (int n = 0; n < N; ++n) {
            if (block + n >= blocks) break;
            window[n] = input.block(block + n - first);
            Complex& out = to[(block + n) * input.points];
            Complex sum = from_zero ? Complex{} : out;
            DUBPLATE_UNROLL
            for (int p = 0; p < N; ++p) sum = add_product(window[(n - p + N) % N], partition[p], sum);
            out = sum;
        }
    }
}

}  // namespace detail

/// An element is a point.
struct Enter {
    static constexpr Kernel kKernel = Kernel::enter;
    using Params = EnterParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t point) {
        const EnterEntry& entry = params.entries[index];
        const Complex pair = {frame_of(entry.from, point), frame_of(entry.from, params.points + point)};
        entry.to[point] = detail::product(pair, params.roots[point]);
    }
};

/// An element is a bin, of all blocks. Partitions beyond twelve are added in groups of twelve, each through memory:
/// twelve blocks of 16384 frames are 4 s at 48 kHz, and a second group would read and write as much again as the first.
struct Multiply {
    static constexpr Kernel kKernel = Kernel::multiply;
    using Params = MultiplyParams;
    static constexpr std::int32_t kMostAtOnce = 12;  // 64 registers on sm_90
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t bin) {
        const MultiplyEntry& entry = params.entries[index];
        bool from_zero = params.add == 0;
        for (std::int32_t number = 0; number < entry.paths; ++number) {
            const MultiplyPath& path = params.paths[entry.first_path + number];
            const detail::BinHistory input = {path.fresh,    path.kept,         bin,
                                              params.points, params.kept_slots, params.newest_slot};
            for (std::int32_t first = 0; first < params.partitions; first += kMostAtOnce) {
                const std::int32_t left = params.partitions - first;
                add(left < kMostAtOnce ? left : kMostAtOnce, input, path.response + bin, first, from_zero,
                    params.blocks, entry.to + bin);
                from_zero = false;
            }
        }
        for (std::int32_t block = 0; from_zero && block < params.blocks; ++block)
            entry.to[block * std::int64_t{params.points} + bin] = {};
    }

private:
    static DUBPLATE_HD void add(std::int32_t partitions, const detail::BinHistory& input, const Complex* response,
                                std::int32_t first, bool from_zero, std::int32_t blocks, Complex* to) {
        switch (partitions) {
            case 1: return detail::add_partitions<1>(input, response, first, from_zero, blocks, to);
            case 2: return detail::add_partitions<2>(input, response, first, from_zero, blocks, to);
            case 3: return detail::add_partitions<3>(input, response, first, from_zero, blocks, to);
            case 4: return detail::add_partitions<4>(input, response, first, from_zero, blocks, to);
            case 5: return detail::add_partitions<5>(input, response, first, from_zero, blocks, to);
            case 6: return detail::add_partitions<6>(input, response, first, from_zero, blocks, to);
            case 7: return detail::add_partitions<7>(input, response, first, from_zero, blocks, to);
            case 8: return detail::add_partitions<8>(input, response, first, from_zero, blocks, to);
            case 9: return detail::add_partitions<9>(input, response, first, from_zero, blocks, to);
            case 10: return detail::add_partitions<10>(input, response, first, from_zero, blocks, to);
            case 11: return detail::add_partitions<11>(input, response, first, from_zero, blocks, to);
            default: return detail::add_partitions<12>(input, response, first, from_zero, blocks, to);
        }
    }
};

/// An element is a point.
struct Leave {
    static constexpr Kernel kKernel = Kernel::leave;
    using Params = LeaveParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t point) {
        const LeaveEntry& entry = params.entries[index];
        const Complex at = entry.from[point], root = params.roots[point];
        frame_of(entry.to, point) = kernels::fma(at.im, root.re, -(at.re * root.im));
    }
};

/// An element is a bin.
struct Retain {
    static constexpr Kernel kKernel = Kernel::retain;
    using Params = RetainParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.points; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t bin) {
        const RetainEntry& entry = params.entries[index];
        entry.to[bin] = entry.from[bin];
    }
};

/// An element is a frame.
struct Blend {
    static constexpr Kernel kKernel = Kernel::blend;
    using Params = BlendParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.frames; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t frame) {
        const BlendEntry& entry = params.entries[index];
        const kernels::BlendGains<float> gains =
            kernels::blend_gains(entry.mix != nullptr ? entry.mix[frame] : entry.constant_mix,
                                 entry.gain != nullptr ? entry.gain[frame] : entry.constant_gain);
        const float wet = frame_of(entry.wet, frame);
        frame_of(entry.to, frame) = entry.dry.samples != nullptr
                                        ? kernels::blend(wet, frame_of(entry.dry, frame), gains)
                                        : kernels::blend(wet, gains);
    }
};

}  // namespace dubplate::device
