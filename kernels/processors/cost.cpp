#include "kernels/processors/cost.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "kernels/cpu/partitioned_convolver.h"

namespace dubplate::kernels {
namespace {

struct Row {
    std::string_view kind;
    double ns;         ///< of the processor at rest in its settings
    double ns_band;    ///< of each band on top
    double ns_moving;  ///< of each automated parameter on top
};

constexpr Row kRows[] = {
    {"trim", 0.12, 0.0, 2.0},   {"pan", 0.35, 0.0, 2.5},  {"eq", 0.06, 0.09, 3.0},        {"compressor", 0.5, 0.0, 2.0},
    {"limiter", 1.5, 0.0, 2.0}, {"delay", 2.2, 0.0, 2.0}, {"convolution", 0.6, 0.0, 2.0}, {"linear_eq", 5.0, 0.0, 8.0},
};
/// What a kind that has no row yet is taken for.
constexpr Row kUnknown{"", 1.5, 0.0, 1.0};

/// A frame of one response channel: 4.5 ns for half a second, 5.9 for three, 9.7 for ten.
double ns_of_convolution(FrameCount response_frames) {
    return 4.2 + 0.55 * static_cast<double>(response_frames) / 48000.0;
}

ProcessorCost add_convolution(ProcessorCost cost, const StripValues& strip) {
    if (!strip.impulse) return cost;
    const auto responses = static_cast<std::int64_t>(strip.impulse->channels.size());
    const Partitioning cut = partitioning_of(strip.impulse->frames());
    const std::int64_t row_bytes = std::int64_t{8} * cut.partition_frames;
    cost.ns_per_strip = ns_of_convolution(strip.impulse->frames()) *
                        static_cast<double>(std::max<std::int64_t>(responses, strip.channels));
    cost.bytes_per_lane = 4 * kMaxBlockFrames;  // what waits is in planes
    cost.bytes_per_strip = strip.channels * (std::max<std::int64_t>(cut.partitions - 1, cut.blocks) * row_bytes +
                                             4 * (cut.batch_frames() + cut.partition_frames));
    cost.bytes_of_impulse = responses * (cut.partitions * row_bytes + 4 * strip.impulse->frames());
    return cost;
}

}  // namespace

ProcessorCost cost_of(const ProcessorKind& kind, const StripValues& strip, std::size_t bands, std::size_t moving) {
    const std::string_view name = kind.description.name;
    const auto found =
        std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.kind == name; });
    const Row& row = found == std::end(kRows) ? kUnknown : *found;
    ProcessorCost cost;
    cost.ns_per_lane = row.ns + row.ns_band * static_cast<double>(bands) + row.ns_moving * static_cast<double>(moving);
    const FrameCount latency = kind.latency ? kind.latency(strip) : 0;
    cost.bytes_per_lane = 4 * (latency + kMaxBlockFrames) + 64 * static_cast<std::int64_t>(bands);
    if (name == "delay" && !strip.greatest.empty()) {
        const double longest = std::clamp(strip.greatest[0] * strip.sample_rate, 0.0, 1e9);
        cost.bytes_per_lane += 4 * static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(longest) + 4));
    }
    // Rings in and out, spectra of the input, of the response and of the block at work.
    if (name == "linear_eq") cost.bytes_per_lane += 4 * 6 * latency;
    return name == "convolution" ? add_convolution(cost, strip) : cost;
}

}  // namespace dubplate::kernels
