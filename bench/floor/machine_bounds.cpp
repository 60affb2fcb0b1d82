#include "bench/floor/machine_bounds.h"

#include <immintrin.h>

#include <cstddef>
#include <cstring>

#include "bench/floor/timing.h"
#include "kernels/cpu/aligned.h"

namespace dubplate::bench {
namespace {

/// Enough for two units of a latency of 5.
constexpr int kChains = 12, kSteps = 2000;

double multiply_add_v3() {
    __m256 sums[kChains];
    for (int chain = 0; chain < kChains; ++chain) sums[chain] = _mm256_set1_ps(static_cast<float>(chain));
    __m256 factor = _mm256_set1_ps(0.999f), term = _mm256_set1_ps(1e-3f);
    return nanoseconds_per_unit(8.0 * kChains * kSteps, [&] {
        for (int step = 0; step < kSteps; ++step)
            for (int chain = 0; chain < kChains; ++chain) sums[chain] = _mm256_fmadd_ps(sums[chain], factor, term);
        for (const __m256& sum : sums) keep(sum);
    });
}

__attribute__((target("avx512f"))) void multiply_add_steps(float* values) {
    __m512 sums[kChains];
    for (int chain = 0; chain < kChains; ++chain) sums[chain] = _mm512_load_ps(values + 16 * chain);
    const __m512 factor = _mm512_set1_ps(0.999f), term = _mm512_set1_ps(1e-3f);
    for (int step = 0; step < kSteps; ++step)
        for (int chain = 0; chain < kChains; ++chain) sums[chain] = _mm512_fmadd_ps(sums[chain], factor, term);
    for (int chain = 0; chain < kChains; ++chain) _mm512_store_ps(values + 16 * chain, sums[chain]);
}

double multiply_add_v4() {
    alignas(64) float values[16 * kChains] = {};
    return nanoseconds_per_unit(16.0 * kChains * kSteps, [&] {
        multiply_add_steps(values);
        keep(values);
    });
}

double read_byte(std::size_t bytes) {
    kernels::AlignedVector<float> data(bytes / sizeof(float), 1.0f);
    return nanoseconds_per_unit(static_cast<double>(bytes), [&] {
        __m256 sums[4] = {};
        for (std::size_t at = 0; at + 32 <= data.size(); at += 32)
            for (std::size_t lane = 0; lane < 4; ++lane)
                sums[lane] = _mm256_add_ps(sums[lane], _mm256_load_ps(data.data() + at + 8 * lane));
        for (const __m256& sum : sums) keep(sum);
    });
}

double copy_byte(std::size_t bytes) {
    kernels::AlignedVector<std::byte> from(bytes, std::byte{1}), to(bytes);
    return nanoseconds_per_unit(static_cast<double>(bytes), [&] {
        std::memcpy(to.data(), from.data(), bytes);
        keep(to[0]);
    });
}

}  // namespace

MachineBounds measure_machine() {
    MachineBounds bounds;
    bounds.has_v4 = __builtin_cpu_supports("avx512f") != 0;
    bounds.multiply_add = bounds.has_v4 ? multiply_add_v4() : multiply_add_v3();
    bounds.cache_byte = read_byte(std::size_t{1} << 18);
    bounds.memory_byte = read_byte(std::size_t{1} << 28);
    bounds.copied_byte = copy_byte(std::size_t{1} << 27);
    return bounds;
}

}  // namespace dubplate::bench
