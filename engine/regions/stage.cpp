#include "engine/regions/stage.h"

#include <algorithm>

#include "engine/regions/fixed_stage.h"
#include "engine/regions/moving_stage.h"

namespace dubplate::regions {

device::Plane Ring::plane(int channel, FrameCount frame) const {
    return {samples + channel * capacity, frame - floor_div(frame, capacity) * capacity, capacity};
}

BlockRange blocks_completed(FrameCount start, FrameCount frames, FrameCount length) {
    const FrameCount first = floor_div(start, length);
    return {first, static_cast<int>(floor_div(start + frames, length) - first)};
}

Result<void> Stage::allocate_ring(RegionMemory& memory, int planes, FrameCount capacity, Ring& ring) {
    ring.capacity = capacity;
    return take_cleared(memory, static_cast<std::size_t>(planes * capacity), ring.samples);
}

std::unique_ptr<Stage> make_stage(const nodes::InsertSetup& insert, int in, int channels, double sample_rate,
                                  FrameCount chunk_frames) {
    const bool moves =
        std::any_of(insert.moving.begin(), insert.moving.end(),
                    [](const nodes::MovingParameter& moving) { return moving.motion == Motion::per_block; });
    if (moves) return std::make_unique<MovingStage>(insert, in, channels, sample_rate, chunk_frames);
    return std::make_unique<FixedStage>(insert, in, channels, sample_rate, chunk_frames);
}

}  // namespace dubplate::regions
