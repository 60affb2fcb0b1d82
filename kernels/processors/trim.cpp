#include "kernels/processors/trim.h"

#include "kernels/cpu/pack.h"
#include "kernels/shared/math.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kGain, kInvert };

constexpr ParameterDescription kParameters[] = {
    {.name = "gain",
     .unit = ParameterUnit::decibels,
     .minimum = -144.0,
     .maximum = 48.0,
     .standard = 0.0,
     .motion = Motion::per_frame,
     .help = "Gain; -144 dB is silence"},
    {.name = "invert", .unit = ParameterUnit::toggle, .motion = Motion::fixed, .help = "Turns the polarity over"},
};

constexpr ProcessorDescription kDescription{
    .name = "trim",
    .title = "Trim",
    .help = "Gain and polarity",
    .behaviour = Behaviour::linear,
    .parameters = kParameters,
    .details =
        "Multiplies by 10^(gain/20), and by -1 where inverted. While the gain is automated it is evaluated at "
        "every frame. Latency 0, tail 0.",
};

template <int W>
class TrimLanes final : public Processor {
    using F = Lanes<float, W>;

public:
    explicit TrimLanes(const Setup& setup) {
        alignas(64) float gain[W], sign[W];
        for (int lane = 0; lane < W; ++lane) {
            sign[lane] = setup.value(kInvert, lane) > 0.5 ? -1.0f : 1.0f;
            gain[lane] = gain_or_silence(static_cast<float>(setup.value(kGain, lane))) * sign[lane];
        }
        sign_ = load<F>(sign);
        gain_ = load<F>(gain);
    }

    void process(const LaneBlock& block) override {
        for (int frame = 0; frame < block.frames; ++frame) {
            float* at = block.audio + frame * W;
            const F gain =
                block.controls.frames ? gain_or_silence(load<F>(block.controls.frames + frame * W)) * sign_ : gain_;
            store(at, load<F>(at) * gain);
        }
    }

    bool settle() override { return true; }

    bool lane_rows(LaneRows& rows) override {
        for (F* row : {&gain_, &sign_}) rows.add_packs<float>(*row);
        return true;
    }

private:
    F gain_, sign_;
};

}  // namespace

const ProcessorKind kTrim{
    .description = kDescription, .keeps_channels_equal = always_keeps_channels_equal, .create = make_lanes<TrimLanes>};

}  // namespace dubplate::kernels
