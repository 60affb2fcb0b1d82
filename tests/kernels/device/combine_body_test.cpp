#include "kernels/device/combine_body.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/device_run.h"
#include "tests/support/signals.h"

namespace dubplate {
namespace {

using namespace test;
using device::CombineEntry;
using device::CombineTerm;
using device::Complex;
using device::kCombineSums;

using Spectrum = std::vector<Complex>;

Spectrum random_spectrum(std::size_t numbers, std::uint64_t seed) {
    Spectrum made(numbers);
    for (std::size_t k = 0; k < numbers; ++k)
        made[k] = {static_cast<float>(random_at(seed, 2 * k)), static_cast<float>(random_at(seed, 2 * k + 1))};
    return made;
}

std::vector<std::uint32_t> bits_of_spectrum(const Spectrum& spectrum) {
    std::vector<float> parts;
    for (const Complex number : spectrum) parts.insert(parts.end(), {number.re, number.im});
    return bits_of(parts);
}

class CombineBody : public testing::Test {
protected:
    static constexpr std::size_t kNumbers = 200;
    DeviceRun run;

    /// Sixteen spectra, and how loud each is in four sums: every third is not heard in a sum at all.
    CombineBody() {
        for (std::size_t t = 0; t < 16; ++t) {
            spectra.push_back(random_spectrum(kNumbers, 10 + t));
            CombineTerm& term = terms.emplace_back();
            term.from = run.up(spectra.back());
            for (std::size_t k = 0; k < kCombineSums; ++k)
                term.weight[k] = (t + k) % 3 == 0 ? 0.0f : static_cast<float>(random_at(90 + k, t));
        }
    }

    /// The sums of one entry, computed in launches of so many terms each.
    std::vector<Spectrum> summed(const std::vector<std::size_t>& launches, int sums) {
        CombineEntry entry;
        for (int k = 0; k < sums; ++k) entry.to[k] = run.untouched<Complex>(kNumbers);
        std::vector<CombineTerm> heard = terms;
        for (CombineTerm& term : heard)
            for (int k = sums; k < kCombineSums; ++k) term.weight[k] = 0.0f;
        const CombineTerm* const on_device = run.up(heard);
        for (const std::size_t count : launches) {
            entry.terms = static_cast<std::int32_t>(count);
            run.launch(device::Kernel::combine,
                       device::CombineParams{run.up(std::vector{entry}), on_device, 1, kNumbers});
            entry.first_term += entry.terms;
            entry.adds = (1 << sums) - 1;
        }
        std::vector<Spectrum> made;
        for (int k = 0; k < sums; ++k) made.push_back(run.down(entry.to[k], kNumbers));
        return made;
    }

    std::vector<Spectrum> spectra;
    std::vector<CombineTerm> terms;
};

TEST_F(CombineBody, IsTheWeightedSumInFloat64) {
    const std::vector<Spectrum> made = summed({16}, kCombineSums);
    for (std::size_t k = 0; k < kCombineSums; ++k) {
        double squares = 0.0, difference = 0.0;
        for (std::size_t n = 0; n < kNumbers; ++n) {
            double re = 0.0, im = 0.0;
            for (std::size_t t = 0; t < spectra.size(); ++t) {
                re += static_cast<double>(terms[t].weight[k]) * spectra[t][n].re;
                im += static_cast<double>(terms[t].weight[k]) * spectra[t][n].im;
            }
            squares += re * re + im * im;
            difference += std::pow(made[k][n].re - re, 2) + std::pow(made[k][n].im - im, 2);
        }
        EXPECT_LT(10.0 * std::log10(difference / squares), -135.0) << "sum " << k;
    }
}

/// Term after term, by one fused multiply-add each, as kernels.h has it.
TEST_F(CombineBody, AddsTermAfterTerm) {
    const std::vector<Spectrum> made = summed({16}, kCombineSums);
    for (std::size_t k = 0; k < kCombineSums; ++k) {
        Spectrum expected(kNumbers);
        for (std::size_t t = 0; t < spectra.size(); ++t) {
            const float weight = terms[t].weight[k];
            if (weight == 0.0f) continue;
            for (std::size_t n = 0; n < kNumbers; ++n)
                expected[n] = {std::fma(spectra[t][n].re, weight, expected[n].re),
                               std::fma(spectra[t][n].im, weight, expected[n].im)};
        }
        EXPECT_EQ(bits_of_spectrum(made[k]), bits_of_spectrum(expected)) << "sum " << k;
    }
}

TEST_F(CombineBody, GivesTheSameBitsInAnyNumberOfLaunchesAndBesideAnyOtherSums) {
    const std::vector<Spectrum> whole = summed({16}, kCombineSums);
    for (const std::vector<std::size_t>& launches :
         {std::vector<std::size_t>{1, 15}, {7, 9}, {3, 0, 5, 8}, std::vector<std::size_t>(16, 1)})
        for (int sums = 1; sums <= kCombineSums; ++sums) {
            const std::vector<Spectrum> made = summed(launches, sums);
            for (std::size_t k = 0; k < made.size(); ++k)
                EXPECT_EQ(bits_of_spectrum(made[k]), bits_of_spectrum(whole[k])) << sums << " sums, sum " << k;
        }
}

TEST_F(CombineBody, DoesNotHearWhatHasNoWeight) {
    const Spectrum broken(kNumbers, {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()});
    const std::vector<Spectrum> before = summed({16}, kCombineSums);
    terms.insert(terms.begin() + 5, CombineTerm{run.up(broken), {0.0f, 0.0f, 0.0f, 1.0f}});
    const std::vector<Spectrum> made = summed({17}, kCombineSums);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(bits_of_spectrum(made[k]), bits_of_spectrum(before[k]));
    for (const Complex number : made[3]) ASSERT_FALSE(std::isfinite(number.re) || std::isfinite(number.im));
}

TEST_F(CombineBody, OfSilenceIsZeroWithoutASign) {
    for (std::size_t t = 0; t < terms.size(); ++t) {
        terms[t].from = run.up(Spectrum(kNumbers, {t % 2 ? -0.0f : 0.0f, -0.0f}));
        for (float& weight : terms[t].weight) weight = -weight;
    }
    for (const Spectrum& sum : summed({4, 12}, kCombineSums))
        EXPECT_EQ(bits_of_spectrum(sum), bits_of_spectrum(Spectrum(kNumbers)));
}

}  // namespace
}  // namespace dubplate
