#include "engine/regions/moving_stage.h"

#include <algorithm>
#include <utility>

#include "kernels/processors/fixed_convolution.h"

namespace dubplate::regions {

MovingStage::MovingStage(const nodes::InsertSetup& setup, int in, int out, double rate, FrameCount chunk)
    : Stage(in, out, setup.latency_frames),
      insert(setup),
      sample_rate(rate),
      chunk_frames(chunk),
      values(setup.values) {
    const kernels::StripValues strip = insert.strip_values(rate, out);
    const kernels::FixedConvolution first = insert.kind->fixed_convolution(strip);
    points = static_cast<int>(first.responses->front().size());
    hop = points / 2;
    delay = first.delay;
    control_lead = insert.kind->control_lead(strip);
}

void MovingStage::add_responses(ResponseBank& bank) { precise_turns = &bank.precise_turns(points); }

void MovingStage::place_responses(InputLayout& layout) {
    const int responses = insert.kind->moving_responses(insert.strip_values(sample_rate, channels()));
    spectra_at = layout.place(static_cast<std::size_t>(most_blocks() * responses * points) * sizeof(device::Complex));
}

Result<void> MovingStage::allocate(RegionMemory& memory, ResponseBank& bank) {
    // The first block that becomes complete begins two hops before the end of its last one.
    if (auto ok = allocate_ring(memory, channels_in(), chunk_frames + 2 * hop, input_); !ok) return ok;
    // The last one sounds for two more hops; of the delay, what is not taken yet.
    if (auto ok = allocate_ring(memory, channels(), chunk_frames + delay + 2 * hop, sums); !ok) return ok;
    const auto roots = bank.turns(memory, points);
    if (!roots) return fail(roots.error());
    turns = *roots;
    const auto weights = bank.window(memory, points);
    if (!weights) return fail(weights.error());
    window = *weights;
    return {};
}

StageWorkspace MovingStage::workspace() const {
    return {static_cast<std::size_t>((channels_in() + channels()) * most_blocks() * points), points};
}

void MovingStage::gather(const StageAudio& audio, std::byte* pinned, StageInput& found) {
    found.at = spectra_at;
    found.bytes = 0;
    found.responses.clear();
    found.of_block.clear();
    const BlockRange blocks = blocks_completed(audio.start, chunk_frames, hop);
    for (int b = 0; b < blocks.count; ++b) {
        const FrameCount end = (blocks.first + b + 1) * hop;
        if (!audio.sounds(end - points, end)) {
            found.of_block.push_back(kNowhere);
            continue;
        }
        const bool moved = move_to(end - latency() + control_lead);
        if (moved) design();
        if (moved || found.responses.empty()) {
            found.responses.push_back({spectra_at + found.bytes, paths});
            std::copy(spectra.begin(), spectra.end(),
                      reinterpret_cast<device::Complex*>(pinned + spectra_at + found.bytes));
            found.bytes += spectra.size() * sizeof(device::Complex);
        }
        found.of_block.push_back(found.responses.size() - 1);
    }
}

/// Whether what is designed is of other values.
bool MovingStage::move_to(FrameCount frame) {
    for (const nodes::MovingParameter& moving : insert.moving) {
        const double value = moving.curve.value(frame);
        designed &= std::exchange(values[moving.index], value) == value;
    }
    return !std::exchange(designed, true);
}

void MovingStage::design() {
    kernels::StripValues strip = insert.strip_values(sample_rate, channels());
    strip.values = values;
    kernels::FixedConvolution made = insert.kind->fixed_convolution(strip);
    const auto size = static_cast<std::size_t>(points);
    spectra.resize(made.responses->size() * size);
    for (std::size_t k = 0; k < made.responses->size(); ++k)
        response_spectra((*made.responses)[k], *precise_turns, std::span(spectra).subspan(k * size, size));
    paths = std::move(made.paths);
    if (channels_in() == 1)
        for (kernels::ConvolutionPath& path : paths) path.in = 0;
}

}  // namespace dubplate::regions
