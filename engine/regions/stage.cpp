#include "engine/regions/stage.h"

#include <algorithm>

namespace dubplate::regions {

device::Plane plane_at(float* plane, FrameCount capacity, FrameCount frame) {
    return {plane, frame - floor_div(frame, capacity) * capacity, capacity};
}

Stage::Stage(const nodes::InsertSetup& insert, int strip_channels, double sample_rate, FrameCount chunk_frames)
    : channels(strip_channels),
      latency(insert.latency_frames),
      convolution(insert.kind->fixed_convolution(insert.strip_values(sample_rate, strip_channels))) {
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
    // A block that becomes complete with the first frame of a chunk began, with the one before it, two blocks earlier.
    input_capacity = chunk_frames + std::max<FrameCount>(2 * points, has_dry ? latency : 0);
    wet_capacity = chunk_frames + delay + points;
}

BlockRange Stage::blocks(FrameCount start, FrameCount frames) const {
    const FrameCount first = floor_div(start, points);
    return {first, static_cast<int>(floor_div(start + frames, points) - first)};
}

device::Plane Stage::input_plane(int channel, FrameCount frame) const {
    return plane_at(input + channel * input_capacity, input_capacity, frame);
}

device::Plane Stage::wet_plane(int channel, FrameCount frame) const {
    return plane_at(wet + channel * wet_capacity, wet_capacity, frame);
}

}  // namespace dubplate::regions
