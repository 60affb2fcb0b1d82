#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "engine/audio/clip_gain.h"
#include "engine/audio/clip_track.h"
#include "session-format/model/values.h"

namespace dubplate::audio {

namespace {

using session::Clip;
using session::Quantity;
using session::Shape;
using session::Strip;
using session::Unit;

constexpr double kLoudest = 144.0;

/// One clip on its way from what was written to frames.
class Resolving {
public:
    Resolving(const session::Session& session, const Strip& track, std::size_t index,
              const session::TempoMap& tempo_map, const Source& source, Diagnostics& diagnostics)
        : clip_(track.clips[index]),
          track_(track),
          tempo_map_(tempo_map),
          source_(source),
          where_(session::locate(session, clip_.place)),
          diagnostics_(diagnostics) {
        if (!where_.empty()) return;
        where_ = fmt::format("strip '{}' / clip {}", track.name, index + 1);
        if (!clip_.name.empty()) where_ += fmt::format(" '{}'", clip_.name);
    }

    Result<ResolvedClip> resolve() {
        resolved_.source = &source_;
        for (const auto step : {&Resolving::place, &Resolving::pick_channels, &Resolving::set_gain,
                                &Resolving::set_gain_points, &Resolving::set_fades})
            if (auto done = (this->*step)(); !done) return fail(std::move(done.error()));
        return std::move(resolved_);
    }
    const std::string& where() const { return where_; }

private:
    Result<void> wrong(std::string message) const { return fail(ErrorCode::bad_argument, std::move(message), where_); }

    /// A duration that begins at `from`, not negative.
    Result<FrameCount> duration(const Quantity& written, FrameCount from, std::string_view what) const {
        const auto frames = tempo_map_.length_of(written, from);
        if (!frames) return fail(ErrorCode::bad_argument, fmt::format("{}: {}", what, frames.error().message), where_);
        if (*frames < 0)
            return fail(ErrorCode::bad_argument, fmt::format("{} is negative: {}", what, session::to_string(written)),
                        where_);
        return frames;
    }

    Result<void> place() {
        const auto start = tempo_map_.frame_of(clip_.start);
        if (!start) return wrong("start: " + start.error().message);
        if (*start < 0)
            return wrong(fmt::format("the clip starts before the session does, at {}: move it, or set an offset",
                                     session::to_string(clip_.start)));
        resolved_.start = *start;
        resolved_.reverse = clip_.reverse;
        resolved_.loop = clip_.loop;
        const auto offset = duration(clip_.offset, *start, "offset");
        if (!offset) return fail(offset.error());
        // Offsets are written for speed 1; the source is as long as it sounds.
        resolved_.offset = static_cast<FrameCount>(std::floor(static_cast<double>(*offset) / clip_.speed + 0.5));
        const FrameCount left = source_.frames() - resolved_.offset;
        if (source_.frames() == 0)
            return wrong(source_.info().frames == 0
                             ? fmt::format("'{}' holds no audio", clip_.file)
                             : fmt::format("'{}' is shorter than half a frame at this rate and speed", clip_.file));
        if (left <= 0)
            return wrong(
                fmt::format("the offset {} lies beyond the end of '{}', which has {} frames at this rate and speed",
                            session::to_string(clip_.offset), clip_.file, source_.frames()));
        resolved_.length = left;
        if (clip_.length) {
            const auto length = duration(*clip_.length, *start, "length");
            if (!length) return fail(length.error());
            if (*length == 0) return wrong("the clip's length is 0");
            resolved_.length = *length;
            if (!clip_.loop && *length > left)
                diagnostics_.push_back(
                    {fmt::format("the clip is longer than what '{}' has left: {} frames of silence follow", clip_.file,
                                 *length - left),
                     where_});
        }
        return {};
    }

    Result<void> pick_channels() {
        const int wanted = track_.layout.channels;
        std::vector<int> picked;
        for (const int channel : clip_.channels) {
            if (channel < 1 || channel > source_.channels())
                return wrong(
                    fmt::format("channel {} is not in '{}', which has {}", channel, clip_.file, source_.channels()));
            picked.push_back(channel - 1);
        }
        if (clip_.channels.empty())
            for (int channel = 0; channel < source_.channels() && channel <= kMaxChannels; ++channel)
                picked.push_back(channel);
        if (picked.size() == 1) picked.resize(static_cast<std::size_t>(wanted), picked[0]);
        if (static_cast<int>(picked.size()) != wanted)
            return wrong(fmt::format("the clip has {} channels, its track {}: pick some with \"channels\"",
                                     clip_.channels.empty() ? source_.channels() : static_cast<int>(picked.size()),
                                     wanted));
        resolved_.channels = std::move(picked);
        return {};
    }

    /// dB; silence is -144.
    Result<double> level_of(const Quantity& written, std::string_view what) const {
        const bool is_level =
            written.unit == Unit::decibels && !std::isnan(written.number) && written.number <= kLoudest;
        if (!is_level)
            return fail(ErrorCode::bad_argument,
                        fmt::format("{} is no level up to {} dB: {}", what, kLoudest, session::to_string(written)),
                        where_);
        return std::max(written.number, session::kSilenceDecibels);
    }

    Result<void> set_gain() {
        const auto level = level_of(clip_.gain, "the clip's gain");
        if (!level) return fail(level.error());
        resolved_.gain = clip_gain_of_decibels(*level) * (clip_.invert ? -1.0 : 1.0);
        return {};
    }

    Result<void> set_gain_points() {
        for (const session::Breakpoint& point : clip_.gain_points) {
            const auto at = duration(point.at, resolved_.start, "a gain point's time");
            if (!at) return fail(at.error());
            const auto level = level_of(point.value, "a gain point");
            if (!level) return fail(level.error());
            if (!(std::fabs(point.bend) <= 1.0)) return wrong("a gain point's bend is not between -1 and 1");
            if (!resolved_.gain_points.empty() && *at < resolved_.gain_points.back().at)
                return wrong(fmt::format("gain points are not in order of time: {} comes after a later one",
                                         session::to_string(point.at)));
            resolved_.gain_points.push_back({*at, *level, point.shape, point.bend});
        }
        return {};
    }

    Result<ResolvedFade> fade(const session::Fade& written, FrameCount from, std::string_view what) {
        const auto frames = duration(written.length, from, what);
        if (!frames) return fail(frames.error());
        if (!(std::fabs(written.bend) <= 1.0))
            return fail(ErrorCode::bad_argument, fmt::format("{}: its bend is not between -1 and 1", what), where_);
        if (*frames > resolved_.length)
            diagnostics_.push_back(
                {fmt::format("{} is longer than its clip: cut from {} to {} frames", what, *frames, resolved_.length),
                 where_});
        return ResolvedFade{std::min(*frames, resolved_.length), written.shape, written.bend};
    }

    Result<void> set_fades() {
        auto in = fade(clip_.fade_in, resolved_.start, "the fade in");
        if (!in) return fail(std::move(in.error()));
        auto out = fade(clip_.fade_out, resolved_.start + resolved_.length, "the fade out");
        if (!out) return fail(std::move(out.error()));
        resolved_.fade_in = *in;
        resolved_.fade_out = *out;
        return {};
    }

    const Clip& clip_;
    const Strip& track_;
    const session::TempoMap& tempo_map_;
    const Source& source_;
    std::string where_;
    Diagnostics& diagnostics_;
    ResolvedClip resolved_;
};

/// Each clip fades into the next one, in order of start, over their overlap.
void crossfade(std::vector<ResolvedClip>& clips, std::span<const std::string> places, Diagnostics& diagnostics) {
    std::vector<std::size_t> order(clips.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return clips[a].start < clips[b].start; });
    ResolvedClip* before = nullptr;
    for (const std::size_t index : order) {
        ResolvedClip& clip = clips[index];
        if (before != nullptr) {
            const FrameCount overlap = before->start + before->length - clip.start;
            if (overlap >= clip.length) {
                diagnostics.push_back({"the clip lies wholly within another: no crossfade, both sound", places[index]});
                continue;
            }
            if (overlap > 0) {
                before->fade_out = {overlap, session::FadeShape::equal_power, 0.0};
                clip.fade_in = {overlap, session::FadeShape::equal_power, 0.0};
            }
        }
        before = &clip;
    }
}

}  // namespace

Result<std::vector<ResolvedClip>> resolve_clips(const session::Session& session, const session::Strip& track,
                                                const session::TempoMap& tempo_map,
                                                std::span<const Source* const> sources, Diagnostics& diagnostics) {
    assert(sources.size() == track.clips.size() && "one source for each clip");
    std::vector<ResolvedClip> clips;
    std::vector<std::string> places;
    for (std::size_t index = 0; index < track.clips.size(); ++index) {
        if (track.clips[index].mute) continue;
        assert(sources[index] != nullptr && "only muted clips have no source");
        Resolving resolving(session, track, index, tempo_map, *sources[index], diagnostics);
        auto clip = resolving.resolve();
        if (!clip) return fail(std::move(clip.error()));
        clips.push_back(std::move(*clip));
        places.push_back(resolving.where());
    }
    if (track.overlap == session::Overlap::crossfade) crossfade(clips, places, diagnostics);
    return clips;
}

}  // namespace dubplate::audio
