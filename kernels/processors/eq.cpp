#include "kernels/processors/eq.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "kernels/processors/eq_lanes.h"

namespace dubplate::kernels {
namespace {

using namespace eq;

constexpr std::string_view kTypes[] = {"bell",      "low_shelf", "high_shelf", "low_pass", "high_pass",
                                       "band_pass", "notch",     "all_pass",   "tilt"};
constexpr double kHighestGain = 30.0;

constexpr ParameterDescription kBandParameters[] = {
    kOnDescription,
    {.name = "type",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "What the band does",
     .choices = kTypes},
    {.name = "frequency",
     .unit = ParameterUnit::hertz,
     .minimum = kLowestHertz,
     .maximum = kHighestHertz,
     .standard = 1000.0,
     .help = "Centre or corner; below 0.49 of the sample rate"},
    {.name = "gain",
     .unit = ParameterUnit::decibels,
     .minimum = -kHighestGain,
     .maximum = kHighestGain,
     .help = "Of bells and shelves; a tilt raises the highs and lowers the lows by it"},
    kQDescription,
    kSlopeDescription,
    kChannelsDescription,
};
static_assert(std::size(kBandParameters) == kParameterCount);

constexpr ProcessorDescription kDescription{
    .name = "eq",
    .title = "Parametric EQ",
    .help = "Up to 24 bands of bells, shelves, passes, notches, all passes and tilts that follow the analogue curves",
    .behaviour = Behaviour::linear,
    .group_name = "bands",
    .group_maximum = 24,
    .group = kBandParameters,
    .details =
        "Bands run in series, in their order. With s = jf / frequency, A = 10^(gain/40):\n\n"
        "- bell: (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1)\n"
        "- low_shelf: A (s^2 + s sqrt(A)/Q + A) / (A s^2 + s sqrt(A)/Q + 1); at 6 dB/oct (s + A) / (s + 1/A)\n"
        "- high_shelf: A (A s^2 + s sqrt(A)/Q + 1) / (s^2 + s sqrt(A)/Q + A); at 6 dB/oct (A s + 1) / (s/A + 1)\n"
        "- low_pass, high_pass: Butterworth; at 12 dB/oct 1 or s^2 / (s^2 + s/Q + 1)\n"
        "- band_pass: (s/Q) / (s^2 + s/Q + 1)\n"
        "- notch: (s^2 + 1) / (s^2 + s/Q + 1)\n"
        "- all_pass: (s^2 - s/Q + 1) / (s^2 + s/Q + 1)\n"
        "- tilt: (A^2 s + 1) / (s + A^2)\n\n"
        "The magnitude stays within 0.1 dB of these up to an eighth of the sample rate and within 0.5 dB up to 20 kHz "
        "(centres to 16 kHz, gains to 12 dB, where the curve lies above -40 dB, from 44.1 kHz on); the all pass keeps "
        "the phase and its slope at the centre. Method and measurements: docs/eq.md.\n\n"
        "Automation is read every 64 frames and the filters' coefficients move in straight lines between; no path of "
        "it clicks or becomes unstable. Mid is (left + right) / 2, side (left - right) / 2. State is float64.\n\n"
        "Latency 0. Tail: until the slowest pole has decayed by 140 dB and the band's boost, at most 60 s.",
};

Result<void> validate(const StripValues& strip) {
    for (std::size_t band = 0; band < band_count(strip.values); ++band) {
        if (!is_on(value_of(strip.values, band, kOn)) && !is_on(value_of(strip.greatest, band, kOn))) continue;
        const double highest = value_of(strip.greatest, band, kFrequency), limit = kEqHighestTurns * strip.sample_rate;
        if (highest > limit)
            return fail(
                band_error(band, "frequency",
                           fmt::format("{} Hz is more than 0.49 of the sample rate of {} Hz; {} Hz is the highest here",
                                       highest, strip.sample_rate, limit)));
        if (auto checked = check_band(strip.values, band, strip.channels); !checked) return checked;
    }
    return {};
}

/// Frames in which a band falls by 140 dB and its boost, wherever its automation takes it: at its lowest frequency, at one
/// end of Q and of gain (with both, poles move apart or come together, and the slowest is slowest at an end).
double band_tail_frames(const StripValues& strip, std::size_t band) {
    const std::span<const double> least = strip.least.empty() ? strip.values : strip.least;
    double frames = 0.0;
    for (const std::span<const double> q : {least, strip.greatest})
        for (const std::span<const double> gain : {least, strip.greatest}) {
            EqBand settings = band_of(strip.values, band);
            settings.frequency_hz = value_of(least, band, kFrequency);
            settings.q = value_of(q, band, kQ);
            settings.gain_db = value_of(gain, band, kGain);
            const double fall = 140.0 + (has_gain(settings.type) ? abs(settings.gain_db) : 0.0);
            std::array<EqSection, kEqMostSections> sections;
            design_eq_band(settings, strip.sample_rate, sections.data());
            for (int i = 0; i < eq_section_count(settings.type, settings.order); ++i)
                frames = std::max(frames, decay_frames(sections[static_cast<std::size_t>(i)], fall));
        }
    return frames;
}

Tail tail(const StripValues& strip) {
    // Bands in series: what one has left rings on in the others, so their times are not the longest but add up in part.
    double longest = 0.0, sum = 0.0;
    for (std::size_t band = 0; band < band_count(strip.values); ++band) {
        if (!is_on(value_of(strip.values, band, kOn)) && !is_on(value_of(strip.greatest, band, kOn))) continue;
        const double frames = band_tail_frames(strip, band);
        longest = std::max(longest, frames);
        sum += frames;
    }
    const double frames = longest + 0.25 * (sum - longest);
    return {.frames = static_cast<FrameCount>(std::min(frames, 60.0 * strip.sample_rate))};
}

bool keeps_channels_equal(const StripValues& strip) { return are_of_all_channels(strip.values); }

}  // namespace

const ProcessorKind kEq{.description = kDescription,
                        .tail = tail,
                        .validate = validate,
                        .keeps_channels_equal = keeps_channels_equal,
                        .create = make_lanes<EqLanes>};

}  // namespace dubplate::kernels
