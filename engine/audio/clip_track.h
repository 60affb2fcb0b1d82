#pragma once

/// The clips of one track as one stream of audio: placed, cut, faded, reversed, looped, overlapped.
///
/// Shapes: planar, out[channel][frame] in the track's layout, or one channel that stands for all of it
/// (leave_one_channel()): a mono source feeds every channel of its track, otherwise channel k feeds channel k and the counts
/// must agree (after the clip's channel pick).
/// Threads: read() by one caller at a time, any thread. Determinism: the value at a frame does not depend on how the
/// timeline is cut into reads; gain = clip gain x gain points x fades in float64, rounded once into the sample.
/// Overlap rules: see session::Overlap and docs/clips.md. Sum adds in float64 in list order. Zeros are +0.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/audio/source.h"
#include "session-format/model/session.h"

namespace dubplate::audio {

/// Breakpoints resolved to frames and dB.
struct GainPoint {
    FrameCount at = 0;  ///< from the clip's start
    double db = 0.0;
    session::Shape shape = session::Shape::linear;
    double bend = 0.0;
};

struct ResolvedFade {
    FrameCount frames = 0;
    session::FadeShape shape = session::FadeShape::linear;
    double bend = 0.0;
};

/// A clip in frames: everything resolved, checked and clamped.
struct ResolvedClip {
    const Source* source = nullptr;  ///< outlives the track
    std::vector<int> channels;       ///< source channel for each channel of the track
    FrameCount start = 0;
    FrameCount length = 0;
    FrameCount offset = 0;  ///< into the source, at the source's speed
    double gain = 1.0;      ///< polarity included
    bool reverse = false;
    bool loop = false;
    std::vector<GainPoint> gain_points;
    ResolvedFade fade_in, fade_out;
};

/// Gain of a fade at `position` of `length`, rising: 0 at 0, 1 at 1. Shapes in docs/clips.md. equal_power: sin(pi/2 t);
/// logarithmic: fast rise; exponential: slow rise; s_curve: (1 - cos(pi t)) / 2; custom: bent by `bend`.
double fade_gain(session::FadeShape shape, double bend, double t);

/// Resolves the clips of a track: times through the tempo map, lengths against the sources, crossfades into fades.
/// `sources[k]` belongs to track.clips[k] (nullptr for muted clips). Errors: bad_argument with the clip's place
/// (negative start, offset beyond the source, length 0 or negative, channel pick beyond the file, a channel count that
/// does not fit the track). Diagnostics: a clip longer than its source (silence follows), fades longer than the clip.
Result<std::vector<ResolvedClip>> resolve_clips(const session::Session& session, const session::Strip& track,
                                                const session::TempoMap& tempo_map,
                                                std::span<const Source* const> sources, Diagnostics& diagnostics);

struct SourceFrames {
    const Source* source = nullptr;
    FrameCount start = 0, count = 0;
};

/// Frames as a file holds them, all channels of each side by side.
struct PackedFrames {
    const std::byte* at = nullptr;
    SampleType type = SampleType::int24;
};

/// Where every clip gives all channels of its track the same (a source of one channel, or one picked for all), leaves one
/// of them, which stands for all. Answers whether it did.
bool leave_one_channel(std::vector<ResolvedClip>& clips);

class ClipTrack {
public:
    ClipTrack(std::vector<ResolvedClip> clips, session::Overlap overlap, int channels);
    ~ClipTrack();
    ClipTrack(ClipTrack&&) noexcept;
    ClipTrack& operator=(ClipTrack&&) noexcept;

    /// The layout's, or 1 that stands for all of them.
    int channels() const;
    /// End of the last clip.
    FrameCount end() const;
    /// True if no clip sounds anywhere in [start, start + count).
    bool is_silent(FrameCount start, FrameCount count) const;
    /// Writes [start, start + count) to out[channel][0..count); zeros where no clip is. count <= 65536.
    Result<void> read(FrameCount start, int count, float* const* out);
    /// Where [start, start + count) lies if it is one clip's alone and needs nothing but to be unpacked: forwards, at gain 1,
    /// the source's channels being the track's. Until the next call; null where that is not so, or where nothing was read
    /// by read() yet that goes on there. count <= 512.
    Result<PackedFrames> packed(FrameCount start, int count);
    /// Whose frames [start, start + count) are, or a beginning of them, where packed() gives them, which needs no read() before
    /// it then; none (count 0) where it does not. The first 512 decide.
    SourceFrames bare(FrameCount start, FrameCount count);
    /// The sources' frames of [start, end) that bare() may find, and some that it will not where gains move.
    std::vector<SourceFrames> barely_heard(FrameCount start, FrameCount end) const;
    /// What of its sources is heard in [start, end), piece by piece.
    std::vector<SourceFrames> heard(FrameCount start, FrameCount end) const;
    /// Reads go on up to `start` and pause there; the system is asked to have `count` frames more at hand by then, but those
    /// that need no reading.
    void prefetch(FrameCount start, FrameCount count, const std::function<bool(const SourceFrames&)>& needs_none = {});
    /// The pause: gives memory back to what this thread reads next.
    void rest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dubplate::audio
