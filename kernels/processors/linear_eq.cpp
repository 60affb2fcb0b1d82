#include "kernels/processors/linear_eq.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "kernels/cpu/moving_convolver.h"
#include "kernels/cpu/transpose.h"
#include "kernels/processors/eq_parameters.h"
#include "kernels/processors/fixed_convolution.h"
#include "kernels/processors/grid_pieces.h"
#include "kernels/processors/linear_eq_design.h"
#include "kernels/processors/linear_eq_responses.h"
#include "kernels/processors/strip_convolution.h"

namespace dubplate::kernels {
namespace {

enum PlainParameter : std::size_t { kLength, kPlainCount };

constexpr std::string_view kLengths[] = {"1024", "2048", "4096", "8192", "16384", "32768", "65536"};
constexpr double kUsualLength = 2.0;  // 4096
constexpr std::string_view kTypes[] = {"bell",      "low_shelf", "high_shelf", "low_pass", "high_pass",
                                       "band_pass", "notch",     "tilt",       "point"};

constexpr ParameterDescription kPlainParameters[] = {
    {.name = "length",
     .unit = ParameterUnit::choice,
     .standard = kUsualLength,
     .motion = Motion::fixed,
     .help = "Frames of the response: longer ones tell lower frequencies apart, and ring for longer before and after",
     .choices = kLengths},
};
static_assert(std::size(kPlainParameters) == kPlainCount);

constexpr ParameterDescription kBandParameters[] = {
    eq::kOnDescription,
    {.name = "type",
     .unit = ParameterUnit::choice,
     .motion = Motion::fixed,
     .help = "What the band does; all points of the same channels make one curve through them",
     .choices = kTypes},
    {.name = "frequency",
     .unit = ParameterUnit::hertz,
     .minimum = eq::kLowestHertz,
     .maximum = eq::kHighestHertz,
     .standard = 1000.0,
     .help = "Centre or corner; of a point, where it lies"},
    {.name = "gain",
     .unit = ParameterUnit::decibels,
     .minimum = -60.0,
     .maximum = 30.0,
     .help = "Of bells, shelves and points; a tilt raises the highs and lowers the lows by it"},
    eq::kQDescription,
    eq::kSlopeDescription,
    eq::kChannelsDescription,
};
static_assert(std::size(kBandParameters) == eq::kParameterCount);

constexpr ProcessorDescription kDescription{
    .name = "linear_eq",
    .title = "Linear-phase EQ",
    .help = "The bands of the parametric EQ and free curves through points, without any change of phase",
    .behaviour = Behaviour::linear,
    .parameters = kPlainParameters,
    .group_name = "bands",
    .group_maximum = 96,
    .group = kBandParameters,
    .details =
        "The gain is that of the analogue curves of `eq`, exactly and up to half the sample rate, the phase that of a "
        "pure "
        "delay, which is compensated. Points make a curve that is smooth over octaves, goes through each of them, "
        "stays "
        "between neighbours and is level beyond the first and the last.\n\n"
        "A response of N frames at a rate R holds 0.1 dB for bands whose frequency, divided by Q where that is above "
        "1, is "
        "at least 8 R / N: 94 Hz for 4096 frames at 48 kHz. What is narrower comes out wider. It rings N / 4 to N / 2 "
        "frames before and after what it hears.\n\n"
        "Automation: the response is made anew every N / 2 frames while values move, and one goes over into the next; "
        "what moves faster is smoothed. Latency 1.5 N, tail 0.5 N. Method and "
        "measurements: docs/linear-eq.md.",
};

int length_of(const StripValues& strip) { return kShortestLinearEq << static_cast<int>(strip.values[kLength]); }
std::span<const double> bands_of(std::span<const double> values) { return values.subspan(kPlainCount); }

/// What moving values take, for all: a lane of automation that stands still delays as none does. Half of the response, and
/// a block of two hops; batches of fixed ones are no longer.
FrameCount latency(const StripValues& strip) { return FrameCount{3} * length_of(strip) / 2; }

/// The frames of a response after its middle. Points of zeros within it last as long at the most.
Tail tail(const StripValues& strip) {
    const FrameCount half = length_of(strip) / 2;
    return {.frames = half, .gap_frames = half};
}

/// The middle of a block comes out a response's length after its end came in.
FrameCount control_lead(const StripValues& strip) { return length_of(strip); }

FixedConvolution fixed_convolution(const StripValues& strip) {
    const int length = length_of(strip);
    LinearEqResponses made = linear_eq_responses(bands_of(strip.values), strip.channels, strip.sample_rate, length);
    return {.responses = std::make_shared<const std::vector<std::vector<float>>>(std::move(made.responses)),
            .paths = std::move(made.paths),
            .delay = length};
}

int moving_responses(const StripValues& strip) {
    return most_linear_eq_responses(bands_of(strip.values), strip.channels);
}

bool keeps_channels_equal(const StripValues& strip) { return eq::are_of_all_channels(bands_of(strip.values)); }

Result<void> validate(const StripValues& strip) { return check_linear_eq(strip, bands_of(strip.values)); }

/// All values stand still.
template <int W>
class FixedLinearEq final : public Processor {
public:
    explicit FixedLinearEq(const Setup& setup) : channels_(setup.channels()), lanes_(setup.lanes()) {
        strips_.reserve(setup.strips.size());
        for (const StripValues& strip : setup.strips) {
            const int length = length_of(strip);
            LinearEqResponses made = linear_eq_responses(bands_of(strip.values), channels_, strip.sample_rate, length);
            auto spectra = std::make_shared<const ResponseSpectra>(made.responses);
            const FrameCount wait = length - spectra->partitioning().batch_frames();
            assert(wait >= 0);
            strips_.emplace_back(std::move(spectra), channels_, std::move(made.paths), wait, false);
        }
    }

    void process(const LaneBlock& block) override {
        for_grid_pieces(
            block, strips_[0].batch_frames(), [&](int first, int frames) { run(block, first, frames); },
            [&](FrameCount) {
                for (StripConvolution& strip : strips_) strip.complete_batch();
            });
    }

    bool settle() override {
        return std::all_of(strips_.begin(), strips_.end(), [](const auto& strip) { return strip.rests(); });
    }

private:
    void run(const LaneBlock& block, int first, int frames) {
        StripPlanes<W> planes;
        float* const audio = block.audio + first * W;
        lanes_to_planes<W>(audio, frames, lanes_, planes.to());
        for (int lane = 0; lane < lanes_; ++lane)
            strips_[static_cast<std::size_t>(lane / channels_)].exchange(lane % channels_, block.start + first,
                                                                         planes.samples(lane, frames));
        planes_to_lanes<W>(planes.from(), frames, lanes_, audio);
    }

    int channels_, lanes_;
    std::vector<StripConvolution> strips_;
};

/// Some values move.
template <int W>
class MovingLinearEq final : public Processor {
public:
    explicit MovingLinearEq(const Setup& setup)
        : channels_(setup.channels()),
          lanes_(setup.lanes()),
          sample_rate_(setup.sample_rate()),
          moving_(setup.moving_per_block.begin(), setup.moving_per_block.end()) {
        for (const StripValues& strip : setup.strips) strips_.emplace_back(strip.values, channels_, length_of(strip));
    }

    void process(const LaneBlock& block) override {
        for_grid_pieces(
            block, strips_[0].convolver.hop_frames(), [&](int first, int frames) { run(block, first, frames); },
            [&](FrameCount end) {
                const auto row = static_cast<std::size_t>((end - block.start) / kControlFrames);
                for (std::size_t s = 0; s < strips_.size(); ++s) {
                    if (!strips_[s].convolver.hears(end)) continue;
                    const std::size_t lane = s * static_cast<std::size_t>(channels_);
                    design(strips_[s], block.controls.grid + row * moving_.size() * W + lane);
                    strips_[s].convolver.convolve(end, strips_[s].spectra);
                }
            });
    }

    bool settle() override {
        return std::all_of(strips_.begin(), strips_.end(), [](const Strip& strip) { return strip.convolver.rests(); });
    }

private:
    struct Strip {
        Strip(std::span<const double> first_values, int channels, int response_length)
            : values(first_values.begin(), first_values.end()),
              length(response_length),
              convolver(channels, response_length) {}

        std::vector<double> values;  // that `spectra` are made of, once they are
        int length;
        bool designed = false;
        MovingConvolver convolver;
        MovingSpectra spectra;
    };

    /// Makes the responses of a row of the grid, beginning at the strip's first lane, unless it has them.
    void design(Strip& strip, const double* row) {
        for (std::size_t k = 0; k < moving_.size(); ++k, row += W)
            strip.designed &= std::exchange(strip.values[moving_[k]], *row) == *row;
        if (std::exchange(strip.designed, true)) return;
        LinearEqResponses made = linear_eq_responses(bands_of(strip.values), channels_, sample_rate_, strip.length);
        strip.spectra.set(made.responses, std::move(made.paths));
    }

    void run(const LaneBlock& block, int first, int frames) {
        const FrameCount at = block.start + first;
        std::array<float*, W> inputs{};
        std::array<const float*, W> outputs{};
        for (int lane = 0; lane < lanes_; ++lane) {
            MovingConvolver& convolver = strips_[static_cast<std::size_t>(lane / channels_)].convolver;
            inputs[static_cast<std::size_t>(lane)] = convolver.input(lane % channels_, at);
            outputs[static_cast<std::size_t>(lane)] =
                convolver.output(lane % channels_, at - convolver.latency_frames());
        }
        float* const audio = block.audio + first * W;
        lanes_to_planes<W>(audio, frames, lanes_, inputs.data());
        planes_to_lanes<W>(outputs.data(), frames, lanes_, audio);
        for (int lane = 0; lane < lanes_; ++lane) {
            MovingConvolver& convolver = strips_[static_cast<std::size_t>(lane / channels_)].convolver;
            std::fill_n(convolver.output(lane % channels_, at - convolver.latency_frames()), frames, 0.0f);
        }
    }

    int channels_, lanes_;
    double sample_rate_;
    std::vector<std::size_t> moving_;
    std::vector<Strip> strips_;
};

std::unique_ptr<Processor> create(const Setup& setup) {
    return setup.moving_per_block.empty() ? make_lanes<FixedLinearEq>(setup) : make_lanes<MovingLinearEq>(setup);
}

}  // namespace

const ProcessorKind kLinearEq{.description = kDescription,
                              .latency = latency,
                              .control_lead = control_lead,
                              .tail = tail,
                              .fixed_convolution = fixed_convolution,
                              .moving_responses = moving_responses,
                              .validate = validate,
                              .keeps_channels_equal = keeps_channels_equal,
                              .create = create};

}  // namespace dubplate::kernels
