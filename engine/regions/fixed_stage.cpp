#include "engine/regions/fixed_stage.h"

#include <algorithm>
#include <array>

namespace dubplate::regions {

using kernels::kMaxBlockFrames;

FixedStage::FixedStage(const nodes::InsertSetup& insert, int in, int out, double sample_rate, FrameCount chunk)
    : Stage(in, out, insert.latency_frames),
      chunk_frames(chunk),
      convolution(insert.kind->fixed_convolution(insert.strip_values(sample_rate, out))) {
    if (in == 1)
        for (kernels::ConvolutionPath& path : convolution.paths) path.in = 0;
    const auto cut = kernels::partitioning_of(static_cast<FrameCount>(convolution.responses->front().size()));
    points = cut.partition_frames;
    delay = convolution.delay;
    partitions = cut.partitions;
    kept_slots = std::max<FrameCount>(partitions - 1, 1);
    const auto curve_of = [&](int parameter) -> const nodes::Curve* {
        for (const nodes::MovingParameter& moving : insert.moving)
            if (static_cast<int>(moving.index) == parameter) return &moving.curve;
        return nullptr;
    };
    if (convolution.mix >= 0) {
        mix = curve_of(convolution.mix);
        constant_mix = static_cast<float>(insert.values[static_cast<std::size_t>(convolution.mix)]);
        has_dry = mix || constant_mix != 100.0f;
    }
    if (convolution.gain >= 0) {
        gain = curve_of(convolution.gain);
        constant_gain = static_cast<float>(insert.values[static_cast<std::size_t>(convolution.gain)]);
    }
}

void FixedStage::add_responses(ResponseBank& bank) {
    for (const std::vector<float>& taps : *convolution.responses) banked.push_back(bank.add(taps, points));
}

void FixedStage::place_rows(InputLayout& layout) {
    const std::size_t bytes = static_cast<std::size_t>(chunk_frames) * sizeof(float);
    if (mix) mix_row = layout.place(bytes);
    if (gain) gain_row = layout.place(bytes);
}

Result<void> FixedStage::allocate(RegionMemory& memory, ResponseBank& bank) {
    // A block that becomes complete with the first frame of a chunk began, with the one before it, two blocks earlier.
    const FrameCount history = std::max<FrameCount>(2 * points, has_dry ? latency() : 0);
    if (auto ok = allocate_ring(memory, channels_in(), chunk_frames + history, input_); !ok) return ok;
    if (comes_out)
        if (auto ok = allocate_ring(memory, channels(), chunk_frames + delay + points, wet); !ok) return ok;
    const auto numbers = static_cast<std::size_t>(channels_in() * kept_slots * points);
    if (auto ok = take_cleared(memory, numbers, kept); !ok) return ok;
    for (const std::size_t response : banked) responses.push_back(bank.spectra(response));
    auto roots = bank.turns(memory, points);
    if (!roots) return fail(roots.error());
    turns = *roots;
    return {};
}

StageWorkspace FixedStage::workspace() const {
    const FrameCount blocks = chunk_frames / points + 1;
    return {static_cast<std::size_t>((channels_in() + channels()) * blocks * points), points};
}

void FixedStage::gather(const StageAudio& audio, std::byte* pinned, StageInput&) {
    std::array<double, kMaxBlockFrames> values;
    const auto fill = [&](const nodes::Curve* curve, std::size_t at) {
        if (at == kNowhere) return;
        auto* to = reinterpret_cast<float*>(pinned + at);
        for (FrameCount done = 0; done < chunk_frames; done += kMaxBlockFrames) {
            const auto frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, chunk_frames - done));
            curve->fill(audio.start - latency() + done, frames, values.data());
            for (int f = 0; f < frames; ++f) *to++ = static_cast<float>(values[static_cast<std::size_t>(f)]);
        }
    };
    fill(mix, mix_row);
    fill(gain, gain_row);
}

/// What is dry comes out at its own frame.
Reach FixedStage::reach() const {
    return {std::max<FrameCount>(latency() - delay + points, 0),
            std::max<FrameCount>(delay - latency() + (partitions + 1) * points, 0)};
}

}  // namespace dubplate::regions
