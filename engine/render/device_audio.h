#pragma once

/// What a render leaves of its audio on a device, and what it sent there.
///
/// Threads: plain functions, while no step runs.

#include <memory>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/graph/plan.h"
#include "engine/regions/residents.h"
#include "engine/render/render.h"

namespace dubplate::render {

/// Finds room for the samples that go to the device as files hold them, of frames [start, end) of the tracks ([strip]).
/// Without residents nothing happens. Errors: none of its own.
Result<void> keep_audio(regions::Device* device, regions::Residents* residents, const graph::Plan& plan,
                        const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks, FrameCount start, FrameCount end);

/// By all renders so far.
DeviceTraffic traffic_of(const regions::Device& device, const regions::Residents* residents);
DeviceTraffic operator-(const DeviceTraffic& a, const DeviceTraffic& b);

}  // namespace dubplate::render
