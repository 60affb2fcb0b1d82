#pragma once

/// What the engine computes outside of processors, in the instruction set that runs (kernels/kernel_set.h).
///
/// Each is declared, with shapes and rules, in the header named beside it; sources that are part of a set call it there.

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/cpu/mix.h"
#include "kernels/cpu/packed_lanes.h"

namespace dubplate::kernels {

struct BlockFunctions {
    /// kernels/cpu/mix.h
    bool (*mix)(std::span<const MixTerm> terms, int frames, Stores stores, std::span<float* const> out);
    void (*sum_planes)(std::span<const float* const> planes, int frames, float* out);
    void (*subtract_planes)(std::span<const float* const> planes, int frames, double* rest);
    /// kernels/cpu/transpose.h
    void (*planes_to_lanes)(int width, const float* const* planes, int frames, int lanes, float* audio);
    void (*lanes_to_planes)(int width, const float* audio, int frames, int lanes, float* const* planes);
    /// kernels/cpu/packed_lanes.h
    void (*unpack_to_lanes)(PackedType type, int channels, std::span<const std::byte* const> packed, int width,
                            int frames, float* audio);
    /// kernels/cpu/packed_samples.h
    void (*unpack_16)(const std::byte* packed, std::int64_t samples, float* out);
    void (*unpack_24)(const std::byte* packed, std::int64_t samples, float* out);
    void (*unpack_32)(const std::byte* packed, std::int64_t samples, float* out);
    void (*pack_16)(const std::int32_t* in, std::int64_t samples, std::byte* packed);
    void (*pack_24)(const std::int32_t* in, std::int64_t samples, std::byte* packed);
    void (*pack_24_pairs)(const std::int32_t* left, const std::int32_t* right, std::int64_t frames, std::byte* packed);
    /// kernels/cpu/quantise.h
    void (*dither_words)(std::uint32_t key0, std::uint32_t key1, std::uint32_t channel, std::int64_t first, int count,
                         std::uint32_t* out);
    void (*quantise)(const float* in, const std::uint32_t* words, int count, int bits, std::int32_t* out);
    std::int32_t (*add_squares)(const float* in, std::int64_t first, int count, double* squares);
};

/// Those of the chosen set.
const BlockFunctions& block_functions();

}  // namespace dubplate::kernels
