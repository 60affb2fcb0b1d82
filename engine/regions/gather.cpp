#include "engine/regions/gather.h"

#include <algorithm>
#include <cassert>
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

Segment& add_segment(std::vector<Segment>& segments, bool silent, device::Samples samples, FrameCount first,
                     std::size_t begin) {
    Segment& segment = segments.emplace_back();
    segment.at = begin;
    if (segments.size() > 1) {
        const Segment& before = segments[segments.size() - 2];
        segment.at = (before.at + before.bytes + kSegmentAlignment - 1) / kSegmentAlignment * kSegmentAlignment;
    }
    segment.silent = silent;
    segment.samples = samples;
    segment.first = first;
    return segment;
}

/// The segment that goes on with these frames, or a new one behind the others.
Segment& segment_for(std::vector<Segment>& segments, bool silent, device::Samples samples, FrameCount first,
                     std::size_t begin) {
    const bool goes_on = !segments.empty() && segments.back().silent == silent && !segments.back().memory;
    if (goes_on && (silent || segments.back().samples == samples)) return segments.back();
    return add_segment(segments, silent, samples, first, begin);
}

}  // namespace

GatherStep::GatherStep(RegionState& region, std::size_t block) : region_(region), block_(region.blocks[block]) {
    int channels = 1;
    for (std::size_t s = 0; s < block_.strips; ++s)
        channels = std::max(channels, region.strips[block_.first_strip + s].channels_in());
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
        gather_stages(region_.strips[s], input.gathered_stages[s], chunk, input.pinned);
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
    const auto channels = static_cast<std::size_t>(strip.channels_in());
    assert(!clips || clips->channels() == strip.channels_in());
    if (clips) prefetch(*clips, begin + chunk.frames, chunk.frames);
    for (FrameCount done = 0, more = 0; done < chunk.frames; done += more) {
        if (chunk.stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
        const FrameCount start = begin + done;
        const auto frames = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, chunk.frames - done));
        more = frames;
        const bool silent = clips ? start + frames <= region_.settings.run_start || clips->is_silent(start, frames)
                                  : strip.strip.input.is_silent(start, frames);
        if (silent) {
            segment_for(segments, true, device::Samples::float32, done, strip.audio).frames += frames;
            continue;
        }
        if (clips && region_.settings.residents && start >= region_.settings.run_start) {
            const auto placed = gather_resident(strip, segments, start, done, chunk.frames - done, pinned);
            if (!placed) return fail(placed.error());
            if (*placed > 0) {
                more = *placed;
                strip.sounding.add(start, start + more);
                continue;
            }
        }
        strip.sounding.add(start, start + frames);
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

/// What stays on the device: found there, or read and sent up to where it is to be found. Answers how many frames, 0 where
/// they go the usual way.
Result<FrameCount> GatherStep::gather_resident(StripState& strip, std::vector<Segment>& segments, FrameCount start,
                                               FrameCount first, FrameCount count, std::byte* pinned) {
    audio::ClipTrack& clips = *strip.strip.clips;
    const audio::SourceFrames bare = clips.bare(start, count);
    if (bare.count <= 0 || bare.source->identity() == 0) return 0;
    const auto samples = samples_of(bare.source->sample_type());
    if (!samples) return 0;
    ResidentAudio::Frames frames{bare.source->identity(), bare.start, bare.count};
    const ResidentAudio::Place place = region_.settings.residents->audio.find(frames, kMaxBlockFrames);
    if (!place.memory) return 0;
    Segment& segment = add_segment(segments, false, *samples, first, strip.audio);
    segment.memory = place.memory;
    segment.frames = frames.count = place.count;
    if (place.is_there) return place.count;
    segment.claimed = frames;
    const int frame_bytes = audio::bytes_of(bare.source->sample_type()) * strip.channels_in();
    for (FrameCount done = 0; done < place.count; done += kMaxBlockFrames) {
        const auto piece = static_cast<int>(std::min<FrameCount>(kMaxBlockFrames, place.count - done));
        const auto packed = clips.packed(start + done, piece);
        if (!packed) return fail(packed.error());
        const std::size_t bytes = static_cast<std::size_t>(piece) * static_cast<std::size_t>(frame_bytes);
        std::memcpy(pinned + segment.at + segment.bytes, packed->at, bytes);
        segment.bytes += bytes;
    }
    return place.count;
}

void GatherStep::prefetch(audio::ClipTrack& clips, FrameCount start, FrameCount count) {
    if (!region_.settings.residents) return clips.prefetch(start, count);
    clips.prefetch(start, count, [&](const audio::SourceFrames& frames) {
        return region_.settings.residents->audio.is_there({frames.source->identity(), frames.start, frames.count});
    });
}

Result<void> GatherStep::read_piece(StripState& strip, FrameCount start, int frames, float* interleaved) {
    const int channels = strip.channels_in();
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

void GatherStep::gather_stages(StripState& strip, std::vector<StageInput>& found, const nodes::Chunk& chunk,
                               std::byte* pinned) {
    FrameCount looks_back = 0;
    Reach reach;
    for (std::size_t k = 0; k < strip.stages.size(); ++k) {
        Stage& stage = *strip.stages[k];
        stage.gather({strip.in_frame(k, chunk.start), &strip.sounding, reach}, pinned, found[k]);
        looks_back = std::max(looks_back, reach.after + stage.looks_back());
        reach.before += stage.reach().before;
        reach.after += stage.reach().after;
    }
    // Later stages are at earlier frames.
    strip.sounding.forget_before(strip.in_frame(strip.stages.size(), chunk.start) - looks_back);
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
