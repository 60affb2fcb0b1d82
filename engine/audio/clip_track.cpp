#include "engine/audio/clip_track.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <unordered_map>

#include "engine/audio/clip_gain.h"
#include "engine/audio/clip_pieces.h"
#include "engine/audio/clip_reader.h"
#include "engine/audio/packed_rows.h"

namespace dubplate::audio {

namespace {

constexpr int kTileFrames = 4096;
constexpr std::size_t kMostReaders = 256;  // each holds a window of its source

using Rows = std::array<float*, kMaxChannels>;

/// Rows of which the first frame is `by` frames further on.
Rows shifted(const Rows& rows, FrameCount by) {
    Rows moved{};
    for (std::size_t row = 0; row < rows.size() && rows[row] != nullptr; ++row) moved[row] = rows[row] + by;
    return moved;
}

/// Of each row that is read of a source the first of a track's channels that wants it; `rows` is [channel].
Rows picked(const std::vector<int>& rows, const Rows& out) {
    Rows targets{};
    for (std::size_t channel = rows.size(); channel-- > 0;)
        targets[static_cast<std::size_t>(rows[channel])] = out[channel];
    return targets;
}

/// The other channels that want the same.
void repeat(const std::vector<int>& rows, const Rows& targets, int count, const Rows& out) {
    for (std::size_t channel = 0; channel < rows.size(); ++channel)
        if (const float* const read = targets[static_cast<std::size_t>(rows[channel])]; read != out[channel])
            std::copy_n(read, count, out[channel]);
}

/// Calls use(first, frames) for what frames [from, from + count) of the clip play of its source, stretch by stretch.
template <class Use>
void for_each_stretch(const ResolvedClip& clip, FrameCount from, FrameCount count, Use use) {
    const FrameCount sounding = sounding_frames(clip);
    const FrameCount frames = std::clamp<FrameCount>(sounding - from, 0, count);
    const FrameCount first = clip.reverse ? sounding - from - frames : from;
    if (!clip.loop) return use(clip.offset + first, frames);
    const FrameCount period = clip.source->frames() - clip.offset;
    const FrameCount within = first % period;
    use(clip.offset + within, std::min(frames, period - within));
    use(clip.offset, std::clamp<FrameCount>(within + frames - period, 0, within));
}

bool are_disjoint(std::vector<ClipPiece>& pieces) {
    std::sort(pieces.begin(), pieces.end(), [](const ClipPiece& a, const ClipPiece& b) { return a.start < b.start; });
    for (std::size_t k = 1; k < pieces.size(); ++k)
        if (pieces[k].start < pieces[k - 1].end) return false;
    return true;
}

}  // namespace

struct ClipTrack::State {
    struct Reader {
        ClipReader reader;
        std::uint64_t last_used = 0;
    };
    /// Frames [from, until) of the track in which one clip is heard, forwards and at its own gain: what most blocks of
    /// most tracks are, found once and read until it ends.
    struct PlainRun {
        FrameCount from = 0, until = 0;
        ClipReader* reader = nullptr;
        const ResolvedClip* clip = nullptr;
        bool is_straight = false;  // each channel of the track is one of its own of the source
        bool is_bare = false;      // its samples are the track's as they lie
    };

    std::vector<ResolvedClip> clips;
    int channels = 0;
    ClipPieces pieces;
    std::unordered_map<int, Reader> readers;  // of the clips that sounded in the last read, by clip
    std::uint64_t reads = 0;
    PlainRun plain;
    FrameCount pause = 0;  // up to where reads go on
    std::vector<ClipPiece> found;
    std::vector<double> gains;  // [kTileFrames], as the next two are, once there is need of them
    std::vector<float> tile;    // [channel][kTileFrames], one clip of several
    std::vector<double> sum;    // [channel][kTileFrames]

    bool is_plain(FrameCount start, FrameCount count) const {
        return start >= plain.from && start + count <= plain.until;
    }
    bool find_plain(FrameCount start, FrameCount count);
    Result<void> read_plain(FrameCount start, int count, float* const* out);
    Result<void> read(FrameCount start, int count, const Rows& out);
    Result<void> read_alone(const ClipPiece& piece, FrameCount start, int count, const Rows& out);
    Result<void> read_together(FrameCount start, int count, const Rows& out);
    ClipReader& reader_of(int clip);
    void drop_idle_readers();
    template <class Wanted>
    std::vector<SourceFrames> heard(FrameCount start, FrameCount end, Wanted wanted) const;
};

/// What is heard in [start, end) of the clips that are wanted, piece by piece.
template <class Wanted>
std::vector<SourceFrames> ClipTrack::State::heard(FrameCount start, FrameCount end, Wanted wanted) const {
    std::vector<ClipPiece> there;
    pieces.find(start, end, there);
    std::vector<SourceFrames> heard;
    for (const ClipPiece& piece : there) {
        const ResolvedClip& clip = clips[static_cast<std::size_t>(piece.clip)];
        if (!wanted(clip)) continue;
        const FrameCount from = std::max(start, piece.start);
        for_each_stretch(clip, from - clip.start, std::min(end, piece.end) - from,
                         [&](FrameCount first, FrameCount frames) {
                             if (frames > 0) heard.push_back({clip.source, first, frames});
                         });
    }
    return heard;
}

ClipReader& ClipTrack::State::reader_of(int clip) {
    if (readers.size() >= kMostReaders && !readers.contains(clip)) readers.clear();
    auto place = readers.find(clip);
    if (place == readers.end())
        place = readers.try_emplace(clip, Reader{ClipReader(clips[static_cast<std::size_t>(clip)])}).first;
    place->second.last_used = reads;
    ClipReader& reader = place->second.reader;
    const ResolvedClip& of = clips[static_cast<std::size_t>(clip)];
    reader.expect_until(pause - of.start);
    return reader;
}

void ClipTrack::State::drop_idle_readers() {
    std::erase_if(readers, [&](const auto& entry) { return entry.second.last_used != reads; });
}

/// Whether [start, start + count), of which `found` has the pieces, lies in a plain run: `plain` from now on.
bool ClipTrack::State::find_plain(FrameCount start, FrameCount count) {
    plain = {};
    if (found.size() != 1 || found[0].start > start || found[0].end < start + count) return false;
    const ResolvedClip& clip = clips[static_cast<std::size_t>(found[0].clip)];
    const FrameCount sounding = std::min(constant_gain_until(clip, start - clip.start), sounding_frames(clip));
    const FrameCount until = std::min({found[0].end, clip.start + sounding, pieces.next_start(start + count)});
    if (clip.reverse || clip.loop || clip.gain == 0.0 || until < start + count) return false;
    plain = {start, until, &reader_of(found[0].clip), &clip, false, false};
    const std::vector<int>& picks = plain.reader->picks();
    plain.is_straight = picks.size() == clip.channels.size();
    plain.is_bare = clip.gain == 1.0 && plain.is_straight && clip.source->channels() == channels &&
                    std::is_sorted(picks.begin(), picks.end());
    return true;
}

Result<void> ClipTrack::State::read_plain(FrameCount start, int count, float* const* out) {
    const FrameCount from = start - plain.clip->start + plain.clip->offset;
    if (plain.is_straight) return plain.reader->read_source(from, count, plain.clip->gain, out);
    Rows rows;
    std::copy_n(out, channels, rows.begin());
    const Rows targets = picked(plain.reader->rows(), rows);
    auto read = plain.reader->read_source(from, count, plain.clip->gain, targets.data());
    if (read) repeat(plain.reader->rows(), targets, count, rows);
    return read;
}

/// A clip that sounds alone in [start, start + count): unpacked where it is wanted, with its gain.
Result<void> ClipTrack::State::read_alone(const ClipPiece& piece, FrameCount start, int count, const Rows& out) {
    const ResolvedClip& clip = clips[static_cast<std::size_t>(piece.clip)];
    ClipReader& reader = reader_of(piece.clip);
    const Rows targets = picked(reader.rows(), out);
    for (int done = 0; done < count;) {
        const FrameCount from = start + done - clip.start;
        const FrameCount constant = constant_gain_until(clip, from) - from;
        int frames = static_cast<int>(std::min<FrameCount>(count - done, constant));
        if (frames == 0) {
            // Up to where the fade in ends, so that the gain's straight part is found again.
            const FrameCount until = from < clip.fade_in.frames ? clip.fade_in.frames - from : count;
            frames = static_cast<int>(std::min<FrameCount>({count - done, kTileFrames, until}));
            if (auto read = reader.read(from, frames, 1.0, shifted(targets, done).data()); !read) return read;
            gains.resize(kTileFrames);
            clip_gains(clip, from, frames, gains.data());
            for (std::size_t row = 0; row < reader.picks().size(); ++row)
                scale(targets[row] + done, frames, gains.data());
        } else if (auto read = reader.read(from, frames, clip.gain, shifted(targets, done).data()); !read) {
            return read;
        }
        done += frames;
    }
    repeat(reader.rows(), targets, count, out);
    return {};
}

/// Clips that overlap, at most kTileFrames: `found` is in order of the list, and so is the sum.
Result<void> ClipTrack::State::read_together(FrameCount start, int count, const Rows& out) {
    const auto width = static_cast<std::size_t>(kTileFrames);
    tile.resize(static_cast<std::size_t>(channels) * width);
    sum.assign(static_cast<std::size_t>(channels) * width, 0.0);
    gains.resize(width);
    for (const ClipPiece& piece : found) {
        const ResolvedClip& clip = clips[static_cast<std::size_t>(piece.clip)];
        const FrameCount from = std::max(start, piece.start);
        const int frames = static_cast<int>(std::min(start + count, piece.end) - from);
        const auto offset = static_cast<std::size_t>(from - start);
        ClipReader& reader = reader_of(piece.clip);
        Rows rows{};
        for (std::size_t row = 0; row < reader.picks().size(); ++row) rows[row] = tile.data() + row * width;
        if (auto read = reader.read(from - clip.start, frames, 1.0, rows.data()); !read) return read;
        clip_gains(clip, from - clip.start, frames, gains.data());
        for (std::size_t channel = 0; channel < reader.rows().size(); ++channel) {
            const float* const samples = rows[static_cast<std::size_t>(reader.rows()[channel])];
            double* const to = sum.data() + channel * width + offset;
            for (int k = 0; k < frames; ++k)
                to[k] += static_cast<double>(samples[k]) * gains[static_cast<std::size_t>(k)];
        }
    }
    for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel)
        for (int k = 0; k < count; ++k)
            out[channel][k] = static_cast<float>(sum[channel * width + static_cast<std::size_t>(k)]) + 0.0f;
    return {};
}

Result<void> ClipTrack::State::read(FrameCount start, int count, const Rows& out) {
    pieces.find(start, start + count, found);
    if (find_plain(start, count)) return read_plain(start, count, out.data());
    if (!are_disjoint(found)) {
        if (count <= kTileFrames) {
            std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.clip < b.clip; });
            return read_together(start, count, out);
        }
        for (int done = 0; done < count; done += kTileFrames) {
            const int frames = std::min(kTileFrames, count - done);
            if (auto read_tile = read(start + done, frames, shifted(out, done)); !read_tile) return read_tile;
        }
        return {};
    }
    FrameCount at = start;
    const auto silence_until = [&](FrameCount frame) {
        for (int channel = 0; channel < channels; ++channel)
            std::fill(out[static_cast<std::size_t>(channel)] + (at - start),
                      out[static_cast<std::size_t>(channel)] + (frame - start), 0.0f);
    };
    for (const ClipPiece& piece : found) {
        const FrameCount from = std::max(at, piece.start);
        const FrameCount until = std::min(start + count, piece.end);
        silence_until(from);
        const Rows rows = shifted(out, from - start);
        if (auto read_piece = read_alone(piece, from, static_cast<int>(until - from), rows); !read_piece)
            return read_piece;
        at = until;
    }
    silence_until(start + count);
    return {};
}

bool leave_one_channel(std::vector<ResolvedClip>& clips) {
    const auto are_equal = [](const ResolvedClip& clip) {
        return std::ranges::all_of(clip.channels, [&](int channel) { return channel == clip.channels.front(); });
    };
    if (!std::ranges::all_of(clips, are_equal)) return false;
    for (ResolvedClip& clip : clips) clip.channels.resize(1);
    return true;
}

ClipTrack::ClipTrack(std::vector<ResolvedClip> clips, session::Overlap overlap, int channels)
    : state_(std::make_unique<State>()) {
    assert(channels >= 1 && channels <= kMaxChannels);
    state_->clips = std::move(clips);
    state_->channels = channels;
    state_->pieces = ClipPieces(state_->clips, overlap);
    for ([[maybe_unused]] const ResolvedClip& clip : state_->clips)
        assert(clip.source != nullptr && clip.length > 0 && static_cast<int>(clip.channels.size()) == channels &&
               "clips come from resolve_clips");
}

ClipTrack::~ClipTrack() = default;
ClipTrack::ClipTrack(ClipTrack&&) noexcept = default;
ClipTrack& ClipTrack::operator=(ClipTrack&&) noexcept = default;

int ClipTrack::channels() const { return state_->channels; }

FrameCount ClipTrack::end() const { return state_->pieces.end(); }

bool ClipTrack::is_silent(FrameCount start, FrameCount count) const {
    return !state_->is_plain(start, count) && state_->pieces.is_silent(start, start + count);
}

Result<void> ClipTrack::read(FrameCount start, int count, float* const* out) {
    assert(count >= 0 && count <= 65536);
    if (state_->is_plain(start, count)) return state_->read_plain(start, count, out);
    Rows rows{};
    std::copy_n(out, state_->channels, rows.begin());
    ++state_->reads;
    auto read = state_->read(start, count, rows);
    state_->drop_idle_readers();
    return read;
}

Result<PackedFrames> ClipTrack::packed(FrameCount start, int count) {
    const State::PlainRun& plain = state_->plain;
    if (!state_->is_plain(start, count) || !plain.is_bare) return PackedFrames{};
    auto at = plain.reader->packed(start - plain.clip->start + plain.clip->offset, count);
    if (!at) return fail(std::move(at.error()));
    return PackedFrames{*at, plain.clip->source->sample_type()};
}

SourceFrames ClipTrack::bare(FrameCount start, FrameCount count) {
    State& state = *state_;
    const FrameCount step = std::min(count, ClipReader::kWindowStep);
    if (!state.is_plain(start, step)) {
        state.pieces.find(start, start + step, state.found);
        if (!state.find_plain(start, step)) return {};
    }
    const State::PlainRun& plain = state.plain;
    if (!plain.is_bare) return {};
    return {plain.clip->source, start - plain.clip->start + plain.clip->offset, std::min(count, plain.until - start)};
}

void ClipTrack::rest() {
    for (auto& [clip, reader] : state_->readers) reader.reader.rest();
}

void ClipTrack::prefetch(FrameCount start, FrameCount count,
                         const std::function<bool(const SourceFrames&)>& needs_none) {
    state_->pause = start;
    if (state_->plain.reader) state_->plain.reader->expect_until(start - state_->plain.clip->start);
    state_->pieces.find(start, start + count, state_->found);
    for (const ClipPiece& piece : state_->found) {
        const ResolvedClip& clip = state_->clips[static_cast<std::size_t>(piece.clip)];
        const FrameCount from = std::max(start, piece.start) - clip.start;
        const FrameCount frames = std::min(start + count, piece.end) - clip.start - from;
        for_each_stretch(clip, from, frames, [&](FrameCount first, FrameCount most) {
            if (!needs_none || !needs_none({clip.source, first, most})) clip.source->prefetch(first, most);
        });
    }
}

std::vector<SourceFrames> ClipTrack::barely_heard(FrameCount start, FrameCount end) const {
    return state_->heard(start, end, [](const ResolvedClip& clip) {
        return !clip.reverse && !clip.loop && clip.gain == 1.0 &&
               clip.source->channels() == static_cast<int>(clip.channels.size());
    });
}

std::vector<SourceFrames> ClipTrack::heard(FrameCount start, FrameCount end) const {
    return state_->heard(start, end, [](const ResolvedClip&) { return true; });
}

}  // namespace dubplate::audio
