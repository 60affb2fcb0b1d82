#include "engine/audio/sha256_blocks.h"

#include <cpuid.h>
#include <immintrin.h>

namespace dubplate::audio {
namespace {

constexpr int kQuads = 16;  // of rounds

alignas(64) constexpr std::uint32_t kRoundConstants[4 * kQuads] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

__m128i load(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
void store(void* to, __m128i what) { _mm_storeu_si128(static_cast<__m128i*>(to), what); }

/// The instructions want the eight words of a state as a, b, e, f and c, d, g, h, the first one on top.
struct Words {
    __m128i abef, cdgh;

    explicit Words(const Sha256State& state) {
        const __m128i badc = _mm_shuffle_epi32(load(&state[0]), 0xb1), efgh = _mm_shuffle_epi32(load(&state[4]), 0x1b);
        abef = _mm_alignr_epi8(badc, efgh, 8);
        cdgh = _mm_blend_epi16(efgh, badc, 0xf0);
    }
    void put(Sha256State& state) const {
        const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
        store(&state[0], _mm_blend_epi16(feba, dchg, 0xf0));
        store(&state[4], _mm_alignr_epi8(dchg, feba, 8));
    }
};

/// `Messages` of them side by side.
template <int Messages>
__attribute__((target("sha"))) void compress(Sha256State* const (&states)[Messages],
                                             const std::byte* (&bytes)[Messages], std::size_t blocks) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i abef[Messages], cdgh[Messages];
    for (int m = 0; m < Messages; ++m) {
        const Words words(*states[m]);
        abef[m] = words.abef;
        cdgh[m] = words.cdgh;
    }
    for (; blocks > 0; --blocks) {
        __m128i schedule[Messages][4], abef_before[Messages], cdgh_before[Messages];
        for (int m = 0; m < Messages; ++m) {
            abef_before[m] = abef[m];
            cdgh_before[m] = cdgh[m];
        }
#pragma GCC unroll 16
        for (int quad = 0; quad < kQuads; ++quad) {
            const __m128i constants = load(kRoundConstants + 4 * quad);
#pragma GCC unroll 2
            for (int m = 0; m < Messages; ++m) {
                const auto ago = [&](int quads) { return schedule[m][(quad + 4 - quads) % 4]; };
                __m128i& now = schedule[m][quad % 4];
                if (quad < 4) {
                    now = _mm_shuffle_epi8(load(bytes[m] + 16 * quad), big_endian);
                } else {
                    const __m128i early = _mm_sha256msg1_epu32(now, ago(3));
                    now = _mm_sha256msg2_epu32(_mm_add_epi32(early, _mm_alignr_epi8(ago(1), ago(2), 4)), ago(1));
                }
                const __m128i keyed = _mm_add_epi32(now, constants);
                cdgh[m] = _mm_sha256rnds2_epu32(cdgh[m], abef[m], keyed);
                abef[m] = _mm_sha256rnds2_epu32(abef[m], cdgh[m], _mm_shuffle_epi32(keyed, 0x0e));
            }
        }
        for (int m = 0; m < Messages; ++m) {
            abef[m] = _mm_add_epi32(abef[m], abef_before[m]);
            cdgh[m] = _mm_add_epi32(cdgh[m], cdgh_before[m]);
            bytes[m] += kSha256BlockBytes;
        }
    }
    for (int m = 0; m < Messages; ++m) {
        Words words(*states[m]);
        words.abef = abef[m];
        words.cdgh = cdgh[m];
        words.put(*states[m]);
    }
}

}  // namespace

bool has_sha256_instructions() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
}

void add_sha256_blocks(Sha256State& state, const std::byte* bytes, std::size_t blocks) {
    Sha256State* const states[] = {&state};
    const std::byte* from[] = {bytes};
    compress(states, from, blocks);
}

void add_sha256_blocks(Sha256State& first, const std::byte* first_bytes, Sha256State& second,
                       const std::byte* second_bytes, std::size_t blocks) {
    Sha256State* const states[] = {&first, &second};
    const std::byte* from[] = {first_bytes, second_bytes};
    compress(states, from, blocks);
}

}  // namespace dubplate::audio
