#include "kernels/processors/convolution.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "kernels/cpu/pack.h"
#include "kernels/cpu/transpose.h"
#include "kernels/processors/fixed_convolution.h"
#include "kernels/processors/grid_pieces.h"
#include "kernels/processors/strip_convolution.h"
#include "kernels/shared/blend.h"

namespace dubplate::kernels {
namespace {

enum Parameter : std::size_t { kImpulse, kMix, kGain, kPredelay };

constexpr ParameterDescription kParameters[] = {
    {.name = "impulse",
     .unit = ParameterUnit::file,
     .motion = Motion::fixed,
     .help = "Sound file with the response: 1 channel, as many as the strip, or 4 on a stereo strip (LL, LR, RL, RR)",
     .required = true},
    {.name = "mix",
     .unit = ParameterUnit::percent,
     .minimum = 0.0,
     .maximum = 100.0,
     .standard = 100.0,
     .motion = Motion::per_frame,
     .help = "Share of the convolved signal; the rest is the input"},
    {.name = "gain",
     .unit = ParameterUnit::decibels,
     .minimum = -144.0,
     .maximum = 24.0,
     .standard = 0.0,
     .motion = Motion::per_frame,
     .help = "Gain of the convolved signal; -144 dB is silence"},
    {.name = "predelay",
     .unit = ParameterUnit::seconds,
     .minimum = 0.0,
     .maximum = 0.5,
     .standard = 0.0,
     .motion = Motion::fixed,
     .help = "Time by which the convolved signal waits"},
};

constexpr ProcessorDescription kDescription{
    .name = "convolution",
    .title = "Convolution",
    .help = "Convolves with the response of a room, a plate or any other linear thing",
    .behaviour = Behaviour::linear,
    .parameters = kParameters,
    .details =
        "out = (1 - mix) * in + mix * gain * (in * response). A response of one channel serves every channel of the "
        "strip; one with as many channels as the strip serves them one by one; one with four channels on a stereo "
        "strip is true stereo: left to left, left to right, right to left, right to right. The response is used as it "
        "stands in the file, at the session's rate, without normalisation.\n\n"
        "Uniformly partitioned overlap-save: partitions of 1024 to 16384 frames, four blocks at a time for responses "
        "of more than 24576 frames. Latency is one such batch and is compensated, also for the dry part. Tail: "
        "response "
        "and pre-delay.",
};

FrameCount predelay_frames(const StripValues& strip) {
    return static_cast<FrameCount>(strip.values[kPredelay] * strip.sample_rate + 0.5);
}

FrameCount latency(const StripValues& strip) {
    return strip.impulse ? partitioning_of(strip.impulse->frames()).batch_frames() : 0;
}

/// What lies below this between two louder samples of a response counts as a gap in its sound.
constexpr float kGapLevel = 1e-7f;
/// Responses are looked through so many samples at a time, first whether there is anything to look at more closely.
constexpr std::size_t kLookedAtOnce = 64;

/// The longest run below the gap level between louder samples; the quiet end of a response is none.
FrameCount longest_gap(const std::vector<float>& samples) {
    FrameCount gap = 0, run = 0;
    for (std::size_t first = 0; first < samples.size(); first += kLookedAtOnce) {
        const std::span<const float> some(samples.data() + first, std::min(kLookedAtOnce, samples.size() - first));
        int quiet = 0;
        for (const float sample : some) quiet |= std::fabs(sample) < kGapLevel;
        if (run == 0 && !quiet) continue;
        for (const float sample : some) {
            if (std::fabs(sample) < kGapLevel)
                ++run;
            else
                gap = std::max(gap, std::exchange(run, 0));
        }
    }
    return gap;
}

Tail tail(const StripValues& strip) {
    if (!strip.impulse) return {};
    FrameCount gap = 0;
    for (const std::vector<float>& channel : strip.impulse->channels) gap = std::max(gap, longest_gap(channel));
    const FrameCount predelay = predelay_frames(strip);
    return {.frames = strip.impulse->frames() + predelay, .gap_frames = gap + predelay};
}

bool all_finite(const std::vector<float>& samples) {
    // Without a branch for each, so that many are looked at in one instruction.
    int bad = 0;
    for (const float sample : samples) bad |= !(std::fabs(sample) <= std::numeric_limits<float>::max());
    return !bad;
}

bool keeps_channels_equal(const StripValues& strip) { return strip.impulse && strip.impulse->channels.size() == 1; }

std::string count_of_channels(int channels) {
    return channels == 1 ? "mono" : channels == 2 ? "stereo" : std::to_string(channels) + "-channel";
}

Result<void> validate(const StripValues& strip) {
    if (!strip.impulse || strip.impulse->frames() == 0)
        return fail(ErrorCode::bad_argument, "the convolution has no response: name a sound file under 'impulse'");
    const auto response = static_cast<int>(strip.impulse->channels.size());
    if (response != 1 && response != strip.channels && !(response == 4 && strip.channels == 2)) {
        std::string message = "a " + count_of_channels(strip.channels) + " strip cannot take a " +
                              std::to_string(response) + "-channel response: ";
        if (strip.channels == 1 && (response == 2 || response == 4)) {
            message += "make the strip stereo";
        } else {
            message += "use one of 1 channel or of " + std::to_string(strip.channels) +
                       (strip.channels == 2 ? " or 4 channels" : " channels");
        }
        return fail(ErrorCode::bad_argument, std::move(message));
    }
    for (const std::vector<float>& channel : strip.impulse->channels) {
        if (static_cast<FrameCount>(channel.size()) != strip.impulse->frames())
            return fail(ErrorCode::bad_argument, "the channels of the response differ in length");
        if (!all_finite(channel))
            return fail(ErrorCode::corrupt_input, "the response holds samples that are no numbers (NaN or infinity)");
    }
    return {};
}

/// Spectra of a response, computed once for all instances that use it at the time. Instances do not outlive their
/// response, so an address stands for one response as long as anyone holds its spectra.
struct SharedSpectra {
    std::once_flag once;
    std::unique_ptr<const ResponseSpectra> spectra;
};

/// Null where there are none and none are to be made.
std::shared_ptr<SharedSpectra> shared_spectra(const ImpulseResponse& impulse, bool make) {
    static std::mutex lock;
    static std::map<const ImpulseResponse*, std::weak_ptr<SharedSpectra>> entries;
    const std::lock_guard guard(lock);
    std::erase_if(entries, [](const auto& known) { return known.second.expired(); });
    if (const auto found = entries.find(&impulse); found != entries.end())
        if (auto entry = found->second.lock()) return entry;
    if (!make) return nullptr;
    auto entry = std::make_shared<SharedSpectra>();
    entries[&impulse] = entry;
    return entry;
}

std::shared_ptr<const void> spectra_there_are(const ImpulseResponse& impulse) { return shared_spectra(impulse, false); }

std::shared_ptr<const ResponseSpectra> spectra_of(const ImpulseResponse& impulse) {
    std::shared_ptr<SharedSpectra> entry = shared_spectra(impulse, true);
    std::call_once(entry->once, [&] { entry->spectra = std::make_unique<ResponseSpectra>(impulse.channels); });
    const ResponseSpectra* spectra = entry->spectra.get();
    return {std::move(entry), spectra};
}

std::vector<ConvolutionPath> paths_of(int channels, int response_channels) {
    if (channels == 2 && response_channels == 4) return {{0, 0, 0}, {0, 1, 1}, {1, 0, 2}, {1, 1, 3}};
    std::vector<ConvolutionPath> paths;
    for (int channel = 0; channel < channels; ++channel)
        paths.push_back({channel, channel, response_channels == 1 ? 0 : channel});
    return paths;
}

FixedConvolution fixed_convolution(const StripValues& strip) {
    const ImpulseResponse& impulse = *strip.impulse;
    // Not owned: the response outlives whatever is made of it.
    return {.responses = {std::shared_ptr<void>(), &impulse.channels},
            .paths = paths_of(strip.channels, static_cast<int>(impulse.channels.size())),
            .delay = latency(strip) + predelay_frames(strip),
            .mix = kMix,
            .gain = kGain};
}

template <int W>
class ConvolutionLanes final : public Processor {
    using F = Lanes<float, W>;

public:
    explicit ConvolutionLanes(const Setup& setup) : channels_(setup.channels()), lanes_(setup.lanes()) {
        for (int lane = 0; lane < W; ++lane) {
            mix_[lane] = static_cast<float>(setup.value(kMix, lane));
            gain_[lane] = static_cast<float>(setup.value(kGain, lane));
        }
        for (std::size_t i = 0; i < setup.moving_per_frame.size(); ++i) {
            if (setup.moving_per_frame[i] == kMix) mix_row_ = static_cast<int>(i);
            if (setup.moving_per_frame[i] == kGain) gain_row_ = static_cast<int>(i);
        }
        dry_ = mix_row_ >= 0 || std::any_of(mix_, mix_ + lanes_, [](float mix) { return mix != 100.0f; });
        strips_.reserve(setup.strips.size());
        for (const StripValues& strip : setup.strips)
            strips_.emplace_back(spectra_of(*strip.impulse), channels_,
                                 paths_of(channels_, static_cast<int>(strip.impulse->channels.size())),
                                 predelay_frames(strip), dry_);
    }

    void process(const LaneBlock& block) override {
        for_grid_pieces(
            block, strips_[0].batch_frames(), [&](int first, int frames) { run(block, first, frames); },
            [&](FrameCount) {
                for (StripConvolution& strip : strips_) strip.complete_batch();
            });
    }

    bool settle() override {
        return std::all_of(strips_.begin(), strips_.end(), [](const StripConvolution& strip) { return strip.rests(); });
    }

private:
    /// Frames [first, first + frames) of the block, all in one batch of every strip.
    void run(const LaneBlock& block, int first, int frames) {
        alignas(64) float dry[kMaxBlockFrames * W];
        StripPlanes<W> planes;
        const auto exchange = [&](auto with) {
            for (int lane = 0; lane < lanes_; ++lane)
                (strips_[static_cast<std::size_t>(lane / channels_)].*with)(lane % channels_, block.start + first,
                                                                            planes.samples(lane, frames));
        };
        float* audio = block.audio + first * W;
        if (dry_) {
            lanes_to_planes<W>(audio, frames, lanes_, planes.to());
            exchange(&StripConvolution::exchange_dry);
            planes_to_lanes<W>(planes.from(), frames, lanes_, dry);
        }
        lanes_to_planes<W>(audio, frames, lanes_, planes.to());
        exchange(&StripConvolution::exchange);
        planes_to_lanes<W>(planes.from(), frames, lanes_, audio);

        const float* mix_at = moving(block, mix_row_, first);
        const float* gain_at = moving(block, gain_row_, first);
        BlendGains<F> gains = blend_gains(load<F>(mix_), load<F>(gain_));
        int frame = mix_at || gain_at ? 0 : blend_many(dry, gains, frames, audio);
        for (; frame < frames; ++frame) {
            if (mix_at || gain_at)
                gains = blend_gains(load<F>(mix_at ? mix_at + frame * W : mix_),
                                    load<F>(gain_at ? gain_at + frame * W : gain_));
            float* const at = audio + frame * W;
            store(at, dry_ ? blend(load<F>(at), load<F>(dry + frame * W), gains) : blend(load<F>(at), gains));
        }
    }

    /// Dry and wet frames under gains that stand still, sixteen samples at a time as long as there are so many; tells how many
    /// frames it did.
    int blend_many(const float* dry, const BlendGains<F>& gains, int frames, float* audio) const {
        using Many = Pack<float, 16>;
        constexpr int kFrames = 16 / W;
        float rows[2][16];
        for (int frame = 0; frame < kFrames; ++frame) {
            store(rows[0] + frame * W, gains.dry);
            store(rows[1] + frame * W, gains.wet);
        }
        const BlendGains<Many> many{load<Many>(rows[0]), load<Many>(rows[1])};
        const int done = frames / kFrames * kFrames;
        for (int at = 0; at < done * W; at += 16) {
            const Many wet = load<Many>(audio + at);
            store(audio + at, dry_ ? blend(wet, load<Many>(dry + at), many) : blend(wet, many));
        }
        return done;
    }

    const float* moving(const LaneBlock& block, int row, int first) const {
        return row < 0 ? nullptr : block.controls.frames + (row * block.frames + first) * W;
    }

    int channels_, lanes_;
    bool dry_ = false;
    std::vector<StripConvolution> strips_;
    alignas(64) float mix_[W], gain_[W];
    int mix_row_ = -1, gain_row_ = -1;  // of Controls::frames
};

}  // namespace

const ProcessorKind kConvolution{.description = kDescription,
                                 .latency = latency,
                                 .tail = tail,
                                 .fixed_convolution = fixed_convolution,
                                 .validate = validate,
                                 .keeps_channels_equal = keeps_channels_equal,
                                 .create = make_lanes<ConvolutionLanes>,
                                 .spectra = spectra_there_are};

}  // namespace dubplate::kernels
