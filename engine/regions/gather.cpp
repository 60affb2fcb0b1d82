#include "engine/regions/gather.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/audio/pcm.h"

namespace dubplate::regions {
namespace {

using kernels::kMaxBlockFrames;

/// Where a segment may begin: floats are read there.
constexpr std::size_t kSegmentAlignment = 16;

/// None: these do not go up as they are.
std::optional<device::Samples> samples_of(audio::SampleType type) {
    switch (type) {
        case audio::SampleType::int16: return device::Samples::int16;
        case audio::SampleType::int24: return device::Samples::int24;
        case audio::SampleType::int32: return device::Samples::int32;
        case audio::SampleType::float32: return device::Samples::float32;
        case audio::SampleType::float64: break;
    }
    return std::nullopt;
}

/// The segment that goes on with these frames, or a new one behind the others.
Segment& segment_for(std::vector<Segment>& segments, bool silent, device::Samples samples, FrameCount first,
                     std::size_t begin) {
    if (!segments.empty() && segments.back().silent == silent && (silent || segments.back().samples == samples))
        return segments.back();
    std::size_t at = begin;
    if (!segments.empty()) {
        at = segments.back().at + segments.back().bytes;
        at = (at + kSegmentAlignment - 1) / kSegmentAlignment * kSegmentAlignment;
    }
    return segments.emplace_back(Segment{silent, samples, at, 0, first, 0});
}

}  // namespace

GatherStep::GatherStep(RegionState& region, std::size_t block) : region_(region), block_(region.blocks[block]) {
    int channels = 1;
    for (std::size_t s = 0; s < block_.strips; ++s)
        channels = std::max(channels, region.strips[block_.first_strip + s].channels());
    planes_.resize(static_cast<std::size_t>(channels) * kMaxBlockFrames);
}

Result<void> GatherStep::run(const nodes::Chunk& chunk) {
    ChunkInput& input = region_.input(chunk);
    for (std::size_t s = block_.first_strip; s < block_.first_strip + block_.strips; ++s) {
        StripState& strip = region_.strips[s];
        if (auto ok = gather_audio(strip, input.gathered[s], chunk, input.pinned); !ok) return ok;
    }
    const nodes::Work work =
        region_.strips[block_.first_strip].strip.clips ? nodes::Work::read_clips : nodes::Work::read_streams;
    lap(chunk.timeline, work, chunk.frames * static_cast<FrameCount>(block_.strips));
    for (std::size_t s = block_.first_strip; s < block_.first_strip + block_.strips; ++s) {
        const StripState& strip = region_.strips[s];
        for (std::size_t k = 0; k < strip.stages.size(); ++k)
            strip.stages[k]->gather(strip.in_frame(k, chunk.start), input.pinned);
    }
    for (std::size_t o = block_.first_output; o < block_.first_output + block_.outputs; ++o)
        for (const SourceState& source : region_.outputs[o].sources)
            gather_gains(source, chunk.start + block_.lead, input.pinned);
    lap(chunk.timeline, nodes::Work::automation, chunk.frames * static_cast<FrameCount>(block_.outputs));
    return {};
}

Result<void> GatherStep::gather_audio(StripState& strip, std::vector<Segment>& segments, const nodes::Chunk& chunk,
                                      std::byte* pinned) {
    segments.clear();
    const FrameCount begin = strip.in_frame(0, chunk.start);
    audio::ClipTrack* const clips = strip.strip.clips;
    const auto channels = static_cast<std::size_t>(strip.channels());
    if (clips) clips->prefetch(begin + chunk.frames, chunk.frames);
    for (FrameCount done = 0; done < chunk.frames; done += kMaxBlockFrames) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const FrameCount start = begin + done;
        const auto frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, chunk.frames - done));
        const bool silent = clips ? start + frames <= region_.settings.run_start || clips->is_silent(start, frames)
                                  : strip.strip.input.is_silent(start, frames);
        if (silent) {
            segment_for(segments, true, device::Samples::float32, done, strip.audio).frames += frames;
            continue;
        }
        if (clips && start >= region_.settings.run_start) {
            const auto packed = clips->packed(start, frames);
            if (!packed) return fail(packed.error());
            const auto samples = packed->at ? samples_of(packed->type) : std::nullopt;
            if (samples) {
                Segment& segment = segment_for(segments, false, *samples, done, strip.audio);
                const std::size_t bytes = static_cast<std::size_t>(frames * audio::bytes_of(packed->type)) * channels;
                std::memcpy(pinned + segment.at + segment.bytes, packed->at, bytes);
                segment.bytes += bytes;
                segment.frames += frames;
                continue;
            }
        }
        Segment& segment = segment_for(segments, false, device::Samples::float32, done, strip.audio);
        auto* const to = reinterpret_cast<float*>(pinned + segment.at + segment.bytes);
        if (auto ok = read_piece(strip, start, frames, to); !ok) return ok;
        segment.bytes += static_cast<std::size_t>(frames) * channels * sizeof(float);
        segment.frames += frames;
    }
    if (clips) clips->rest();
    return {};
}

Result<void> GatherStep::read_piece(StripState& strip, FrameCount start, int frames, float* interleaved) {
    const int channels = strip.channels();
    std::array<float*, kernels::kMaxLanes> own{};
    for (int c = 0; c < channels; ++c) own[static_cast<std::size_t>(c)] = planes_.data() + c * kMaxBlockFrames;
    if (strip.strip.clips) {
        if (auto ok = strip.strip.clips->read(start, frames, own.data()); !ok) return ok;
        if (start < region_.settings.run_start)
            for (int c = 0; c < channels; ++c)
                std::fill_n(own[static_cast<std::size_t>(c)], region_.settings.run_start - start, 0.0f);
    }
    for (int c = 0; c < channels; ++c) {
        const float* row = own[static_cast<std::size_t>(c)];
        if (!strip.strip.clips) row = strip.strip.input.read(start, frames, c, own[static_cast<std::size_t>(c)]);
        for (int f = 0; f < frames; ++f) interleaved[f * channels + c] = row[f];
    }
    return {};
}

void GatherStep::gather_gains(const SourceState& source, FrameCount start, std::byte* pinned) {
    if (std::all_of(source.rows.begin(), source.rows.end(), [](std::size_t at) { return at == kNowhere; })) return;
    for (FrameCount done = 0; done < region_.settings.chunk_frames; done += kMaxBlockFrames) {
        const auto frames =
            static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, region_.settings.chunk_frames - done));
        source.gain->evaluate(start + done, frames, gains_);
        for (std::size_t side = 0; side < source.rows.size(); ++side) {
            if (source.rows[side] == kNowhere) continue;
            auto* const to = reinterpret_cast<double*>(pinned + source.rows[side]) + done;
            if (gains_.moving)
                std::copy_n(gains_.per_frame[side].begin(), frames, to);
            else
                std::fill_n(to, frames, gains_.constant[side]);
        }
    }
}

}  // namespace dubplate::regions
