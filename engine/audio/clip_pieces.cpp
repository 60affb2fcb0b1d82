#include "engine/audio/clip_pieces.h"

#include <algorithm>
#include <limits>
#include <set>

namespace dubplate::audio {

namespace {

bool starts_earlier(const ClipPiece& a, const ClipPiece& b) {
    return a.start != b.start ? a.start < b.start : a.clip < b.clip;
}

/// What remains heard where only the clip that stands last in the list is: one sweep over all starts and ends.
std::vector<ClipPiece> topmost(const std::vector<ClipPiece>& pieces) {
    struct Event {
        FrameCount at;
        bool begins;
        int clip;
    };
    std::vector<Event> events;
    for (const ClipPiece& piece : pieces) {
        events.push_back({piece.start, true, piece.clip});
        events.push_back({piece.end, false, piece.clip});
    }
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
    std::vector<ClipPiece> visible;
    std::set<int> active;
    for (std::size_t k = 0; k < events.size();) {
        const FrameCount at = events[k].at;
        for (; k < events.size() && events[k].at == at; ++k) {
            if (events[k].begins)
                active.insert(events[k].clip);
            else
                active.erase(events[k].clip);
        }
        if (active.empty()) continue;
        const int top = *active.rbegin();
        const FrameCount until = events[k].at;  // whoever is active still has to end
        if (!visible.empty() && visible.back().clip == top && visible.back().end == at)
            visible.back().end = until;
        else
            visible.push_back({at, until, top});
    }
    return visible;
}

}  // namespace

FrameCount sounding_frames(const ResolvedClip& clip) {
    return clip.loop ? clip.length : std::min(clip.length, clip.source->frames() - clip.offset);
}

ClipPieces::ClipPieces(std::span<const ResolvedClip> clips, session::Overlap overlap) {
    for (std::size_t clip = 0; clip < clips.size(); ++clip) {
        pieces_.push_back({clips[clip].start, clips[clip].start + clips[clip].length, static_cast<int>(clip)});
        end_ = std::max(end_, pieces_.back().end);
    }
    if (overlap == session::Overlap::top) pieces_ = topmost(pieces_);
    std::sort(pieces_.begin(), pieces_.end(), starts_earlier);

    std::size_t leaves = 1;
    while (leaves < pieces_.size()) leaves *= 2;
    latest_.assign(2 * leaves, 0);
    for (std::size_t k = 0; k < pieces_.size(); ++k) latest_[leaves + k] = pieces_[k].end;
    for (std::size_t node = leaves - 1; node > 0; --node)
        latest_[node] = std::max(latest_[2 * node], latest_[2 * node + 1]);

    for (const ClipPiece& piece : pieces_) {
        const ResolvedClip& clip = clips[static_cast<std::size_t>(piece.clip)];
        const FrameCount end = std::min(piece.end, clip.start + sounding_frames(clip));
        if (clip.gain == 0.0 || end <= piece.start) continue;
        if (!sounding_.empty() && piece.start <= sounding_.back().end)
            sounding_.back().end = std::max(sounding_.back().end, end);
        else
            sounding_.push_back({piece.start, end, 0});
    }
}

void ClipPieces::find_below(std::size_t node, std::size_t first, std::size_t count, FrameCount start, FrameCount end,
                            std::vector<ClipPiece>& found) const {
    if (first >= pieces_.size() || latest_[node] <= start || pieces_[first].start >= end) return;
    if (count == 1) {
        found.push_back(pieces_[first]);
        return;
    }
    find_below(2 * node, first, count / 2, start, end, found);
    find_below(2 * node + 1, first + count / 2, count / 2, start, end, found);
}

void ClipPieces::find(FrameCount start, FrameCount end, std::vector<ClipPiece>& found) const {
    found.clear();
    find_below(1, 0, latest_.size() / 2, start, end, found);
    std::sort(found.begin(), found.end(), [](const ClipPiece& a, const ClipPiece& b) {
        return a.clip != b.clip ? a.clip < b.clip : a.start < b.start;
    });
}

FrameCount ClipPieces::next_start(FrameCount from) const {
    const auto next = std::lower_bound(pieces_.begin(), pieces_.end(), from,
                                       [](const ClipPiece& piece, FrameCount frame) { return piece.start < frame; });
    return next == pieces_.end() ? std::numeric_limits<FrameCount>::max() : next->start;
}

bool ClipPieces::is_silent(FrameCount start, FrameCount end) const {
    const auto after = std::upper_bound(sounding_.begin(), sounding_.end(), start,
                                        [](FrameCount frame, const ClipPiece& piece) { return frame < piece.end; });
    return after == sounding_.end() || after->start >= end;
}

}  // namespace dubplate::audio
