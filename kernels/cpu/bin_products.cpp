#include "kernels/cpu/bin_products.h"

#include <immintrin.h>

#include <cassert>

#include "kernels/cpu/pack.h"

namespace dubplate::kernels {
namespace {

/// Some twenty rows are read side by side, more streams than the hardware foresees: lines are asked for this many floats
/// ahead.
constexpr std::size_t kFetchAhead = 64;

/// One register of bins.
constexpr int kBinFloats = Pack<float, 16>::kPerRegister;
using Bins = Pack<float, kBinFloats>;

/// Complex products of interleaved (re, im): a sums x * re(h), b sums x * im(h), and one shuffle at the end makes the
/// product of them, so that each costs two fma as split storage would.
struct Accumulator {
    Bins a{0.0f}, b{0.0f};

    DUBPLATE_HD void add(const Bins& x, const Bins& h_re, const Bins& h_im) {
        a = fma(x, h_re, a);
        b = fma(x, h_im, b);
    }
    DUBPLATE_HD Bins product() const { return subtract_add(a, exchange_pairs(b)); }
};

DUBPLATE_HD Bins fetch(const float* at) {
    _mm_prefetch(reinterpret_cast<const char*>(at + kFetchAhead), _MM_HINT_T0);
    return load<Bins>(at);
}

/// Four blocks: the four input bins that a partition meets slide by one from partition to partition, so each is loaded
/// once, and with the eight sums they fill the registers.
DUBPLATE_HD void sum_four_blocks(const BinProducts& products, const BinProducts::Sum& sum, std::size_t bin) {
    Accumulator sum0, sum1, sum2, sum3;
    for (std::size_t number = sum.first_term; number < sum.last_term; ++number) {
        const BinProducts::Term& term = products.terms[number];
        const float* const* next = products.inputs.data() + term.input + term.first;
        const float* h = term.response + term.first * products.stride + bin;
        Bins x3 = load<Bins>(*next++ + bin);
        Bins x2 = load<Bins>(*next++ + bin);
        Bins x1 = load<Bins>(*next++ + bin);
        const auto meet = [&](const Bins& t0, const Bins& t1, const Bins& t2, const Bins& t3)
            __attribute__((always_inline)) {
            const Bins bins = fetch(h);
            const Bins re = even_twice(bins), im = odd_twice(bins);
            sum0.add(t0, re, im);
            sum1.add(t1, re, im);
            sum2.add(t2, re, im);
            sum3.add(t3, re, im);
            h += products.stride;
        };
        std::size_t k = term.first;
        for (; k + 4 <= term.last; k += 4) {
            const Bins x0 = fetch(*next++ + bin);
            meet(x0, x1, x2, x3);
            x3 = fetch(*next++ + bin);
            meet(x3, x0, x1, x2);
            x2 = fetch(*next++ + bin);
            meet(x2, x3, x0, x1);
            x1 = fetch(*next++ + bin);
            meet(x1, x2, x3, x0);
        }
        for (; k < term.last; ++k) {
            const Bins x0 = fetch(*next++ + bin);
            meet(x0, x1, x2, x3);
            x3 = x2, x2 = x1, x1 = x0;
        }
    }
    store(sum.to + bin, sum0.product());
    store(sum.to + products.stride + bin, sum1.product());
    store(sum.to + 2 * products.stride + bin, sum2.product());
    store(sum.to + 3 * products.stride + bin, sum3.product());
}

/// One block: short responses only, so the loads, not the sums, set the pace.
void sum_one_block(const BinProducts& products, const BinProducts::Sum& sum) {
    struct Factors {
        const float *input, *response;
    };
    std::vector<Factors> factors;
    for (std::size_t number = sum.first_term; number < sum.last_term; ++number) {
        const BinProducts::Term& term = products.terms[number];
        for (std::size_t k = term.first; k < term.last; ++k)
            factors.push_back({products.inputs[term.input + k], term.response + k * products.stride});
    }
    const Factors *const begin = factors.data(), *const end = begin + factors.size();
    const std::size_t floats = products.floats;
    float* const to = sum.to;
    for (std::size_t bin = 0; bin < floats; bin += 16) {
        constexpr int kParts = 16 / kBinFloats;
        Accumulator sums[kParts];
        for (const Factors* at = begin; at < end; ++at)
            for (int part = 0; part < kParts; ++part) {
                const Bins bins = load<Bins>(at->response + bin + part * kBinFloats);
                sums[part].add(load<Bins>(at->input + bin + part * kBinFloats), even_twice(bins), odd_twice(bins));
            }
        for (int part = 0; part < kParts; ++part) store(to + bin + part * kBinFloats, sums[part].product());
    }
}

}  // namespace

void multiply(const BinProducts& products, int blocks) {
    assert(blocks == 1 || blocks == 4);
    for (const BinProducts::Sum& sum : products.sums) {
        if (blocks == 4) {
            for (std::size_t bin = 0; bin < products.floats; bin += kBinFloats) sum_four_blocks(products, sum, bin);
        } else {
            sum_one_block(products, sum);
        }
    }
}

}  // namespace dubplate::kernels
