#include "kernels/cpu/packed_lanes.h"

#include "kernels/cpu/packed_samples.h"
#include "kernels/cpu/transpose.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels {
namespace {

constexpr int bytes_of(PackedType type) { return type == PackedType::int16 ? 2 : type == PackedType::int24 ? 3 : 4; }

/// Where samples of 2, 3 or 4 bytes, one after the other, go: to the top of each 32-bit lane of a block.
__m128i spread_of(PackedType type) {
    switch (type) {
        case PackedType::int16: return _mm_setr_epi8(-1, -1, 0, 1, -1, -1, 2, 3, -1, -1, 4, 5, -1, -1, 6, 7);
        case PackedType::int24: return _mm_setr_epi8(-1, 0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11);
        default: return _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }
}

// Four samples a block, of every kStep-th member.
template <int kStep>
DUBPLATE_HD __m128i gather(const std::byte* const* from, std::ptrdiff_t offset, __m128i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from[0] + offset));
}
template <int kStep>
DUBPLATE_HD __m256i gather(const std::byte* const* from, std::ptrdiff_t offset, __m256i) {
    return _mm256_set_m128i(gather<kStep>(from + kStep, offset, __m128i{}), gather<kStep>(from, offset, __m128i{}));
}

DUBPLATE_HD __m128 numbers_of(__m128i bits, __m128i spread) {
    return _mm_mul_ps(_mm_cvtepi32_ps(_mm_shuffle_epi8(bits, spread)), _mm_set1_ps(kScale32));
}
DUBPLATE_HD __m256 numbers_of(__m256i bits, __m128i spread) {
    const __m256i spread_bits = _mm256_shuffle_epi8(bits, _mm256_broadcastsi128_si256(spread));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(spread_bits), _mm256_set1_ps(kScale32));
}
DUBPLATE_HD __m128 floats_of(__m128i bits) { return _mm_add_ps(_mm_castsi128_ps(bits), _mm_setzero_ps()); }
DUBPLATE_HD __m256 floats_of(__m256i bits) { return _mm256_add_ps(_mm256_castsi256_ps(bits), _mm256_setzero_ps()); }

#if defined(__AVX512F__)
template <int kStep>
DUBPLATE_HD __m512i gather(const std::byte* const* from, std::ptrdiff_t offset, __m512i) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(gather<kStep>(from, offset, __m256i{})),
                              gather<kStep>(from + 2 * kStep, offset, __m256i{}), 1);
}
DUBPLATE_HD __m512 numbers_of(__m512i bits, __m128i spread) {
    const __m512i spread_bits = _mm512_shuffle_epi8(bits, _mm512_broadcast_i32x4(spread));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(spread_bits), _mm512_set1_ps(kScale32));
}
DUBPLATE_HD __m512 floats_of(__m512i bits) { return _mm512_add_ps(_mm512_castsi512_ps(bits), _mm512_setzero_ps()); }
#endif

/// The bits of so many lanes in a register.
template <int kLanes>
struct BitsOf;
template <>
struct BitsOf<4> {
    using type = __m128i;
};
template <>
struct BitsOf<8> {
    using type = __m256i;
};
#if defined(__AVX512F__)
template <>
struct BitsOf<16> {
    using type = __m512i;
};
#endif

template <int W, int kChannels, bool kFloats>
void unpack_lanes(PackedType type, std::span<const std::byte* const> packed, int frames, float* audio) {
    alignas(64) static constexpr std::byte kZeros[kMaxBlockFrames * 2 * sizeof(float) + kPackedSlack] = {};
    constexpr int kMembers = W / kChannels, kTurned = detail::kTurnedLanes<W>, kFrames = 4 / kChannels;
    const std::byte* from[kMembers];
    for (int k = 0; k < kMembers; ++k) {
        const auto at = static_cast<std::size_t>(k);
        from[k] = at < packed.size() && packed[at] ? packed[at] : kZeros;
    }
    const __m128i spread = spread_of(type);
    const std::ptrdiff_t step = 4 * bytes_of(type);
    std::ptrdiff_t offset = 0;
    for (int frame = 0; frame < frames; frame += kFrames, offset += step, audio += kFrames * W)
        for (int lane = 0; lane < W; lane += kTurned) {
            const auto row = [&](int i) {
                const auto bits =
                    gather<kFrames>(from + lane / kChannels + i, offset, typename BitsOf<kTurned>::type{});
                if constexpr (kFloats)
                    return floats_of(bits);
                else
                    return numbers_of(bits, spread);
            };
            const auto store_row = [&](int i, auto numbers) {
                std::memcpy(audio + i * W + lane, &numbers, sizeof numbers);
            };
            if constexpr (kChannels == 1) {
                auto a = row(0), b = row(1), c = row(2), d = row(3);
                detail::turn_blocks(a, b, c, d);
                store_row(0, a), store_row(1, b), store_row(2, c), store_row(3, d);
            } else {  // a pair of channels stays together
                const auto a = row(0), b = row(1);
                store_row(0, detail::shuffle<0x44>(a, b));
                store_row(1, detail::shuffle<0xee>(a, b));
            }
        }
}

template <int W, int kChannels>
void unpack_lanes(PackedType type, std::span<const std::byte* const> packed, int frames, float* audio) {
    return type == PackedType::float32 ? unpack_lanes<W, kChannels, true>(type, packed, frames, audio)
                                       : unpack_lanes<W, kChannels, false>(type, packed, frames, audio);
}

void unpack_lane(PackedType type, const std::byte* packed, int frames, float* audio) {
    switch (type) {
        case PackedType::int16: return unpack_16(packed, frames, audio);
        case PackedType::int24: return unpack_24(packed, frames, audio);
        case PackedType::int32: return unpack_32(packed, frames, audio);
        case PackedType::float32: break;
    }
    for (int frame = 0; frame < frames; frame += 4)
        _mm_storeu_ps(audio + frame, floats_of(gather<1>(&packed, 4 * std::ptrdiff_t{frame}, __m128i{})));
}

template <int W>
void unpack_lanes(PackedType type, int channels, std::span<const std::byte* const> packed, int frames, float* audio) {
    return channels == 1 ? unpack_lanes<W, 1>(type, packed, frames, audio)
                         : unpack_lanes<W, 2>(type, packed, frames, audio);
}

}  // namespace

void unpack_to_lanes(PackedType type, int channels, std::span<const std::byte* const> packed, int width, int frames,
                     float* audio) {
    assert((channels == 1 || channels == 2) && frames % 4 == 0 && frames <= kMaxBlockFrames);
    switch (width) {
        case 1:
            if (packed.empty() || !packed[0]) {
                std::fill_n(audio, frames, 0.0f);
                return;
            }
            return unpack_lane(type, packed[0], frames, audio);
        case 4: return unpack_lanes<4>(type, channels, packed, frames, audio);
        case 8: return unpack_lanes<8>(type, channels, packed, frames, audio);
        default: return unpack_lanes<16>(type, channels, packed, frames, audio);
    }
}

}  // namespace dubplate::kernels
