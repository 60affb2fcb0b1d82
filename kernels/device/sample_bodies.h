#pragma once

/// Bodies that turn files' samples into floats and back: the numbers of kernels/cpu/packed_samples.h and quantise.h.

#include "kernels/device/plane.h"
#include "kernels/shared/philox.h"
#include "kernels/shared/scalar.h"

namespace dubplate::device {

namespace detail {

/// Little endian and on any address, as files have it.
DUBPLATE_HD std::uint32_t bytes_at(const std::byte* from, int bytes) {
    const auto* const at = reinterpret_cast<const unsigned char*>(from);
    std::uint32_t value = 0;
    for (int b = 0; b < bytes; ++b) value |= static_cast<std::uint32_t>(at[b]) << 8 * b;
    return value;
}

/// An integer at the top of 32 bits.
DUBPLATE_HD float float_of(std::uint32_t left_justified) {
    return static_cast<float>(static_cast<std::int32_t>(left_justified)) * 0x1p-31f;
}

DUBPLATE_HD float sample_at(const std::byte* first, Samples samples, std::int64_t index) {
    switch (samples) {
        case Samples::int16: return float_of(bytes_at(first + 2 * index, 2) << 16);
        case Samples::int24: return float_of(bytes_at(first + 3 * index, 3) << 8);
        case Samples::int32: return float_of(bytes_at(first + 4 * index, 4));
        case Samples::float32: break;
    }
    return __builtin_bit_cast(float, bytes_at(first + 4 * index, 4));
}

}  // namespace detail

/// An element is a frame.
struct Unpack {
    static constexpr Kernel kKernel = Kernel::unpack;
    using Params = UnpackParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return params.frames; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t frame) {
        const UnpackEntry& entry = params.entries[index];
        if (frame >= entry.frames) return;
        frame_of(entry.to, frame) =
            entry.from == nullptr ? 0.0f
                                  : detail::sample_at(entry.from, entry.samples, frame * entry.channels) * entry.sign;
    }
};

/// An element is four frames that share a counter of the dither, which lie on the absolute grid: the first and the last
/// may reach over the ends.
struct Pack {
    static constexpr Kernel kKernel = Kernel::pack;
    using Params = PackParams;
    static DUBPLATE_HD std::int32_t entries(const Params& params) { return params.count; }
    static DUBPLATE_HD std::int64_t elements(const Params& params) { return (params.frames + 6) >> 2; }

    static DUBPLATE_HD void run(const Params& params, std::int32_t index, std::int64_t element) {
        const PackEntry& entry = params.entries[index];
        const std::int64_t counter = (entry.first >> 2) + element;
        const std::int64_t frame = 4 * counter - entry.first;
        kernels::PhiloxWords words = {};
        if (entry.dither != 0)
            words = kernels::philox4x32(
                {{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), entry.channel, 0}},
                entry.key0, entry.key1);
        for (int k = 0; k < 4; ++k)
            if (frame + k >= 0 && frame + k < params.frames) store(entry, frame + k, words.word[k]);
    }

private:
    /// Product and dither are exact in float64, their sum is rounded once before it becomes an integer.
    static DUBPLATE_HD void store(const PackEntry& entry, std::int64_t frame, std::uint32_t word) {
        const auto scale = static_cast<double>(std::int64_t{1} << (entry.bits - 1));
        const auto halves = static_cast<std::int32_t>(word & 0xffff) - static_cast<std::int32_t>(word >> 16);
        const double sum =
            kernels::fma(kernels::widen(entry.from[frame]), scale, static_cast<double>(halves) * 0x1p-16);
        const double kept = kernels::max(kernels::min(sum, scale - 1.0), -scale);
        const auto value = static_cast<std::uint32_t>(static_cast<std::int32_t>(kernels::round_even(kept)));
        const int bytes = entry.bits / 8;
        auto* const to = reinterpret_cast<unsigned char*>(entry.to) + frame * entry.channels * bytes;
        for (int b = 0; b < bytes; ++b) to[b] = static_cast<unsigned char>(value >> 8 * b);
    }
};

}  // namespace dubplate::device
