#include "kernels/processors/eq.h"

#include <algorithm>
#include <array>
#include <cassert>

#include <fmt/format.h>

#include "kernels/cpu/section_lanes.h"
#include "kernels/processors/eq_design.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kOn, kType, kFrequency, kGain, kQ, kSlope, kChannels, kParameterCount };
enum class Channels { stereo, mid, side, left, right };

constexpr std::string_view kTypes[] = {"bell",      "low_shelf", "high_shelf", "low_pass", "high_pass",
                                       "band_pass", "notch",     "all_pass",   "tilt"};
constexpr std::string_view kSlopes[] = {"6 dB/oct",  "12 dB/oct", "18 dB/oct", "24 dB/oct", "30 dB/oct", "36 dB/oct",
                                        "42 dB/oct", "48 dB/oct", "54 dB/oct", "60 dB/oct", "66 dB/oct", "72 dB/oct",
                                        "78 dB/oct", "84 dB/oct", "90 dB/oct", "96 dB/oct"};
constexpr std::string_view kChannelNames[] = {"stereo", "mid", "side", "left", "right"};

constexpr double kLowestHertz = 10.0;
constexpr double kHighestGain = 30.0;

constexpr ParameterDescription kBandParameters[] = {
    {.name = "on", .unit = ParameterUnit::toggle, .standard = 1.0, .help = "Whether the band works"},
    {.name = "type",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "What the band does",
     .choices = kTypes},
    {.name = "frequency",
     .unit = ParameterUnit::hertz,
     .minimum = kLowestHertz,
     .maximum = 24000.0,
     .standard = 1000.0,
     .help = "Centre or corner; below 0.49 of the sample rate"},
    {.name = "gain",
     .unit = ParameterUnit::decibels,
     .minimum = -kHighestGain,
     .maximum = kHighestGain,
     .help = "Of bells and shelves; a tilt raises the highs and lowers the lows by it"},
    {.name = "q",
     .unit = ParameterUnit::plain,
     .minimum = 0.1,
     .maximum = 40.0,
     .standard = 0.70710678118654752,
     .help = "Centre frequency by bandwidth; of passes only at 12 dB/oct, of shelves too"},
    {.name = "slope",
     .unit = ParameterUnit::choice,
     .standard = 1.0,
     .motion = Motion::fixed,
     .help = "Of low and high passes; shelves have 6 or 12 dB/oct",
     .choices = kSlopes},
    {.name = "channels",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Which part of a stereo strip; stereo stands for all channels of any strip",
     .choices = kChannelNames},
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

std::size_t band_count(const StripValues& strip) { return strip.values.size() / kParameterCount; }
double value_of(std::span<const double> values, std::size_t band, Parameter parameter) {
    return values[band * kParameterCount + parameter];
}
bool is_on(double value) { return value > 0.5; }

EqBand band_of(std::span<const double> values, std::size_t band) {
    return {.type = static_cast<EqType>(value_of(values, band, kType)),
            .order = static_cast<int>(value_of(values, band, kSlope)) + 1,
            .frequency_hz = value_of(values, band, kFrequency),
            .gain_db = value_of(values, band, kGain),
            .q = value_of(values, band, kQ)};
}
Channels channels_of(std::span<const double> values, std::size_t band) {
    return static_cast<Channels>(value_of(values, band, kChannels));
}

bool has_gain(EqType type) {
    return type == EqType::bell || type == EqType::low_shelf || type == EqType::high_shelf || type == EqType::tilt;
}

Result<void> validate(const StripValues& strip) {
    for (std::size_t band = 0; band < band_count(strip); ++band) {
        if (!is_on(value_of(strip.values, band, kOn)) && !is_on(value_of(strip.greatest, band, kOn))) continue;
        const auto refuse = [&](Parameter parameter, const std::string& message) {
            return fail(ErrorCode::bad_argument,
                        fmt::format("bands/{}/{}: {}", band, kBandParameters[parameter].name, message));
        };
        const double highest = value_of(strip.greatest, band, kFrequency), limit = kEqHighestTurns * strip.sample_rate;
        if (highest > limit)
            return refuse(kFrequency,
                          fmt::format("{} Hz is more than 0.49 of the sample rate of {} Hz; {} Hz is the highest here",
                                      highest, strip.sample_rate, limit));
        const EqBand settings = band_of(strip.values, band);
        const bool shelf = settings.type == EqType::low_shelf || settings.type == EqType::high_shelf;
        if (shelf && settings.order > 2)
            return refuse(kSlope,
                          fmt::format("a shelf has a slope of 6 or 12 dB/oct, not {}; a higher q makes it steeper",
                                      kSlopes[settings.order - 1]));
        const Channels channels = channels_of(strip.values, band);
        if (channels != Channels::stereo && strip.channels != 2)
            return refuse(kChannels,
                          fmt::format("'{}' needs a strip of two channels, this one has {}; 'stereo' stands for all",
                                      kChannelNames[static_cast<int>(channels)], strip.channels));
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
    for (std::size_t band = 0; band < band_count(strip); ++band) {
        if (!is_on(value_of(strip.values, band, kOn)) && !is_on(value_of(strip.greatest, band, kOn))) continue;
        const double frames = band_tail_frames(strip, band);
        longest = std::max(longest, frames);
        sum += frames;
    }
    const double frames = longest + 0.25 * (sum - longest);
    return {.frames = static_cast<FrameCount>(std::min(frames, 60.0 * strip.sample_rate))};
}

/// Whether a channel of a strip goes through a band.
bool takes_part(Channels channels, int channel) {
    switch (channels) {
        case Channels::mid:
        case Channels::left: return channel == 0;
        case Channels::side:
        case Channels::right: return channel == 1;
        case Channels::stereo: break;
    }
    return true;
}

template <int W>
class EqLanes final : public Processor {
public:
    explicit EqLanes(const Setup& setup)
        : channel_count_(setup.channels()), rate_(setup.sample_rate()), moving_count_(setup.moving_per_block.size()) {
        const std::size_t bands = band_count(setup.strips[0]);
        for (const StripValues& strip : setup.strips)
            assert(band_count(strip) == bands && "strips of one instance have the same choices");
        bool encoded = false;
        for (std::size_t band = 0; band < bands; ++band) {
            const Channels channels = channels_of(setup.strips[0].values, band);
            const bool moves = std::any_of(setup.moving_per_block.begin(), setup.moving_per_block.end(),
                                           [&](std::size_t index) { return index / kParameterCount == band; });
            if (!moves && !sounds(setup, band)) continue;
            const bool encode = channels == Channels::mid || channels == Channels::side;
            if (encode != encoded) passes_.push_back({encode ? Pass::encode : Pass::decode});
            encoded = encode;
            moves ? add_moving(setup, band, channels) : add_static(setup, band, channels);
        }
        if (encoded) passes_.push_back({Pass::decode});
    }

    void process(const LaneBlock& block) override {
        const auto row = [&](int k) { return block.controls.grid + static_cast<std::size_t>(k * W) * moving_count_; };
        for (MovingBand& band : moving_) follow(band, row(0));
        for (int step = 0; step < block.frames / kStepFrames; ++step) {
            for (StateVariableLanes<W>& section : state_variables_) section.from = section.to;
            for (MovingBand& band : moving_) follow(band, row(step + 1));
            run_step(block.audio + step * kStepFrames * W);
        }
    }

    bool settle() override {
        bool rest = true;
        for (BiquadLanes<W>& section : biquads_) rest &= settle_section(section);
        for (StateVariableLanes<W>& section : state_variables_) rest &= settle_section(section);
        return rest;
    }

private:
    /// What 64 frames go through, in order.
    struct Pass {
        enum Kind { encode, decode, fixed, moving } kind;
        std::size_t first = 0;  ///< of biquads_ or state_variables_
        int count = 0;
    };

    struct MovingBand {
        /// One strip's settings as of the last row that was looked at.
        struct Strip {
            EqBand band;
            bool on;
        };
        Channels channels;
        std::size_t first;  ///< of state_variables_
        int section_count;
        /// Where a row of the grid holds this band's parameters; npos where they stay.
        std::array<std::size_t, kParameterCount> at;
        std::vector<Strip> strips;
    };

    static bool sounds(const Setup& setup, std::size_t band) {
        return std::any_of(setup.strips.begin(), setup.strips.end(),
                           [&](const StripValues& strip) { return sounds(strip, band); });
    }
    static bool sounds(const StripValues& strip, std::size_t band) {
        if (!is_on(value_of(strip.values, band, kOn))) return false;
        const EqBand settings = band_of(strip.values, band);
        return settings.gain_db != 0.0 || !has_gain(settings.type);
    }

    template <class Action>
    void for_lanes(int strip, Channels channels, Action action) const {
        for (int channel = 0; channel < channel_count_; ++channel)
            if (takes_part(channels, channel)) action(strip * channel_count_ + channel);
    }

    void add_static(const Setup& setup, std::size_t band, Channels channels) {
        std::vector<std::array<EqSection, kEqMostSections>> sections(setup.strips.size());
        bool corrected = false;
        int count = 0;
        for (std::size_t strip = 0; strip < sections.size(); ++strip) {
            if (!sounds(setup.strips[strip], band)) continue;
            const EqBand settings = band_of(setup.strips[strip].values, band);
            corrected |= design_eq_band(settings, rate_, sections[strip].data());
            count = eq_section_count(settings.type, settings.order);
        }
        for (int i = 0; i < count; i += corrected ? 1 : 2) {
            BiquadLanes<W> lanes;
            for (std::size_t strip = 0; strip < sections.size(); ++strip)
                for_lanes(static_cast<int>(strip), channels,
                          [&](int lane) { lanes.set(lane, biquad_of(sections[strip][static_cast<std::size_t>(i)])); });
            if (passes_.empty() || passes_.back().kind != Pass::fixed || passes_.back().count == kSectionsPerPass)
                passes_.push_back({Pass::fixed, biquads_.size()});
            ++passes_.back().count;
            biquads_.push_back(lanes);
        }
    }

    void add_moving(const Setup& setup, std::size_t band, Channels channels) {
        const EqBand first = band_of(setup.strips[0].values, band);
        MovingBand moving{.channels = channels,
                          .first = state_variables_.size(),
                          .section_count = eq_section_count(first.type, first.order),
                          .at = {},
                          .strips = {}};
        for (std::size_t parameter = 0; parameter < kParameterCount; ++parameter) {
            const auto found = std::find(setup.moving_per_block.begin(), setup.moving_per_block.end(),
                                         band * kParameterCount + parameter);
            moving.at[parameter] = found == setup.moving_per_block.end()
                                       ? kNoParameter
                                       : static_cast<std::size_t>(found - setup.moving_per_block.begin());
        }
        state_variables_.resize(moving.first + static_cast<std::size_t>(moving.section_count));
        for (const StripValues& strip : setup.strips) {
            moving.strips.push_back({band_of(strip.values, band), is_on(value_of(strip.values, band, kOn))});
            design(moving, moving.strips.size() - 1);
        }
        passes_.push_back({Pass::moving, moving.first, moving.section_count});
        moving_.push_back(std::move(moving));
    }

    /// Takes one row of the grid, [moving_per_block][W]; designs anew what has changed since the last.
    void follow(MovingBand& band, const double* row) {
        for (std::size_t strip = 0; strip < band.strips.size(); ++strip) {
            const auto value = [&](Parameter parameter, double standing) {
                const std::size_t at = band.at[parameter];
                return at == kNoParameter ? standing : row[at * W + strip * static_cast<std::size_t>(channel_count_)];
            };
            EqBand& settings = band.strips[strip].band;
            const double frequency = value(kFrequency, settings.frequency_hz), gain = value(kGain, settings.gain_db);
            const double q = value(kQ, settings.q);
            const bool on = is_on(value(kOn, band.strips[strip].on ? 1.0 : 0.0));
            if (frequency == settings.frequency_hz && gain == settings.gain_db && q == settings.q &&
                on == band.strips[strip].on)
                continue;
            settings.frequency_hz = frequency, settings.gain_db = gain, settings.q = q;
            band.strips[strip].on = on;
            design(band, strip);
        }
    }

    void design(const MovingBand& band, std::size_t strip) {
        std::array<EqSection, kEqMostSections> sections;
        const bool corrected = design_eq_band(band.strips[strip].band, rate_, sections.data());
        for (std::size_t i = 0; i < static_cast<std::size_t>(band.section_count); ++i) {
            StateVariableLanes<W>& lanes = state_variables_[band.first + i];
            const bool wire = i % 2 == 1 && !corrected;
            StateVariable<double> section = state_variable_of(sections[i]);
            if (!band.strips[strip].on) section.m0 = 1.0, section.m1 = 0.0, section.m2 = 0.0;
            for_lanes(static_cast<int>(strip), band.channels,
                      [&](int lane) { wire ? lanes.set_wire(lane) : lanes.set(lane, section); });
        }
    }

    void run_step(float* audio) {
        if (passes_.empty()) return convert_frames<W>(audio, audio);
        if (passes_.size() == 1 && passes_[0].kind == Pass::fixed)
            return run_biquads<W>(biquads_.data(), passes_[0].count, audio, audio);
        std::size_t pass = 0, end = passes_.size();
        if (passes_.front().kind == Pass::fixed) {
            run_biquads<W>(&biquads_[passes_.front().first], passes_.front().count, audio, between_);
            ++pass;
        } else {
            convert_frames<W>(audio, between_);
        }
        const bool ends_fixed = passes_.back().kind == Pass::fixed;
        for (end -= ends_fixed; pass < end; ++pass) run_between(passes_[pass]);
        if (ends_fixed)
            run_biquads<W>(&biquads_[passes_.back().first], passes_.back().count, between_, audio);
        else
            convert_frames<W>(between_, audio);
    }

    void run_between(const Pass& pass) {
        switch (pass.kind) {
            case Pass::encode: return encode_mid_side<W>(between_);
            case Pass::decode: return decode_mid_side<W>(between_);
            case Pass::fixed: return run_biquads<W>(&biquads_[pass.first], pass.count, between_, between_);
            case Pass::moving:
                for (std::size_t i = 0; i < static_cast<std::size_t>(pass.count); ++i)
                    run_state_variable(state_variables_[pass.first + i], between_);
        }
    }

    int channel_count_;
    double rate_;
    std::size_t moving_count_;
    std::vector<Pass> passes_;
    std::vector<BiquadLanes<W>> biquads_;
    std::vector<StateVariableLanes<W>> state_variables_;
    std::vector<MovingBand> moving_;
    alignas(64) double between_[kStepFrames * W];
};

}  // namespace

const ProcessorKind kEq{.description = kDescription, .tail = tail, .validate = validate, .create = make_lanes<EqLanes>};

}  // namespace dubplate::kernels
