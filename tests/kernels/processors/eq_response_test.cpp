#include <gtest/gtest.h>

#include <complex>

#include "kernels/processors/eq.h"
#include "tests/support/analogue_eq.h"
#include "tests/support/processor_run.h"

/// The processor's own impulse response, transformed at single frequencies, against the analogue curve.

namespace dubplate {
namespace {

using namespace test;
using kernels::EqBand;
using kernels::EqType;
using kernels::kEq;

std::vector<double> values_of_band(const EqBand& band) {
    return values_of(kEq,
                     {{"bands/0/type", static_cast<double>(band.type)},
                      {"bands/0/slope", band.order - 1.0},
                      {"bands/0/frequency", band.frequency_hz},
                      {"bands/0/gain", band.gain_db},
                      {"bands/0/q", band.q}},
                     1);
}

double magnitude_at(const Signal& response, double hertz, double rate) {
    const std::complex<double> turn = std::polar(1.0, -2.0 * M_PI * hertz / rate);
    std::complex<double> sum = 0.0, at = 1.0;
    for (const float sample : response) {
        sum += static_cast<double>(sample) * at;
        at *= turn;
    }
    return std::abs(sum);
}

class EqResponse : public testing::TestWithParam<std::pair<EqType, int>> {};

TEST_P(EqResponse, IsTheAnalogueCurve) {
    const auto [type, order] = GetParam();
    for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0})
        for (const double hertz : {150.0, 2500.0, 9000.0, 16000.0})
            for (const double q : {0.4, 3.0}) {
                if (q == 3.0 && order != 2) continue;
                const double gain = q == 3.0 ? 12.0 : -12.0;
                const EqBand band{type, order, hertz, gain,
                                  type == EqType::low_shelf || type == EqType::high_shelf ? 1.0 : q};
                SCOPED_TRACE(std::to_string(hertz) + " Hz q " + std::to_string(q) + " at " + std::to_string(rate));
                const Signal response = run_processor(kEq, {.input = {impulse(12288)}, .values = values_of_band(band)},
                                                      {.sample_rate = rate})[0];
                for (const double at :
                     {40.0, 110.0, 150.0, 400.0, 1100.0, 2300.0, 5000.0, 9100.0, 13000.0, 15900.0, 20000.0}) {
                    const double wanted = decibels(analogue_magnitude(band, at));
                    if (wanted < -40.0) continue;
                    EXPECT_NEAR(decibels(magnitude_at(response, at, rate)), wanted, at <= rate / 8.0 ? 0.1 : 0.5)
                        << at << " Hz";
                }
            }
}
INSTANTIATE_TEST_SUITE_P(
    Types, EqResponse,
    testing::Values(std::pair{EqType::bell, 2}, std::pair{EqType::low_shelf, 1}, std::pair{EqType::low_shelf, 2},
                    std::pair{EqType::high_shelf, 1}, std::pair{EqType::high_shelf, 2}, std::pair{EqType::low_pass, 1},
                    std::pair{EqType::low_pass, 2}, std::pair{EqType::low_pass, 5}, std::pair{EqType::low_pass, 16},
                    std::pair{EqType::high_pass, 1}, std::pair{EqType::high_pass, 2}, std::pair{EqType::high_pass, 8},
                    std::pair{EqType::high_pass, 15}, std::pair{EqType::band_pass, 2}, std::pair{EqType::notch, 2},
                    std::pair{EqType::all_pass, 2}, std::pair{EqType::tilt, 2}));

TEST(EqResponse, OfAWholeChainIsTheProductOfItsBands) {
    const std::vector<double> values = values_of(kEq,
                                                 {{"bands/0/type", 4.0},
                                                  {"bands/0/frequency", 80.0},
                                                  {"bands/0/slope", 3.0},
                                                  {"bands/1/frequency", 700.0},
                                                  {"bands/1/gain", -6.0},
                                                  {"bands/1/q", 2.0},
                                                  {"bands/2/frequency", 6500.0},
                                                  {"bands/2/gain", 4.0},
                                                  {"bands/3/type", 2.0},
                                                  {"bands/3/frequency", 11000.0},
                                                  {"bands/3/gain", 5.0},
                                                  {"bands/4/on", 0.0},
                                                  {"bands/4/gain", 20.0}},
                                                 5);
    const Signal response = run_processor(kEq, {.input = {impulse(16384)}, .values = values})[0];
    for (const double hertz : {40.0, 80.0, 300.0, 720.0, 5000.0, 8000.0, 15000.0, 20000.0}) {
        const double wanted = decibels(analogue_magnitude({EqType::high_pass, 4, 80.0}, hertz)) +
                              decibels(analogue_magnitude({EqType::bell, 2, 700.0, -6.0, 2.0}, hertz)) +
                              decibels(analogue_magnitude({EqType::bell, 2, 6500.0, 4.0}, hertz)) +
                              decibels(analogue_magnitude({EqType::high_shelf, 2, 11000.0, 5.0}, hertz));
        EXPECT_NEAR(decibels(magnitude_at(response, hertz, 48000.0)), wanted, hertz <= 6000.0 ? 0.1 : 0.5) << hertz;
    }
}

}  // namespace
}  // namespace dubplate
