#pragma once

/// The EQ's body: bands of a whole instance made into passes over its lanes (kernels/cpu/section_lanes.h). For eq.cpp
/// alone.
///
/// Determinism: what a lane gives follows from its own strip's values, whatever the width and the neighbours.

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include "kernels/cpu/section_lanes.h"
#include "kernels/processors/eq_parameters.h"
#include "kernels/processors/processor.h"

namespace dubplate::kernels::eq {

template <int W>
class EqLanes final : public Processor {
public:
    explicit EqLanes(const Setup& setup)
        : channel_count_(setup.channels()), rate_(setup.sample_rate()), moving_count_(setup.moving_per_block.size()) {
        const std::size_t bands = band_count(setup.strips[0].values);
        for ([[maybe_unused]] const StripValues& strip : setup.strips)
            assert(band_count(strip.values) == bands && "strips of one instance have the same choices");
        const std::vector<int> runs = runs_of(setup);
        find_floats(setup, runs);
        bool encoded = false;
        for (std::size_t band = 0; band < bands; ++band) {
            if (band > 0 && runs[band] != runs[band - 1]) end_run();
            const bool moves = runs[band] < 0;
            if (!moves) run_.unit = is_unit(setup, band);
            if (!moves && !sounds(setup, band)) continue;
            const Channels channels = channels_of(setup.strips[0].values, band);
            const bool encode = is_encoded(channels);
            if (encode != encoded) passes_.push_back({encode ? Pass::encode : Pass::decode});
            encoded = encode;
            moves ? add_moving(setup, band, channels) : add_static(setup, band, channels);
        }
        end_run();
        if (encoded) passes_.push_back({Pass::decode});
        for (int lane = 0; lane < std::min(W, setup.lanes()); ++lane)
            working_[static_cast<std::size_t>(lane)] = in_double_[static_cast<std::size_t>(lane / channel_count_)];
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
        for (DeltaLanes<W>& section : deltas_) rest &= settle_section(section);
        return rest;
    }

    /// Moving bands keep the settings of their strips, which are no rows.
    bool lane_rows(LaneRows& rows) override {
        for (BiquadLanes<W>& section : biquads_)
            for (auto* row :
                 {&section.b0, &section.d1, &section.d2, &section.c1, &section.c2, &section.s1, &section.s2})
                rows.add(row->data(), 1);
        for (Pass& pass : passes_) rows.add(pass.gain.gain.data(), 1);
        for (DeltaLanes<W>& section : deltas_)
            for (auto* row : {&section.r1, &section.r2, &section.f1, &section.f2, &section.s1, &section.s2})
                rows.add(row->data(), 1);
        rows.add(delta_gain_.data(), 1);
        rows.add(working_.data(), 1);
        return moving_.empty();
    }

private:
    /// What 64 frames go through, in order.
    struct Pass {
        enum Kind { encode, decode, unit, direct, moving } kind;
        std::size_t first = 0;  ///< of biquads_ or state_variables_
        int count = 0;
        GainLanes<W> gain = {};  ///< of what comes out of a unit pass

        bool fixed() const { return kind == unit || kind == direct; }
    };

    /// Fixed bands in a row. All of their b0 become one gain at the run's end. Where a run begins and ends follows from
    /// the bands' types, slopes and channels alone, not from which of them sound, so that a strip's bits do not depend on
    /// its neighbours. It ends before gains that have been put off could leave a double: 13 stages of 1e-9 at the most.
    struct Run {
        std::size_t first = 0;  ///< of biquads_
        bool unit = true;
        GainLanes<W> gain = {};
    };
    static constexpr int kRunStages = 6;

    /// What a section in float and all of a strip may add, by the power of a sine: -137 and -133 dB.
    static constexpr double kMostNoise = 1.8e-14 / kFloatRounding, kMostNoiseOfAll = 4.8e-14 / kFloatRounding;

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

    static std::array<double, W> all_ones() {
        std::array<double, W> ones;
        ones.fill(1.0);
        return ones;
    }

    static bool is_encoded(Channels channels) { return channels == Channels::mid || channels == Channels::side; }

    /// Whether b0 may be taken out of a band's sections; that of an all pass may be 0.
    static bool is_unit(const Setup& setup, std::size_t band) {
        return band_of(setup.strips[0].values, band).type != EqType::all_pass;
    }

    /// [band]: the run that it belongs to; -1 if it moves.
    static std::vector<int> runs_of(const Setup& setup) {
        std::vector<int> runs(band_count(setup.strips[0].values), -1);
        int run = 0, stages = 0;
        for (std::size_t band = 0; band < runs.size(); ++band) {
            const bool moves = std::any_of(setup.moving_per_block.begin(), setup.moving_per_block.end(),
                                           [&](std::size_t index) { return index / kParameterCount == band; });
            const auto encoded = [&](std::size_t at) { return is_encoded(channels_of(setup.strips[0].values, at)); };
            if (stages > 0 && (moves || stages >= kRunStages || encoded(band) != encoded(band - 1) ||
                               is_unit(setup, band) != is_unit(setup, band - 1)))
                ++run, stages = 0;
            if (moves) continue;
            const EqBand settings = band_of(setup.strips[0].values, band);
            stages += eq_section_count(settings.type, settings.order) / 2;
            runs[band] = run;
        }
        return runs;
    }

    /// Which sections run in float: of the bands that end the chain as one run, what comes out of which is rounded to float
    /// anyway, in each strip those that add least noise, as long as together they add no more than they may.
    void find_floats(const Setup& setup, const std::vector<int>& runs) {
        floats_from_ = runs.size();
        most_noise_.assign(setup.strips.size(), -1.0);
        in_double_.assign(setup.strips.size(), false);
        if (runs.empty() || runs.back() < 0 || !is_unit(setup, runs.size() - 1)) return;
        if (is_encoded(channels_of(setup.strips[0].values, runs.size() - 1))) return;
        while (floats_from_ > 0 && runs[floats_from_ - 1] == runs.back()) --floats_from_;
        for (std::size_t strip = 0; strip < setup.strips.size(); ++strip) {
            std::vector<double> noises;
            for (std::size_t band = floats_from_; band < runs.size(); ++band)
                if (in_float(setup, band))
                    for (const EqSection& section : sections_of(setup.strips[strip], band))
                        if (const double noise = delta_noise(section); noise <= kMostNoise) noises.push_back(noise);
            std::sort(noises.begin(), noises.end());
            double sum = 0.0;
            for (const double noise : noises)
                if ((sum += noise) <= kMostNoiseOfAll) most_noise_[strip] = noise;
        }
    }

    /// Of bands that may be cut and boosted, which pass what they do not touch; the others lose more by it.
    bool in_float(const Setup& setup, std::size_t band) const {
        return band >= floats_from_ && has_gain(band_of(setup.strips[0].values, band).type);
    }

    /// What a fixed band of a strip is made of; nothing where it does not sound.
    std::vector<EqSection> sections_of(const StripValues& strip, std::size_t band) const {
        if (!sounds(strip, band)) return {};
        const EqBand settings = band_of(strip.values, band);
        std::array<EqSection, kEqMostSections> designed;
        const int step = design_eq_band(settings, rate_, designed.data()) ? 1 : 2;
        std::vector<EqSection> sections;
        for (int i = 0; i < eq_section_count(settings.type, settings.order); i += step)
            sections.push_back(designed[static_cast<std::size_t>(i)]);
        return sections;
    }

    /// Cuts what the run has got into passes of about the same size.
    void end_run() {
        int left = static_cast<int>(biquads_.size() - run_.first);
        while (left > 0) {
            const int passes = (left + kSectionsPerPass - 1) / kSectionsPerPass, count = (left + passes - 1) / passes;
            passes_.push_back({run_.unit ? Pass::unit : Pass::direct, run_.first, count});
            run_.first += static_cast<std::size_t>(count);
            left -= count;
            if (left == 0) passes_.back().gain = run_.gain;
        }
        run_ = {.first = biquads_.size()};
    }

    template <class Action>
    void for_lanes(int strip, Channels channels, Action action) const {
        for (int channel = 0; channel < channel_count_; ++channel)
            if (const int lane = strip * channel_count_ + channel; takes_part(channels, channel) && lane < W)
                action(lane);
    }

    void add_static(const Setup& setup, std::size_t band, Channels channels) {
        // A strip's sections, whichever are in double and in float, stand in the first places of either.
        const std::size_t first_biquad = biquads_.size(), first_delta = deltas_.size();
        const auto place = [](auto& lanes, std::size_t at) -> auto& {
            if (at == lanes.size()) lanes.emplace_back();
            return lanes[at];
        };
        for (std::size_t strip = 0; strip < setup.strips.size(); ++strip) {
            std::size_t biquad = first_biquad, delta = first_delta;
            for (const EqSection& section : sections_of(setup.strips[strip], band)) {
                DirectBiquad<double> k = direct_biquad_of(section);
                const double gain = run_.unit ? k.b0 : 1.0;
                if (run_.unit) k = {.b0 = 1.0, .d1 = k.d1 / gain, .d2 = k.d2 / gain, .c1 = k.c1, .c2 = k.c2};
                const auto put = [&](auto& lanes, auto& gains, const auto& coefficients) {
                    for_lanes(static_cast<int>(strip), channels, [&](int lane) {
                        lanes.set(lane, coefficients);
                        gains[static_cast<std::size_t>(lane)] *= gain;
                    });
                };
                if (in_float(setup, band) && delta_noise(section) <= most_noise_[strip])
                    put(place(deltas_, delta++), delta_gain_, delta_biquad_of(section));
                else
                    put(place(biquads_, biquad++), run_.gain.gain, k), in_double_[strip] = true;
            }
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
        if (!deltas_.empty() && passes_.size() == 1 && passes_[0].kind == Pass::unit)
            run_biquads<true, W>(&biquads_[0], passes_[0].count, passes_[0].gain, audio, audio, working_.data());
        else if (deltas_.empty() || !passes_.empty())
            run_doubles(audio);
        GainLanes<W, float> gain;
        for (std::size_t first = 0, count; first < deltas_.size(); first += count) {
            count = std::min(deltas_.size() - first, std::size_t{kSectionsPerPass});
            if (first + count == deltas_.size())
                for (std::size_t lane = 0; lane < W; ++lane) gain.gain[lane] = static_cast<float>(delta_gain_[lane]);
            run_deltas<W>(&deltas_[first], static_cast<int>(count), gain, audio);
        }
    }

    void run_doubles(float* audio) {
        if (passes_.empty()) return convert_frames<W>(audio, audio);
        if (passes_.size() == 1 && passes_[0].fixed()) return run_fixed(passes_[0], audio, audio);
        std::size_t pass = 0, end = passes_.size();
        if (passes_.front().fixed()) {
            run_fixed(passes_.front(), audio, between_);
            ++pass;
        } else {
            convert_frames<W>(audio, between_);
        }
        const bool ends_fixed = passes_.back().fixed();
        for (end -= ends_fixed; pass < end; ++pass) run_between(passes_[pass]);
        if (ends_fixed)
            run_fixed(passes_.back(), between_, audio);
        else
            convert_frames<W>(between_, audio);
    }

    template <class In, class Out>
    void run_fixed(const Pass& pass, const In* in, Out* out) {
        if (pass.kind == Pass::unit)
            run_biquads<true, W>(&biquads_[pass.first], pass.count, pass.gain, in, out);
        else
            run_biquads<false, W>(&biquads_[pass.first], pass.count, pass.gain, in, out);
    }

    void run_between(const Pass& pass) {
        switch (pass.kind) {
            case Pass::encode: return encode_mid_side<W>(between_);
            case Pass::decode: return decode_mid_side<W>(between_);
            case Pass::unit:
            case Pass::direct: return run_fixed(pass, between_, between_);
            case Pass::moving:
                for (std::size_t i = 0; i < static_cast<std::size_t>(pass.count); ++i)
                    run_state_variable(state_variables_[pass.first + i], between_);
        }
    }

    int channel_count_;
    double rate_;
    std::size_t moving_count_;
    std::vector<Pass> passes_;
    Run run_;  // while passes are made
    std::vector<BiquadLanes<W>> biquads_;
    std::vector<StateVariableLanes<W>> state_variables_;
    std::vector<MovingBand> moving_;
    std::size_t floats_from_;         // the first band whose sections may run in float
    std::vector<double> most_noise_;  // [strip]; those that do add no more, each
    std::vector<bool> in_double_;     // [strip]: has sections in double
    std::array<bool, W> working_{};   // the same by lanes
    std::vector<DeltaLanes<W>> deltas_;
    std::array<double, W> delta_gain_ = all_ones();
    alignas(64) double between_[kStepFrames * W];
};

}  // namespace dubplate::kernels::eq
