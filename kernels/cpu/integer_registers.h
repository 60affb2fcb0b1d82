#pragma once

/// Whole registers of integers under one name in either set of kernels (kernels/kernel_set.h): for what counts and packs.
///
/// Each function is the instruction of its name on every lane; blocks are the 128-bit parts of a register.

#include <immintrin.h>

#include "kernels/shared/host_device.h"

namespace dubplate::kernels {

#if defined(__AVX512F__)
using Integers = __m512i;
DUBPLATE_HD Integers load_integers(const void* at) { return _mm512_loadu_si512(at); }
DUBPLATE_HD void store_integers(void* at, Integers a) { _mm512_storeu_si512(at, a); }
DUBPLATE_HD Integers all_32(int a) { return _mm512_set1_epi32(a); }
DUBPLATE_HD Integers all_64(long long a) { return _mm512_set1_epi64(a); }
/// 0, 1, 2, ... in the 64-bit lanes.
DUBPLATE_HD Integers count_64() { return _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7); }
DUBPLATE_HD Integers all_blocks(__m128i a) { return _mm512_broadcast_i32x4(a); }
DUBPLATE_HD Integers add_64(Integers a, Integers b) { return _mm512_add_epi64(a, b); }
DUBPLATE_HD Integers subtract_32(Integers a, Integers b) { return _mm512_sub_epi32(a, b); }
DUBPLATE_HD Integers bits_and(Integers a, Integers b) { return _mm512_and_si512(a, b); }
DUBPLATE_HD Integers exclusive_or(Integers a, Integers b, Integers c) {
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}
DUBPLATE_HD Integers greatest_32(Integers a, Integers b) { return _mm512_max_epi32(a, b); }
/// The products of the lower halves of 64-bit lanes.
DUBPLATE_HD Integers multiply_halves(Integers a, Integers b) { return _mm512_mul_epu32(a, b); }
DUBPLATE_HD Integers upper_halves(Integers a) { return _mm512_srli_epi64(a, 32); }
/// Lower halves from `low`, upper ones from the lower halves of `high`.
DUBPLATE_HD Integers join_halves(Integers low, Integers high) {
    return _mm512_mask_blend_epi32(0xaaaa, low, _mm512_slli_epi64(high, 32));
}
DUBPLATE_HD Integers shift_right_32(Integers a, int bits) { return _mm512_srli_epi32(a, static_cast<unsigned>(bits)); }
DUBPLATE_HD Integers pick_bytes(Integers a, Integers which) { return _mm512_shuffle_epi8(a, which); }
/// a's and b's 64-bit lanes in turn, within each block the lower or the upper ones of both.
DUBPLATE_HD Integers unpack_low_64(Integers a, Integers b) { return _mm512_unpacklo_epi64(a, b); }
DUBPLATE_HD Integers unpack_high_64(Integers a, Integers b) { return _mm512_unpackhi_epi64(a, b); }
/// The same with 32-bit lanes.
DUBPLATE_HD Integers unpack_low_32(Integers a, Integers b) { return _mm512_unpacklo_epi32(a, b); }
DUBPLATE_HD Integers unpack_high_32(Integers a, Integers b) { return _mm512_unpackhi_epi32(a, b); }
/// a's and b's blocks in turn: the first and the second half of them.
DUBPLATE_HD Integers blocks_in_turn_low(Integers a, Integers b) {
    return _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), b);
}
DUBPLATE_HD Integers blocks_in_turn_high(Integers a, Integers b) {
    return _mm512_permutex2var_epi64(a, _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), b);
}
#else
using Integers = __m256i;
DUBPLATE_HD Integers load_integers(const void* at) { return _mm256_loadu_si256(static_cast<const __m256i*>(at)); }
DUBPLATE_HD void store_integers(void* at, Integers a) { _mm256_storeu_si256(static_cast<__m256i*>(at), a); }
DUBPLATE_HD Integers all_32(int a) { return _mm256_set1_epi32(a); }
DUBPLATE_HD Integers all_64(long long a) { return _mm256_set1_epi64x(a); }
/// 0, 1, 2, ... in the 64-bit lanes.
DUBPLATE_HD Integers count_64() { return _mm256_setr_epi64x(0, 1, 2, 3); }
DUBPLATE_HD Integers all_blocks(__m128i a) { return _mm256_broadcastsi128_si256(a); }
DUBPLATE_HD Integers add_64(Integers a, Integers b) { return _mm256_add_epi64(a, b); }
DUBPLATE_HD Integers subtract_32(Integers a, Integers b) { return _mm256_sub_epi32(a, b); }
DUBPLATE_HD Integers bits_and(Integers a, Integers b) { return _mm256_and_si256(a, b); }
DUBPLATE_HD Integers exclusive_or(Integers a, Integers b, Integers c) {
    return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}
DUBPLATE_HD Integers greatest_32(Integers a, Integers b) { return _mm256_max_epi32(a, b); }
/// The products of the lower halves of 64-bit lanes.
DUBPLATE_HD Integers multiply_halves(Integers a, Integers b) { return _mm256_mul_epu32(a, b); }
DUBPLATE_HD Integers upper_halves(Integers a) { return _mm256_srli_epi64(a, 32); }
/// Lower halves from `low`, upper ones from the lower halves of `high`.
DUBPLATE_HD Integers join_halves(Integers low, Integers high) {
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xaa);
}
DUBPLATE_HD Integers shift_right_32(Integers a, int bits) { return _mm256_srli_epi32(a, bits); }
DUBPLATE_HD Integers pick_bytes(Integers a, Integers which) { return _mm256_shuffle_epi8(a, which); }
/// a's and b's 64-bit lanes in turn, within each block the lower or the upper ones of both.
DUBPLATE_HD Integers unpack_low_64(Integers a, Integers b) { return _mm256_unpacklo_epi64(a, b); }
DUBPLATE_HD Integers unpack_high_64(Integers a, Integers b) { return _mm256_unpackhi_epi64(a, b); }
/// The same with 32-bit lanes.
DUBPLATE_HD Integers unpack_low_32(Integers a, Integers b) { return _mm256_unpacklo_epi32(a, b); }
DUBPLATE_HD Integers unpack_high_32(Integers a, Integers b) { return _mm256_unpackhi_epi32(a, b); }
/// a's and b's blocks in turn: the first and the second half of them.
DUBPLATE_HD Integers blocks_in_turn_low(Integers a, Integers b) { return _mm256_permute2x128_si256(a, b, 0x20); }
DUBPLATE_HD Integers blocks_in_turn_high(Integers a, Integers b) { return _mm256_permute2x128_si256(a, b, 0x31); }
#endif

inline constexpr int kIntegersPerRegister = static_cast<int>(sizeof(Integers)) / 4;

}  // namespace dubplate::kernels
