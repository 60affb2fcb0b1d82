#include "kernels/processors/limiter.h"

#include <optional>

#include "kernels/cpu/channel_max.h"
#include "kernels/cpu/lane_delay.h"
#include "kernels/cpu/pack.h"
#include "kernels/processors/lane_values.h"
#include "kernels/processors/limiter_stages.h"
#include "kernels/shared/dynamics.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kDetector, kCeiling, kDrive, kLookahead, kRelease, kLink, kParameterCount };

constexpr std::string_view kDetectors[] = {"sample_peak", "true_peak"};

constexpr ParameterDescription kParameters[] = {
    {.name = "detector",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "Whether the ceiling is for samples or also for what lies between them",
     .choices = kDetectors},
    {.name = "ceiling",
     .unit = ParameterUnit::decibels,
     .minimum = -60.0,
     .maximum = 24.0,
     .standard = -1.0,
     .help = "Level that no output peak exceeds"},
    {.name = "drive",
     .unit = ParameterUnit::decibels,
     .minimum = -24.0,
     .maximum = 48.0,
     .standard = 0.0,
     .help = "Gain before the limiter"},
    {.name = "lookahead",
     .unit = ParameterUnit::seconds,
     .minimum = 0.0001,
     .maximum = 0.02,
     .standard = 0.005,
     .motion = Motion::fixed,
     .help = "Time in which the gain goes down ahead of a peak"},
    {.name = "release",
     .unit = ParameterUnit::seconds,
     .minimum = 0.001,
     .maximum = 10.0,
     .standard = 0.1,
     .help = "Time in which 63.2 % of a reduction in dB is given back"},
    {.name = "link",
     .unit = ParameterUnit::percent,
     .maximum = 100.0,
     .standard = 100.0,
     .help = "How far each channel's gain follows the strip's channel that is reduced most"},
};
static_assert(std::size(kParameters) == kParameterCount);

constexpr ProcessorDescription kDescription{
    .name = "limiter",
    .title = "Limiter",
    .help = "Keeps peaks below a ceiling, looking ahead",
    .behaviour = Behaviour::gain,
    .parameters = kParameters,
    .details =
        "The reduction that each peak needs, in dB, goes through a sliding maximum over the lookahead, an exponential "
        "release, and two moving averages that together span the lookahead: the gain has arrived, smoothly, when the "
        "peak comes, and what is louder than `ceiling` by d dB is lowered by d dB. With `sample_peak` no output sample "
        "is "
        "above the ceiling, also not after rounding. With `true_peak` the detector interpolates four points per frame "
        "(64-tap windowed sinc, then parabolas) and aims 0.15 dB below the ceiling; a lookahead below 1 ms counts as 1 "
        "ms. "
        "Input below the ceiling (and that margin) passes untouched. With `link` at p, a channel's reduction is p "
        "times "
        "the strip's largest plus 1 - p times its own. Latency: the lookahead (and 40 frames with `true_peak`), "
        "rounded up "
        "to 64 frames; tail: none.",
};

/// A true peak's reduction holds for as many frames on both sides of it.
constexpr int kSpread = 8;
constexpr double kTruePeakMarginDb = 0.15;
constexpr double kTruePeakLookahead = 0.001;
/// Reductions are made larger by this share and this many log2, more than all that rounding can take from them.
constexpr float kRoundingShare = 5e-7f, kRounding = 1e-5f;
/// Greatest reduction in log2 (722 dB). What would need more is not audio.
constexpr float kGreatestReduction = 120.0f;

bool true_peak(const StripValues& strip) { return strip.values[kDetector] > 0.5; }
int lookahead_frames(const StripValues& strip) {
    const double seconds = strip.values[kLookahead];
    const double longest = true_peak(strip) && seconds < kTruePeakLookahead ? kTruePeakLookahead : seconds;
    return std::max(1, static_cast<int>(longest * strip.sample_rate + 0.5));
}
/// By which a peak is known later than it comes in, and by which its reduction comes to hold earlier than it.
int detector_lag(const StripValues& strip) { return true_peak(strip) ? TruePeakEstimator<1>::kLagFrames : 0; }
int spread_frames(const StripValues& strip) { return true_peak(strip) ? kSpread : 0; }
FrameCount latency_frames(const StripValues& strip) {
    return round_up(lookahead_frames(strip) + detector_lag(strip) + spread_frames(strip), kControlFrames);
}

enum Field { kDriveField, kHeadroomField, kLinkField, kFields };

template <int W>
class LimiterLanes final : public GainProcessor {
    using F = Samples;
    using Row = ControlRow<W, kFields>;

public:
    explicit LimiterLanes(const Setup& setup)
        : LimiterLanes(setup, latency_frames(setup.strips[0]), lookahead_frames(setup.strips[0]),
                       detector_lag(setup.strips[0]), spread_frames(setup.strips[0])) {}

    void detect(const LaneBlock& block, float* gain) override {
        const double* grid = block.controls.grid;
        if (grid) {
            grid = values_.read(grid);
            now_ = row();
            if (block.start != expected_start_) forget_headroom();
        }
        expected_start_ = block.start + block.frames;
        for (int first = 0; first < block.frames; first += kStepFrames) {
            if (grid) {
                if (values_.moves(kRelease)) set_release();
                grid = values_.read(grid);
                next_ = row();
            }
            const std::ptrdiff_t at = std::ptrdiff_t{first} * W;
            const float* peaks = block.audio + at;
            if (estimator_) {
                estimator_->process(peaks, peaks_);
                peaks = peaks_;
            }
            if (linked_) channel_max(peaks, most_, kStepFrames, W, channels_);
            if (grid)
                needed_reduction<true>(peaks, gain + at);
            else
                needed_reduction<false>(peaks, gain + at);
            align_.process(gain + at, kStepFrames);
            maximum_.process(gain + at);
            slope_.process(gain + at);
            if (grid)
                output_gain<true>(gain + at);
            else
                output_gain<false>(gain + at);
            now_ = next_;
        }
    }

protected:
    bool settle_detector() override {
        const bool rest = align_.settle() & maximum_.settle() & slope_.settle();
        return (!estimator_ || estimator_->settle()) && rest;
    }

private:
    LimiterLanes(const Setup& setup, FrameCount latency, int ahead, int lag, int spread)
        : GainProcessor(W, latency),
          channels_(setup.channels()),
          sample_rate_(setup.sample_rate()),
          linked_(setup.channels() > 1),
          margin_db_(true_peak(setup.strips[0]) ? kTruePeakMarginDb : 0.0),
          values_(setup),
          align_(W, latency - ahead - lag - spread),
          maximum_(ahead + 1 + 2 * spread),
          slope_(ahead, kGreatestReduction),
          past_headroom_(W, latency - lag) {
        if (true_peak(setup.strips[0])) estimator_.emplace();
        set_release();
        now_ = next_ = row();
        forget_headroom();
    }

    /// Headroom is the ceiling over the drive, in log2: how loud the input may be.
    Row row() const {
        Row row;
        for (int lane = 0; lane < W; ++lane) {
            row.set(kDriveField, lane, values_(kDrive, lane) * kLog2PerDecibel);
            row.set(kHeadroomField, lane,
                    (values_(kCeiling, lane) - margin_db_ - values_(kDrive, lane)) * kLog2PerDecibel);
            row.set(kLinkField, lane, values_(kLink, lane) * 0.01);
        }
        return row;
    }

    void set_release() {
        for (int lane = 0; lane < W; ++lane)
            slope_.set_release(lane, 1.0 - one_pole_step(values_(kRelease, lane) * sample_rate_));
    }

    /// As if the headroom had always been what it is now: at the start, and where silence was skipped.
    void forget_headroom() { past_headroom_.fill(now_.values[kHeadroomField]); }

    /// Reduction in log2 that takes each peak to its ceiling, linked.
    template <bool Moving>
    void needed_reduction(const float* peaks, float* reduction) {
        ControlRamp<W, kFields> ramp{now_, next_};
        F headroom = now_.at(kHeadroomField), link = now_.at(kLinkField);
        const auto needed = [&](const float* peak) __attribute__((always_inline)) {
            const F over = log2_float(max(abs(load<F>(peak)), F(kLevelFloor))) - headroom;
            return min(max(fma(over, F(1.0f + kRoundingShare), F(kRounding)), F(0.0f)), F(kGreatestReduction));
        };
        for (int at = 0; at < kStepFrames * W; at += kSamples) {
            if constexpr (Moving) {
                ramp.move_to(at);
                headroom = ramp.at(kHeadroomField);
                link = ramp.at(kLinkField);
            }
            F own = needed(peaks + at);
            // Rounding must not take anything from a channel's own need.
            if (linked_) own = max(own, fma(link, needed(most_ + at), (F(1.0f) - link) * own));
            store(reduction + at, own);
        }
    }

    /// Reduction to gain. Peaks were judged by the headroom when they came in; where it has fallen since, the gain falls
    /// with it.
    template <bool Moving>
    void output_gain(float* gain) {
        ControlRamp<W, kFields> ramp{now_, next_};
        F drive = now_.at(kDriveField), fallen(0.0f);
        if constexpr (Moving) {
            for (int at = 0; at < kStepFrames * W; at += kSamples)
                ramp.move_to(at), store(past_ + at, ramp.at(kHeadroomField));
            past_headroom_.process(past_, kStepFrames);
        }
        for (int at = 0; at < kStepFrames * W; at += kSamples) {
            if constexpr (Moving) {
                ramp.move_to(at);
                drive = ramp.at(kDriveField);
                fallen = max(load<F>(past_ + at) - ramp.at(kHeadroomField), F(0.0f));
            }
            store(gain + at, exp2_float(max(drive - (load<F>(gain + at) + fallen), F(-126.0f))));
        }
    }

    int channels_;
    double sample_rate_;
    bool linked_;
    double margin_db_;
    LaneValues<W, kParameterCount> values_;
    Row now_, next_;  // at the ends of the step
    std::optional<TruePeakEstimator<W>> estimator_;
    LaneDelay align_;  // what the latency exceeds lookahead, lag and spread by
    SlidingMaximum<W> maximum_;
    ReductionSlope<W> slope_;
    LaneDelay past_headroom_;  // what the peaks that come out now were judged by
    FrameCount expected_start_ = 0;
    alignas(64) float peaks_[kStepFrames * W], most_[kStepFrames * W], past_[kStepFrames * W];
};

}  // namespace

const ProcessorKind kLimiter{.description = kDescription,
                             .latency = latency_frames,
                             .keeps_channels_equal = always_keeps_channels_equal,
                             .create = make_lanes<LimiterLanes>};

}  // namespace dubplate::kernels
