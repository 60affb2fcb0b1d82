#include "kernels/cpu/quantise.h"

#include <algorithm>
#include <bit>

#include "engine/base/time.h"
#include "kernels/cpu/integer_registers.h"
#include "kernels/cpu/pack.h"
#include "kernels/shared/philox.h"

namespace dubplate::kernels {
namespace {

/// Registers of counters that are worked on side by side, because each waits for its multiplications; as many as there
/// are registers for.
constexpr int kSideBySide = kRegisterBytes == 64 ? 4 : 2;
constexpr int kCounters = kIntegersPerRegister / 2;        // in a register: one in each 64-bit lane
constexpr int kGroupFrames = 4 * kCounters * kSideBySide;  // four words each

/// The keys of all rounds, each in every 64-bit lane.
struct KeySchedule {
    KeySchedule(std::uint32_t key0, std::uint32_t key1) {
        for (int round = 0; round < kPhiloxRounds; ++round) {
            low[round] = all_64(key0);
            high[round] = all_64(key1);
            key0 += kPhiloxStep0;
            key1 += kPhiloxStep1;
        }
    }
    Integers low[kPhiloxRounds], high[kPhiloxRounds];
};

/// kGroupFrames words from kGroupFrames / 4 counters on. The upper half of a lane may hold anything: words 0 and 2 only
/// enter multiplications of lower halves, words 1 and 3 only exclusive ors.
void philox_group(std::int64_t first_counter, std::uint32_t channel, const KeySchedule& keys, std::uint32_t* out) {
    Integers c0[kSideBySide], c1[kSideBySide], c2[kSideBySide], c3[kSideBySide];
    for (int r = 0; r < kSideBySide; ++r) {
        c0[r] = add_64(all_64(first_counter + kCounters * r), count_64());
        c1[r] = upper_halves(c0[r]);
        c2[r] = all_64(channel);
        c3[r] = all_64(0);
    }
    const Integers multiplier0 = all_64(kPhiloxMultiplier0), multiplier1 = all_64(kPhiloxMultiplier1);
    for (int round = 0; round < kPhiloxRounds; ++round)
        for (int r = 0; r < kSideBySide; ++r) {
            const Integers product0 = multiply_halves(c0[r], multiplier0);
            const Integers product1 = multiply_halves(c2[r], multiplier1);
            c0[r] = exclusive_or(upper_halves(product1), c1[r], keys.low[round]);
            c2[r] = exclusive_or(upper_halves(product0), c3[r], keys.high[round]);
            c1[r] = product1;
            c3[r] = product0;
        }
    for (int r = 0; r < kSideBySide; ++r) {
        const Integers words01 = join_halves(c0[r], c1[r]), words23 = join_halves(c2[r], c3[r]);
        const Integers even = unpack_low_64(words01, words23), odd = unpack_high_64(words01, words23);
        std::uint32_t* const to = out + 4 * kCounters * r;
        store_integers(to, blocks_in_turn_low(even, odd));
        store_integers(to + kIntegersPerRegister, blocks_in_turn_high(even, odd));
    }
}

using Samples = Pack<float, kIntegersPerRegister>;
using Wide = Pack<double, kIntegersPerRegister>;

/// The difference of the halves of each word.
DUBPLATE_HD Integers differences(Integers words) {
    return subtract_32(bits_and(words, all_32(0xffff)), shift_right_32(words, 16));
}

#if defined(__AVX512F__)
DUBPLATE_HD Wide doubles_of(Integers a) {
    Wide wide;
    wide.v[0] = _mm512_cvtepi32_pd(_mm512_castsi512_si256(a));
    wide.v[1] = _mm512_cvtepi32_pd(_mm512_extracti32x8_epi32(a, 1));
    return wide;
}
DUBPLATE_HD Integers rounded(const Wide& a) {
    return _mm512_inserti32x8(_mm512_castsi256_si512(_mm512_cvtpd_epi32(a.v[0])), _mm512_cvtpd_epi32(a.v[1]), 1);
}
#else
DUBPLATE_HD Wide doubles_of(Integers a) {
    Wide wide;
    wide.v[0] = _mm256_cvtepi32_pd(_mm256_castsi256_si128(a));
    wide.v[1] = _mm256_cvtepi32_pd(_mm256_extracti128_si256(a, 1));
    return wide;
}
DUBPLATE_HD Integers rounded(const Wide& a) {
    return _mm256_set_m128i(_mm256_cvtpd_epi32(a.v[1]), _mm256_cvtpd_epi32(a.v[0]));
}
#endif

/// A register of frames. Product and dither are exact in float64, their sum is rounded once before it becomes an integer.
DUBPLATE_HD void quantise_register(const float* in, const std::uint32_t* words, double scale, std::int32_t* out) {
    const Wide dither = doubles_of(differences(load_integers(words))) * 0x1p-16;
    const Wide sum = fma(widen(load<Samples>(in)), Wide(scale), dither);
    store_integers(out, rounded(max(min(sum, Wide(scale - 1.0)), Wide(-scale))));
}

}  // namespace

void dither_words(std::uint32_t key0, std::uint32_t key1, std::uint32_t channel, std::int64_t first, int count,
                  std::uint32_t* out) {
    const KeySchedule keys(key0, key1);
    const std::int64_t end = first + count;
    while (first < end) {
        const std::int64_t group = floor_div(first, kGroupFrames);
        const auto skip = static_cast<int>(first - group * kGroupFrames);
        const auto taken = static_cast<int>(std::min<std::int64_t>(kGroupFrames - skip, end - first));
        if (taken == kGroupFrames) {
            philox_group(group * kGroupFrames / 4, channel, keys, out);
        } else {
            std::uint32_t whole[kGroupFrames];
            philox_group(group * kGroupFrames / 4, channel, keys, whole);
            std::copy_n(whole + skip, taken, out);
        }
        first += taken;
        out += taken;
    }
}

void quantise(const float* in, const std::uint32_t* words, int count, int bits, std::int32_t* out) {
    const auto scale = static_cast<double>(std::int64_t{1} << (bits - 1));
    int k = 0;
    for (; k + kIntegersPerRegister <= count; k += kIntegersPerRegister)
        quantise_register(in + k, words + k, scale, out + k);
    if (k == count) return;
    float rest[kIntegersPerRegister] = {};
    std::uint32_t rest_words[kIntegersPerRegister] = {};
    std::int32_t rest_out[kIntegersPerRegister];
    std::copy(in + k, in + count, rest);
    std::copy(words + k, words + count, rest_words);
    quantise_register(rest, rest_words, scale, rest_out);
    std::copy_n(rest_out, count - k, out + k);
}

std::int32_t add_squares(const float* in, std::int64_t first, int count, double* squares) {
    using F = Pack<float, kSquares>;
    using D = Pack<double, kSquares>;
    static_assert(kSquares % kIntegersPerRegister == 0);
    std::int32_t peak = 0;
    int k = 0;
    const auto add_one = [&] {
        double& sum = squares[(first + k) & (kSquares - 1)];
        sum = fma(double{in[k]}, double{in[k]}, sum);
        peak = std::max(peak, std::bit_cast<std::int32_t>(in[k]) & 0x7fffffff);
        ++k;
    };
    while (k < count && ((first + k) & (kSquares - 1)) != 0) add_one();
    auto sums = load<D>(squares);
    Integers peaks = all_32(0);
    for (; k + kSquares <= count; k += kSquares) {
        for (int part = 0; part < kSquares; part += kIntegersPerRegister)
            peaks = greatest_32(peaks, bits_and(load_integers(in + k + part), all_32(0x7fffffff)));
        const D wide = widen(load<F>(in + k));
        sums = fma(wide, wide, sums);
    }
    store(squares, sums);
    std::int32_t lanes[kIntegersPerRegister];
    store_integers(lanes, peaks);
    peak = std::max(peak, *std::max_element(lanes, lanes + kIntegersPerRegister));
    while (k < count) add_one();
    return peak;
}

}  // namespace dubplate::kernels
