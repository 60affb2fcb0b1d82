#include "engine/render/calibrated_sizes.h"

#include <algorithm>

#include "engine/graph/offload.h"
#include "kernels/cpu/partitioned_convolver.h"
#include "kernels/processors/fixed_convolution.h"

namespace dubplate::render {
namespace {

constexpr int kLeastSeconds = 2, kMostSeconds = 8;
constexpr double kMemoryShare = 0.25;
/// Unpacking, entering, leaving, keeping, blending and summing move as many bytes as so many transforms, there and back.
constexpr double kOtherPasses = 4.0;
constexpr int kLaunchesOfStage = 8, kLaunchesOfChunk = 4;
/// Larger waves are launched less often: a smaller one must be faster by more than chance.
constexpr double kFasterBy = 1.05;

const regions::CopyRate& rate_for(const regions::DeviceRates& rates, double bytes) {
    const regions::CopyRate* found = &rates.copies.front();
    for (const regions::CopyRate& rate : rates.copies)
        if (static_cast<double>(rate.bytes) <= bytes) found = &rate;
    return *found;
}

double transform_rate(const regions::DeviceRates& rates) {
    return std::ranges::max_element(rates.transforms, {}, &regions::TransformRate::rate)->rate;
}

}  // namespace

DeviceWork device_work(const graph::Plan& plan, const session::Session& session,
                       const std::vector<nodes::StripSetup>& setups) {
    DeviceWork work;
    const auto row_bytes = [&](int stream) {
        return static_cast<double>(plan.streams[static_cast<std::size_t>(stream)].channels) * sizeof(float);
    };
    for (const graph::PlanSum& sum : plan.sums) {
        work.down_bytes += row_bytes(sum.stream);
        for (const int partial : sum.partials) work.kept_bytes += row_bytes(partial);
    }
    for (const graph::PlanBlock& block : plan.blocks) {
        if (!block.on_device) continue;
        for (const graph::PlanOutput& output : block.outputs)
            if (!plan.streams[static_cast<std::size_t>(output.stream)].on_device)
                work.down_bytes += row_bytes(output.stream);
        for (const graph::PlanStrip& strip : block.strips) {
            const auto index = static_cast<std::size_t>(strip.strip);
            const int channels = session.strips[index].layout.channels;
            ++work.strips;
            const int in = setups[index].channels_at(strip.first, channels);
            work.up_bytes += static_cast<double>(in * static_cast<int>(sizeof(float)));
            int stages = 0, planes = in;
            for (int k = strip.first; k < strip.last; ++k) {
                const nodes::InsertSetup& insert = setups[index].inserts[static_cast<std::size_t>(k)];
                if (insert.bypass) continue;
                ++stages;
                const int entering = setups[index].channels_at(k, channels),
                          leaving = setups[index].channels_at(k + 1, channels);
                work.numbers += (1.0 + 0.5 * kOtherPasses) * (entering + leaving);
                planes += entering + leaving;
                if (!insert.kind->fixed_convolution) continue;
                const auto form = insert.kind->fixed_convolution(insert.strip_values(session.sample_rate, leaving));
                const auto cut = kernels::partitioning_of(static_cast<FrameCount>(form.responses->front().size()));
                const double partitions = static_cast<double>(cut.partitions) * static_cast<double>(form.paths.size());
                work.multiplies += partitions;
                work.chunk_numbers += partitions * cut.partition_frames;
            }
            work.stages = std::max(work.stages, stages);
            // A plane, and rings of what goes into a stage and comes out.
            work.kept_bytes += static_cast<double>(planes * static_cast<int>(sizeof(float)));
        }
    }
    return work;
}

double seconds_in_chunks(const regions::DeviceRates& rates, const DeviceWork& work, FrameCount frames,
                         FrameCount chunk_frames, int in_flight) {
    const auto length = static_cast<double>(chunk_frames);
    const auto chunks = static_cast<double>((frames + chunk_frames - 1) / chunk_frames);
    const double up_bytes = work.up_bytes * length, down_bytes = work.down_bytes * length;
    const double up = rates.turn_seconds + up_bytes / rate_for(rates, up_bytes / std::max(work.strips, 1)).both;
    const double down = rates.turn_seconds + down_bytes / rate_for(rates, down_bytes).both;
    const double compute = rates.turn_seconds +
                           rates.launch_seconds * (kLaunchesOfChunk + kLaunchesOfStage * work.stages) +
                           (work.numbers * length + work.chunk_numbers) / transform_rate(rates) +
                           work.multiplies * length / rates.multiply_rate;
    const double pinned = rates.pinned_seconds * (up_bytes + down_bytes) * in_flight;
    return pinned + up + compute + down + (chunks - 1.0) * std::max({up, compute, down});
}

FrameCount calibrated_chunk(const regions::DeviceRates& rates, const DeviceWork& work, FrameCount frames,
                            int sample_rate, int in_flight, const std::function<bool(FrameCount)>& fits) {
    FrameCount best = 0;
    double least = 0.0;
    for (int seconds = kLeastSeconds; seconds <= kMostSeconds; ++seconds) {
        const FrameCount chunk = round_up(FrameCount{seconds} * sample_rate, kSettleFrames);
        const double bytes =
            ((work.up_bytes + work.down_bytes) * in_flight + work.kept_bytes) * static_cast<double>(chunk);
        if (bytes > kMemoryShare * static_cast<double>(rates.memory_left) || !fits(chunk)) continue;
        const double taken = seconds_in_chunks(rates, work, frames, chunk, in_flight);
        if (best != 0 && taken >= least) continue;
        best = chunk;
        least = taken;
    }
    return best;
}

std::size_t calibrated_wave(const regions::DeviceRates& rates) {
    const regions::TransformRate& largest = rates.transforms.back();
    const auto fastest = std::ranges::max_element(rates.transforms, {}, &regions::TransformRate::rate);
    return fastest->rate > kFasterBy * largest.rate ? fastest->numbers : 0;
}

}  // namespace dubplate::render
