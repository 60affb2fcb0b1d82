#pragma once

/// W lanes of float or double in vector registers, with the functions of kernels/shared/scalar.h.
///
/// Pack<float, 1> does not exist: one lane is a plain float. Use Lanes<float, W> to name the right type for any W.
/// Memory: [lane]; load() and store() need no alignment.
///
/// Registers are of 64 bytes where the source is compiled for AVX-512, of 32 elsewhere (kernels/kernel_set.h): sources
/// that say how many lanes they want work with either, and a Pack stays within the set that made it.

#include <immintrin.h>

#include <cstring>
#include <utility>

#include "kernels/shared/scalar.h"

namespace dubplate::kernels {

#if defined(__AVX512F__)
inline constexpr int kRegisterBytes = 64;
#else
inline constexpr int kRegisterBytes = 32;
#endif

template <class T, int W>
struct Pack {
    static constexpr int kWhole = static_cast<int>(sizeof(T)) * W;
    static constexpr int kBytes = kWhole < kRegisterBytes ? kWhole : kRegisterBytes;
    static constexpr int kPerRegister = kBytes / static_cast<int>(sizeof(T));
    static constexpr int kRegisters = W / kPerRegister;
    typedef T Register __attribute__((vector_size(kBytes)));
    Register v[kRegisters];

    Pack() = default;
    DUBPLATE_HD Pack(T value) {  // NOLINT: a plain number stands for all lanes
        for (int i = 0; i < kRegisters; ++i) v[i] = value - Register{};
    }
};

namespace detail {
template <class T, int W>
struct LanesOf {
    using type = Pack<T, W>;
};
template <class T>
struct LanesOf<T, 1> {
    using type = T;
};
}  // namespace detail
template <class T, int W>
using Lanes = typename detail::LanesOf<T, W>::type;

template <int W>
struct LaneTraits<Pack<float, W>> {
    using Double = Pack<double, W>;
    static constexpr int lanes = W;
};
template <int W>
struct LaneTraits<Pack<double, W>> {
    using Float = Pack<float, W>;
    static constexpr int lanes = W;
};

namespace detail {
/// Calls action(0), action(1), ... with indices known to the compiler: arrays so indexed live in registers.
template <int Count, class Action>
DUBPLATE_HD void for_each_index(Action action) {
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
        (action(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<Count>{});
}
}  // namespace detail

template <class N>
DUBPLATE_HD N load(const void* from) {
    N n;
    if constexpr (LaneTraits<N>::lanes > 1) {
        // Register by register: copied as one object a pack of several would stay in memory ever after.
        detail::for_each_index<N::kRegisters>(
            [&](auto i) { std::memcpy(&n.v[i], static_cast<const char*>(from) + i * N::kBytes, N::kBytes); });
    } else {
        std::memcpy(&n, from, sizeof n);
    }
    return n;
}
template <class N>
DUBPLATE_HD void store(void* to, const N& n) {
    if constexpr (LaneTraits<N>::lanes > 1) {
        detail::for_each_index<N::kRegisters>(
            [&](auto i) { std::memcpy(static_cast<char*>(to) + i * N::kBytes, &n.v[i], N::kBytes); });
    } else {
        std::memcpy(to, &n, sizeof n);
    }
}

#define DUBPLATE_PACK_BINARY(op)                                          \
    template <class T, int W>                                             \
    DUBPLATE_HD Pack<T, W> operator op(Pack<T, W> a, Pack<T, W> b) {      \
        for (int i = 0; i < a.kRegisters; ++i) a.v[i] = a.v[i] op b.v[i]; \
        return a;                                                         \
    }                                                                     \
    template <class T, int W>                                             \
    DUBPLATE_HD Pack<T, W> operator op(Pack<T, W> a, T b) {               \
        return a op Pack<T, W>(b);                                        \
    }                                                                     \
    template <class T, int W>                                             \
    DUBPLATE_HD Pack<T, W> operator op(T a, Pack<T, W> b) {               \
        return Pack<T, W>(a) op b;                                        \
    }
DUBPLATE_PACK_BINARY(+)
DUBPLATE_PACK_BINARY(-)
DUBPLATE_PACK_BINARY(*)
DUBPLATE_PACK_BINARY(/)
#undef DUBPLATE_PACK_BINARY

template <class T, int W>
DUBPLATE_HD Pack<T, W> operator-(Pack<T, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = -a.v[i];
    return a;
}

namespace detail {
DUBPLATE_HD __m128 fma_register(__m128 a, __m128 b, __m128 c) { return _mm_fmadd_ps(a, b, c); }
DUBPLATE_HD __m256 fma_register(__m256 a, __m256 b, __m256 c) { return _mm256_fmadd_ps(a, b, c); }
DUBPLATE_HD __m256d fma_register(__m256d a, __m256d b, __m256d c) { return _mm256_fmadd_pd(a, b, c); }
DUBPLATE_HD __m128 min_register(__m128 a, __m128 b) { return _mm_min_ps(a, b); }
DUBPLATE_HD __m256 min_register(__m256 a, __m256 b) { return _mm256_min_ps(a, b); }
DUBPLATE_HD __m256d min_register(__m256d a, __m256d b) { return _mm256_min_pd(a, b); }
DUBPLATE_HD __m128 max_register(__m128 a, __m128 b) { return _mm_max_ps(a, b); }
DUBPLATE_HD __m256 max_register(__m256 a, __m256 b) { return _mm256_max_ps(a, b); }
DUBPLATE_HD __m256d max_register(__m256d a, __m256d b) { return _mm256_max_pd(a, b); }
DUBPLATE_HD __m128 sqrt_register(__m128 a) { return _mm_sqrt_ps(a); }
DUBPLATE_HD __m256 sqrt_register(__m256 a) { return _mm256_sqrt_ps(a); }
DUBPLATE_HD __m256d sqrt_register(__m256d a) { return _mm256_sqrt_pd(a); }
DUBPLATE_HD __m128 abs_register(__m128 a) { return _mm_andnot_ps(_mm_set1_ps(-0.0f), a); }
DUBPLATE_HD __m256 abs_register(__m256 a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
DUBPLATE_HD __m256d abs_register(__m256d a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
DUBPLATE_HD __m128 exchange_register(__m128 a) { return _mm_permute_ps(a, 0xb1); }
DUBPLATE_HD __m256 exchange_register(__m256 a) { return _mm256_permute_ps(a, 0xb1); }
DUBPLATE_HD __m256d exchange_register(__m256d a) { return _mm256_permute_pd(a, 0b0101); }
DUBPLATE_HD __m256 even_twice_register(__m256 a) { return _mm256_moveldup_ps(a); }
DUBPLATE_HD __m256 odd_twice_register(__m256 a) { return _mm256_movehdup_ps(a); }
DUBPLATE_HD __m256 subtract_add_register(__m256 a, __m256 b) { return _mm256_addsub_ps(a, b); }
DUBPLATE_HD __m256d even_odd_register(__m256d even, __m256d odd) { return _mm256_blend_pd(even, odd, 0b1010); }
/// A float register to or from the one or two double registers of as many lanes.
DUBPLATE_HD void widen_register(__m128 from, __m256d* to) { to[0] = _mm256_cvtps_pd(from); }
DUBPLATE_HD __m128 narrow_register(const __m256d* from, __m128) { return _mm256_cvtpd_ps(from[0]); }
#if !defined(__AVX512F__)
DUBPLATE_HD void widen_register(__m256 from, __m256d* to) {
    to[0] = _mm256_cvtps_pd(_mm256_castps256_ps128(from));
    to[1] = _mm256_cvtps_pd(_mm256_extractf128_ps(from, 1));
}
DUBPLATE_HD __m256 narrow_register(const __m256d* from, __m256) {
    return _mm256_set_m128(_mm256_cvtpd_ps(from[1]), _mm256_cvtpd_ps(from[0]));
}
#endif
DUBPLATE_HD void in_turn_register(__m256 a, __m256 b, __m256* both) {
    const __m256 low = _mm256_unpacklo_ps(a, b), high = _mm256_unpackhi_ps(a, b);
    both[0] = _mm256_permute2f128_ps(low, high, 0x20);
    both[1] = _mm256_permute2f128_ps(low, high, 0x31);
}
DUBPLATE_HD void from_turn_register(const __m256* both, __m256& a, __m256& b) {
    const __m256 low = _mm256_permute2f128_ps(both[0], both[1], 0x20);
    const __m256 high = _mm256_permute2f128_ps(both[0], both[1], 0x31);
    a = _mm256_shuffle_ps(low, high, 0x88);
    b = _mm256_shuffle_ps(low, high, 0xdd);
}
#if defined(__AVX512F__)
DUBPLATE_HD __m512 fma_register(__m512 a, __m512 b, __m512 c) { return _mm512_fmadd_ps(a, b, c); }
DUBPLATE_HD __m512d fma_register(__m512d a, __m512d b, __m512d c) { return _mm512_fmadd_pd(a, b, c); }
DUBPLATE_HD __m512 min_register(__m512 a, __m512 b) { return _mm512_min_ps(a, b); }
DUBPLATE_HD __m512d min_register(__m512d a, __m512d b) { return _mm512_min_pd(a, b); }
DUBPLATE_HD __m512 max_register(__m512 a, __m512 b) { return _mm512_max_ps(a, b); }
DUBPLATE_HD __m512d max_register(__m512d a, __m512d b) { return _mm512_max_pd(a, b); }
DUBPLATE_HD __m512 sqrt_register(__m512 a) { return _mm512_sqrt_ps(a); }
DUBPLATE_HD __m512d sqrt_register(__m512d a) { return _mm512_sqrt_pd(a); }
DUBPLATE_HD __m512 abs_register(__m512 a) { return _mm512_andnot_ps(_mm512_set1_ps(-0.0f), a); }
DUBPLATE_HD __m512d abs_register(__m512d a) { return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a); }
DUBPLATE_HD __m512 exchange_register(__m512 a) { return _mm512_permute_ps(a, 0xb1); }
DUBPLATE_HD __m512d exchange_register(__m512d a) { return _mm512_permute_pd(a, 0x55); }
DUBPLATE_HD __m512 even_twice_register(__m512 a) { return _mm512_moveldup_ps(a); }
DUBPLATE_HD __m512 odd_twice_register(__m512 a) { return _mm512_movehdup_ps(a); }
DUBPLATE_HD __m512 subtract_add_register(__m512 a, __m512 b) { return _mm512_fmaddsub_ps(a, _mm512_set1_ps(1.0f), b); }
DUBPLATE_HD __m512d even_odd_register(__m512d even, __m512d odd) { return _mm512_mask_blend_pd(0xaa, even, odd); }
DUBPLATE_HD void widen_register(__m256 from, __m512d* to) { to[0] = _mm512_cvtps_pd(from); }
DUBPLATE_HD void widen_register(__m512 from, __m512d* to) {
    to[0] = _mm512_cvtps_pd(_mm512_castps512_ps256(from));
    to[1] = _mm512_cvtps_pd(_mm512_extractf32x8_ps(from, 1));
}
DUBPLATE_HD __m256 narrow_register(const __m512d* from, __m256) { return _mm512_cvtpd_ps(from[0]); }
DUBPLATE_HD __m512 narrow_register(const __m512d* from, __m512) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(from[0])), _mm512_cvtpd_ps(from[1]), 1);
}
DUBPLATE_HD void in_turn_register(__m512 a, __m512 b, __m512* both) {
    const __m512i first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    both[0] = _mm512_permutex2var_ps(a, first, b);
    both[1] = _mm512_permutex2var_ps(a, _mm512_add_epi32(first, _mm512_set1_epi32(8)), b);
}
DUBPLATE_HD void from_turn_register(const __m512* both, __m512& a, __m512& b) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    a = _mm512_permutex2var_ps(both[0], even, both[1]);
    b = _mm512_permutex2var_ps(both[0], _mm512_add_epi32(even, _mm512_set1_epi32(1)), both[1]);
}
#endif

template <class T>
struct IntegerOf;
template <>
struct IntegerOf<float> {
    using type = std::int32_t;
};
template <>
struct IntegerOf<double> {
    using type = std::int64_t;
};
template <class T, int W>
struct IntegerRegister {
    typedef typename IntegerOf<T>::type type __attribute__((vector_size(Pack<T, W>::kBytes)));
};
}  // namespace detail

template <class T, int W>
DUBPLATE_HD Pack<T, W> fma(Pack<T, W> a, Pack<T, W> b, Pack<T, W> c) {
    for (int i = 0; i < a.kRegisters; ++i) c.v[i] = detail::fma_register(a.v[i], b.v[i], c.v[i]);
    return c;
}
template <class T, int W>
DUBPLATE_HD Pack<T, W> min(Pack<T, W> a, Pack<T, W> b) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::min_register(a.v[i], b.v[i]);
    return a;
}
template <class T, int W>
DUBPLATE_HD Pack<T, W> max(Pack<T, W> a, Pack<T, W> b) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::max_register(a.v[i], b.v[i]);
    return a;
}
template <class T, int W>
DUBPLATE_HD Pack<T, W> abs(Pack<T, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::abs_register(a.v[i]);
    return a;
}
template <class T, int W>
DUBPLATE_HD Pack<T, W> sqrt(Pack<T, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::sqrt_register(a.v[i]);
    return a;
}
template <class T, int W>
DUBPLATE_HD Pack<T, W> select_less(Pack<T, W> a, Pack<T, W> b, Pack<T, W> yes, Pack<T, W> no) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = a.v[i] < b.v[i] ? yes.v[i] : no.v[i];
    return a;
}
template <int W>
DUBPLATE_HD Pack<float, W> round_even(Pack<float, W> a) {
    return (a + 12582912.0f) - 12582912.0f;
}
template <int W>
DUBPLATE_HD Pack<double, W> round_even(Pack<double, W> a) {
    return (a + 6755399441055744.0) - 6755399441055744.0;
}
template <int W>
DUBPLATE_HD Pack<float, W> power_of_two(Pack<float, W> n) {
    using I = typename detail::IntegerRegister<float, W>::type;
    // n + 1.5 * 2^23 holds n in its low bits; shifted into the exponent the constant's own bits fall out.
    for (int i = 0; i < n.kRegisters; ++i)
        n.v[i] = (typename Pack<float, W>::Register)(((I)(n.v[i] + 12582912.0f) + 127) << 23);
    return n;
}
template <int W>
DUBPLATE_HD Pack<float, W> times_power_of_two(Pack<float, W> a, Pack<float, W> shifted) {
    using I = typename detail::IntegerRegister<float, W>::type;
    for (int i = 0; i < a.kRegisters; ++i)
        a.v[i] = (typename Pack<float, W>::Register)((I)a.v[i] + ((I)shifted.v[i] << 23));
    return a;
}
template <int W>
DUBPLATE_HD Pack<double, W> power_of_two(Pack<double, W> n) {
    using I = typename detail::IntegerRegister<double, W>::type;
    for (int i = 0; i < n.kRegisters; ++i)
        n.v[i] = (typename Pack<double, W>::Register)(((I)(n.v[i] + 6755399441055744.0) + 1023) << 52);
    return n;
}
template <int W>
DUBPLATE_HD void split(Pack<float, W> a, Pack<float, W>& mantissa, Pack<float, W>& exponent) {
    using I = typename detail::IntegerRegister<float, W>::type;
    for (int i = 0; i < a.kRegisters; ++i) {
        const I bits = (I)a.v[i];
        const I e = (bits - 0x3f3504f3) >> 23;
        mantissa.v[i] = (typename Pack<float, W>::Register)(bits - (e << 23));
        exponent.v[i] = __builtin_convertvector(e, typename Pack<float, W>::Register);
    }
}
template <int W>
DUBPLATE_HD void split(Pack<double, W> a, Pack<double, W>& mantissa, Pack<double, W>& exponent) {
    using I = typename detail::IntegerRegister<double, W>::type;
    for (int i = 0; i < a.kRegisters; ++i) {
        const I bits = (I)a.v[i];
        const I e = (bits - 0x3fe6a09e667f3bcd) >> 52;
        mantissa.v[i] = (typename Pack<double, W>::Register)(bits - (e << 52));
        // e + 2^52 * 1.5 as bits, then minus the constant: AVX2 has no conversion from 64-bit integers.
        const I biased = e + 0x4338000000000000;
        exponent.v[i] = (typename Pack<double, W>::Register)biased - 6755399441055744.0;
    }
}

template <int W>
DUBPLATE_HD Pack<double, W> widen(Pack<float, W> a) {
    Pack<double, W> r;
    constexpr int kEach = Pack<double, W>::kRegisters / Pack<float, W>::kRegisters;
    for (int i = 0; i < a.kRegisters; ++i) detail::widen_register(a.v[i], &r.v[i * kEach]);
    return r;
}
template <int W>
DUBPLATE_HD Pack<float, W> narrow(Pack<double, W> a) {
    Pack<float, W> r;
    constexpr int kEach = Pack<double, W>::kRegisters / Pack<float, W>::kRegisters;
    for (int i = 0; i < r.kRegisters; ++i) r.v[i] = detail::narrow_register(&a.v[i * kEach], r.v[i]);
    return r;
}

/// widen(load(from)) and store(to, narrow(a)), register by register of doubles: nothing is put together or taken apart.
template <class D>
DUBPLATE_HD D load_widened(const float* from) {
    if constexpr (LaneTraits<D>::lanes > 1) {
        typedef float Half __attribute__((vector_size(D::kBytes / 2)));
        D r;
        detail::for_each_index<D::kRegisters>([&](auto i) {
            Half half;
            std::memcpy(&half, from + i * D::kPerRegister, sizeof half);
            detail::widen_register(half, &r.v[i]);
        });
        return r;
    } else {
        return widen(*from);
    }
}
template <class D>
DUBPLATE_HD void store_narrowed(float* to, const D& a) {
    if constexpr (LaneTraits<D>::lanes > 1) {
        typedef float Half __attribute__((vector_size(D::kBytes / 2)));
        detail::for_each_index<D::kRegisters>([&](auto i) {
            const Half half = detail::narrow_register(&a.v[i], Half{});
            std::memcpy(to + i * D::kPerRegister, &half, sizeof half);
        });
    } else {
        *to = narrow(a);
    }
}

/// Lanes 0 and 1, 2 and 3, ... change places: the two channels of stereo strips. One lane stays.
template <class T, int W>
DUBPLATE_HD Pack<T, W> exchange_pairs(Pack<T, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::exchange_register(a.v[i]);
    return a;
}
DUBPLATE_HD float exchange_pairs(float a) { return a; }
DUBPLATE_HD double exchange_pairs(double a) { return a; }
/// Even lanes from `even`, odd ones from `odd`.
template <int W>
DUBPLATE_HD Pack<double, W> even_odd(Pack<double, W> even, Pack<double, W> odd) {
    for (int i = 0; i < even.kRegisters; ++i) even.v[i] = detail::even_odd_register(even.v[i], odd.v[i]);
    return even;
}

/// Of complex numbers, (re, im) in adjacent lanes: the real parts twice, the imaginary parts twice.
template <int W>
DUBPLATE_HD Pack<float, W> even_twice(Pack<float, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::even_twice_register(a.v[i]);
    return a;
}
template <int W>
DUBPLATE_HD Pack<float, W> odd_twice(Pack<float, W> a) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::odd_twice_register(a.v[i]);
    return a;
}
/// Between complex numbers, (re, im) in turn, [2 W] in memory, and their real and imaginary parts.
template <int W>
DUBPLATE_HD void store_in_turn(float* to, Pack<float, W> re, Pack<float, W> im) {
    static_assert(W >= 8);
    for (int i = 0; i < re.kRegisters; ++i) {
        typename Pack<float, W>::Register both[2];
        detail::in_turn_register(re.v[i], im.v[i], both);
        std::memcpy(to + 2 * i * re.kPerRegister, &both[0], sizeof both[0]);
        std::memcpy(to + (2 * i + 1) * re.kPerRegister, &both[1], sizeof both[1]);
    }
}
template <int W>
DUBPLATE_HD void load_from_turn(const float* from, Pack<float, W>& re, Pack<float, W>& im) {
    static_assert(W >= 8);
    for (int i = 0; i < re.kRegisters; ++i) {
        typename Pack<float, W>::Register both[2];
        std::memcpy(&both[0], from + 2 * i * re.kPerRegister, sizeof both[0]);
        std::memcpy(&both[1], from + (2 * i + 1) * re.kPerRegister, sizeof both[1]);
        detail::from_turn_register(both, re.v[i], im.v[i]);
    }
}
/// a - b in even lanes, a + b in odd ones.
template <int W>
DUBPLATE_HD Pack<float, W> subtract_add(Pack<float, W> a, Pack<float, W> b) {
    for (int i = 0; i < a.kRegisters; ++i) a.v[i] = detail::subtract_add_register(a.v[i], b.v[i]);
    return a;
}

}  // namespace dubplate::kernels
