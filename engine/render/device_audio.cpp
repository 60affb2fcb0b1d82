#include "engine/render/device_audio.h"

namespace dubplate::render {

Result<void> keep_audio(regions::Device* device, regions::Residents* residents, const graph::Plan& plan,
                        const std::vector<std::unique_ptr<audio::ClipTrack>>& tracks, FrameCount start,
                        FrameCount end) {
    if (!residents) return {};
    std::vector<regions::ResidentAudio::Wanted> wanted;
    for (const graph::PlanBlock& block : plan.blocks)
        for (const graph::PlanStrip& strip : block.strips) {
            if (!block.on_device || !strip.from_clips) continue;
            for (const audio::SourceFrames& heard :
                 tracks[static_cast<std::size_t>(strip.strip)]->barely_heard(start, end))
                wanted.push_back({{heard.source->identity(), heard.start, heard.count},
                                  heard.source->frames(),
                                  heard.source->channels() * audio::bytes_of(heard.source->sample_type())});
        }
    return device->ask([&]() -> Result<void> {
        device->drop_spare_pinned();
        residents->audio.reserve(wanted);
        return {};
    });
}

DeviceTraffic traffic_of(const regions::Device& device, const regions::Residents* residents) {
    const std::uint64_t found = residents ? residents->audio.found_bytes() : 0;
    return {static_cast<std::int64_t>(device.copied_up_bytes()), static_cast<std::int64_t>(found)};
}

DeviceTraffic operator-(const DeviceTraffic& a, const DeviceTraffic& b) {
    return {a.copied_up_bytes - b.copied_up_bytes, a.resident_bytes - b.resident_bytes};
}

}  // namespace dubplate::render
