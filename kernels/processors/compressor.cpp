#include "kernels/processors/compressor.h"

#include <array>
#include <optional>

#include "kernels/cpu/channel_max.h"
#include "kernels/cpu/lane_delay.h"
#include "kernels/cpu/pack.h"
#include "kernels/processors/compressor_stages.h"
#include "kernels/shared/dynamics.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t {
    kMode,
    kDetector,
    kThreshold,
    kRatio,
    kKnee,
    kAttack,
    kRelease,
    kHold,
    kAutoRelease,
    kRange,
    kMakeup,
    kMix,
    kLink,
    kLookahead,
    kKeyHighPass,
    kKeyLowPass,
    kParameterCount
};

constexpr std::string_view kModes[] = {"downward", "upward"};
constexpr std::string_view kDetectors[] = {"peak", "rms"};

constexpr ParameterDescription kParameters[] = {
    {.name = "mode",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Lowers what is above the threshold, or lifts what is below it",
     .choices = kModes},
    {.name = "detector",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Level by the sample's magnitude, or by the power over the last 10 ms",
     .choices = kDetectors},
    {.name = "threshold",
     .unit = ParameterUnit::decibels,
     .minimum = -100.0,
     .maximum = 24.0,
     .standard = -18.0,
     .help = "Level at which compression begins"},
    {.name = "ratio",
     .minimum = 1.0,
     .maximum = 100.0,
     .standard = 4.0,
     .help = "Decibels in for one decibel out; 100 is infinity to 1"},
    {.name = "knee",
     .unit = ParameterUnit::decibels,
     .minimum = 0.0,
     .maximum = 48.0,
     .standard = 6.0,
     .help = "Width of the bend around the threshold; 0 is a hard knee"},
    {.name = "attack",
     .unit = ParameterUnit::seconds,
     .minimum = 0.0,
     .maximum = 1.0,
     .standard = 0.01,
     .help = "Time in which 63.2 % of a fall of gain is covered"},
    {.name = "release",
     .unit = ParameterUnit::seconds,
     .minimum = 0.001,
     .maximum = 10.0,
     .standard = 0.1,
     .help = "Time in which 63.2 % of a rise of gain is covered; never shorter than the attack"},
    {.name = "hold",
     .unit = ParameterUnit::seconds,
     .minimum = 0.0,
     .maximum = 2.0,
     .standard = 0.0,
     .help = "Time for which the release waits"},
    {.name = "auto_release",
     .unit = ParameterUnit::toggle,
     .motion = Motion::fixed,
     .help = "Releases after short peaks as set, after long loud passages up to 10 times slower"},
    {.name = "range",
     .unit = ParameterUnit::decibels,
     .minimum = 0.0,
     .maximum = 100.0,
     .standard = 100.0,
     .help = "Greatest change of gain"},
    {.name = "makeup",
     .unit = ParameterUnit::decibels,
     .minimum = -48.0,
     .maximum = 48.0,
     .standard = 0.0,
     .motion = Motion::per_frame,
     .help = "Gain after compression"},
    {.name = "mix",
     .unit = ParameterUnit::percent,
     .maximum = 100.0,
     .standard = 100.0,
     .help = "Share of the compressed signal; the rest is the input as it was"},
    {.name = "link",
     .unit = ParameterUnit::percent,
     .maximum = 100.0,
     .standard = 100.0,
     .help = "How far each channel's gain follows the loudest channel of the strip"},
    {.name = "lookahead",
     .unit = ParameterUnit::seconds,
     .maximum = 0.02,
     .motion = Motion::fixed,
     .help = "Time by which the gain is ahead of the signal"},
    {.name = "key_high_pass",
     .unit = ParameterUnit::hertz,
     .maximum = 20000.0,
     .help = "The detector hears the key above this frequency (12 dB/octave); 0 is off"},
    {.name = "key_low_pass",
     .unit = ParameterUnit::hertz,
     .maximum = 20000.0,
     .help = "The detector hears the key below this frequency (12 dB/octave); 0 is off"},
};
static_assert(std::size(kParameters) == kParameterCount);

constexpr ProcessorDescription kDescription{
    .name = "compressor",
    .title = "Compressor",
    .help = "Evens out levels, by its own input or a side-chain",
    .behaviour = Behaviour::gain,
    .takes_key = true,
    .parameters = kParameters,
    .details =
        "Feed-forward, after Giannoulis, Massberg and Reiss (J. AES 60(6), 2012). With u the level's distance over the "
        "threshold in dB and K the knee, the excess is 0 for u < -K/2, (u + K/2)^2 / 2K inside the knee and u above "
        "it; "
        "the gain is -(1 - 1/ratio) times the excess, at most `range`. Upward mode turns u over and lifts instead; the "
        "lift is never more than the level's distance above -120 dBFS. The gain in dB passes a release stage (falls at "
        "once, waits for `hold`, rises exponentially) and an attack stage (one pole): 63.2 % of a fall take `attack`, "
        "63.2 % of a rise `release`. The rms detector reads the power through a one-pole lowpass of 10 ms; a "
        "full-scale "
        "sine reads -3 dB. With `link` at p, the gain is p times that of the strip's loudest channel plus 1 - p times "
        "the channel's own, in dB. The output is 1 - mix + mix * gain * makeup times the input. Latency: the "
        "lookahead, "
        "rounded up to 64 frames; tail: none.",
};

constexpr double kRmsSeconds = 0.01;
constexpr double kSlowRelease = 10.0;  // auto_release: the slow envelope's time constant over the release
constexpr float kHoldSilence = 1e-6f;  // -120 dBFS: what is below does not start a hold

FrameCount lookahead_frames(const StripValues& strip) {
    return static_cast<FrameCount>(strip.values[kLookahead] * strip.sample_rate + 0.5);
}
FrameCount latency_frames(const StripValues& strip) { return round_up(lookahead_frames(strip), kControlFrames); }

template <int W>
class CompressorLanes final : public GainProcessor {
    using Row = CurveRow<W>;

public:
    explicit CompressorLanes(const Setup& setup)
        : GainProcessor(W, latency_frames(setup.strips[0])),
          channels_(setup.channels()),
          sample_rate_(setup.sample_rate()),
          upward_(setup.value(kMode, 0) > 0.5),
          values_(setup),
          align_(W, latency_frames(setup.strips[0]) - lookahead_frames(setup.strips[0])) {
        bool filters = false;
        const int lanes = std::max(W, setup.lanes());
        for (int lane = 0; lane < lanes; ++lane) {
            const auto greatest = [&](std::size_t parameter) { return setup.strip_of(lane).greatest[parameter]; };
            smoother_.holds_or_adapts |= greatest(kHold) > 0.0 || setup.value(kAutoRelease, lane) > 0.5;
            filters |= greatest(kKeyHighPass) > 0.0 || greatest(kKeyLowPass) > 0.0;
        }
        if (filters) filter_.emplace();
        if (setup.value(kDetector, 0) > 0.5) power_.emplace(kRmsSeconds * sample_rate_);
        bool full = !values_.moves(kLink);
        for (int lane = 0; lane < lanes; ++lane) full &= setup.value(kLink, lane) == 100.0;
        link_ = channels_ == 1 ? Link::none : full ? Link::full : Link::partial;
        hard_ = !values_.moves(kKnee);
        whole_ = !values_.moves(kMix);
        for (int lane = 0; lane < lanes; ++lane) {
            hard_ &= setup.value(kKnee, lane) == 0.0;
            whole_ &= setup.value(kMix, lane) == 100.0;
        }
        prompt_ = latency_frames(setup.strips[0]) == 0;
        stays_ = setup.moving_per_block.empty();
        set_times();
        set_filter();
        now_ = next_ = curve_row();
    }

    void detect(const LaneBlock& block, float* gain) override {
        const double* grid = block.controls.grid;
        if (grid) {
            grid = values_.read(grid);
            now_ = curve_row();
        }
        for (int first = 0; first < block.frames; first += kStepFrames) {
            const std::ptrdiff_t at = std::ptrdiff_t{first} * W;
            if (grid) {
                // Times and filters are, for the whole step, those of its first row.
                if (values_.moves(kAttack) || values_.moves(kRelease) || values_.moves(kHold)) set_times();
                if (values_.moves(kKeyHighPass) || values_.moves(kKeyLowPass)) set_filter();
                grid = values_.read(grid);
                next_ = curve_row();
            }
            const float* heard = target_gain((block.key ? block.key : block.audio) + at, grid != nullptr, gain + at);
            smoother_.process(gain + at, heard, silence());
            align_.process(gain + at, kStepFrames);
            const float* makeup = block.controls.frames ? block.controls.frames + at : nullptr;
            if (grid)
                output_gain<true>(now_, next_, makeup, gain + at);
            else
                output_gain<false>(now_, next_, makeup, gain + at);
            now_ = next_;
        }
    }

    bool lane_rows(LaneRows& rows) override {
        add_delay_rows(rows);
        values_.add_rows(rows);
        now_.add_rows(rows);
        next_.add_rows(rows);
        if (filter_) filter_->add_rows(rows);
        if (power_) power_->add_rows(rows);
        smoother_.add_rows(rows);
        rows.add(times_.data(), 1);
        align_.add_rows(rows);
        return true;
    }
    void fade() override { smoother_.fade(); }

protected:
    bool process_at_once(const LaneBlock& block) override {
        if (!prompt_ || block.controls.grid || block.controls.frames) return false;
        for (int first = 0; first < block.frames; first += kStepFrames) {
            const std::ptrdiff_t at = std::ptrdiff_t{first} * W;
            const float* heard = target_gain((block.key ? block.key : block.audio) + at, false, gain_);
            smoother_.process(gain_, heard, silence());
            (whole_ ? multiply_by_gain<true, W> : multiply_by_gain<false, W>)(now_, gain_, block.audio + at);
        }
        return true;
    }

    bool settle_detector() override {
        only_gain_left_ = align_.settle();
        if (power_) only_gain_left_ &= power_->settle();
        if (filter_) only_gain_left_ &= filter_->settle();
        return smoother_.settle() && only_gain_left_;
    }
    /// Silence asks for no gain (the lowest onset is -124 dBFS, the floor -200), so that a plain smoother's decay is known.
    bool detector_fades() const override { return only_gain_left_ && stays_ && smoother_.is_plain(channels_); }

private:
    enum class Link { none, full, partial };
    /// In frames; none set yet.
    struct Times {
        double attack = -1.0, release = -1.0, hold = -1.0;
        bool adapts = false;
        friend bool operator==(const Times&, const Times&) = default;
    };

    float silence() const { return power_ ? kHoldSilence * kHoldSilence : kHoldSilence; }

    /// What levels are counted in: log2 of the amplitude, or of the power, of which it is half.
    double unit() const { return power_ ? 0.5 : 1.0; }

    Row curve_row() const {
        Row row;
        const double level_per_decibel = kLog2PerDecibel / unit();
        for (int lane = 0; lane < W; ++lane) {
            const double half_knee = (upward_ ? 0.5 : -0.5) * values_(kKnee, lane);
            row.set(kOnsetField, lane, (values_(kThreshold, lane) + half_knee) * level_per_decibel);
            row.set(kSlopeField, lane, slope_of_ratio(values_(kRatio, lane)) * unit());
            row.set(kKneeField, lane, values_(kKnee, lane) * level_per_decibel);
            row.set(kRangeField, lane, values_(kRange, lane) * kLog2PerDecibel);
            row.set(kMakeupField, lane, values_(kMakeup, lane) * kLog2PerDecibel);
            row.set(kMixField, lane, values_(kMix, lane) * 0.01);
            row.set(kLinkField, lane, values_(kLink, lane) * 0.01);
        }
        return row;
    }

    /// Finds the steps of lanes whose times have changed; the channels of a strip share them.
    void set_times() {
        Times made;
        double attack_step = 0.0, release_step = 0.0, slow_step = 0.0;
        for (int lane = 0; lane < W; ++lane) {
            const auto frames = [&](Parameter parameter) { return values_(parameter, lane) * sample_rate_; };
            const Times times{frames(kAttack), frames(kRelease), frames(kHold), values_(kAutoRelease, lane) > 0.5};
            Times& current = times_[static_cast<std::size_t>(lane)];
            if (times == current) continue;
            current = times;
            if (times != made) {
                attack_step = one_pole_step(times.attack);
                release_step = one_pole_step(release_stage(times.attack, times.release));
                slow_step = times.adapts ? one_pole_step(kSlowRelease * times.release) : 0.0;
                made = times;
            }
            smoother_.set_times(lane, attack_step, release_step, slow_step,
                                static_cast<double>(static_cast<FrameCount>(times.hold + 0.5)));
        }
    }

    void set_filter() {
        if (!filter_) return;
        for (int lane = 0; lane < W; ++lane)
            filter_->set(lane, values_(kKeyHighPass, lane), values_(kKeyLowPass, lane), sample_rate_);
    }

    /// What the static curve hears of a step: each channel, and the loudest of its strip.
    struct Heard {
        const float* own;
        const float* most;
    };
    Heard listen(const float* key) {
        if (filter_) {
            filter_->process(key, level_);
            key = level_;
        }
        if (power_) {
            power_->process(key, level_);
            key = level_;
        }
        if (link_ == Link::none) return {key, key};
        channel_max(key, most_, kStepFrames, W, channels_);
        return {key, most_};
    }
    /// What is heard to the static curve's gain in log2, over one step.
    void curve_gain(const float* heard, bool moving, float* gain) {
        (power_ ? levels_of<true, W> : levels_of<false, W>)(heard, gain);
        const auto curve = [&](auto upward) {
            constexpr bool kUpward = decltype(upward)::value;
            return moving  ? static_gain<kUpward, true, false, W>
                   : hard_ ? static_gain<kUpward, false, true, W>
                           : static_gain<kUpward, false, false, W>;
        };
        (upward_ ? curve(std::true_type{}) : curve(std::false_type{}))(now_, next_, static_cast<float>(unit()), gain);
    }

    /// Key to gain before smoothing, over one step. Answers with what the curve heard.
    const float* target_gain(const float* key, bool moving, float* gain) {
        const Heard heard = listen(key);
        curve_gain(heard.most, moving, gain);
        if (link_ == Link::partial) {
            curve_gain(heard.own, moving, level_);
            link_gains<W>(now_, next_, level_, gain);
        }
        return heard.most;
    }

    int channels_;
    double sample_rate_;
    bool upward_;
    Link link_ = Link::none;
    bool prompt_ = false;                // has no latency
    bool hard_ = false, whole_ = false;  // in all strips for good: knees of 0, mixes of 100 %
    bool stays_ = false;                 // no parameter moves but the makeup gain
    bool only_gain_left_ = false;        // when it was settled last
    LaneValues<W, kParameterCount> values_;
    Row now_, next_;  // at the ends of the step
    std::optional<KeyFilterLanes<W>> filter_;
    std::optional<PowerMeter<W>> power_;
    GainSmoother<W> smoother_;
    std::array<Times, W> times_;                                        // that the smoother was set to
    LaneDelay align_;                                                   // what the latency exceeds the lookahead by
    alignas(64) float level_[kStepFrames * W], most_[kStepFrames * W];  // what the detector sees, before log2
    alignas(64) float gain_[kStepFrames * W];
};

}  // namespace

const ProcessorKind kCompressor{.description = kDescription,
                                .latency = latency_frames,
                                .keeps_channels_equal = always_keeps_channels_equal,
                                .create = make_lanes<CompressorLanes>};

}  // namespace dubplate::kernels
