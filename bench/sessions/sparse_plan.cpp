#include "bench/sessions/sparse_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "bench/sessions/numpy_random.h"
#include "bench/sessions/reference_plan.h"

namespace dubplate::bench {
namespace {

/// From the beginning of one clip to that of the next.
constexpr double kShortestSeconds = 5.0, kLongestSeconds = 30.0;
constexpr double kFadeMs = 5.0;

/// Stretches of random length, each sounding for its share of it: the track's first part sounds or rests by chance.
std::vector<session::Clip> sparse_clips(const std::string& file, FrameCount all, NumpyRandom& random) {
    std::vector<session::Clip> clips;
    for (FrameCount start = 0; start < all;) {
        const auto drawn = static_cast<FrameCount>(random.uniform(kShortestSeconds, kLongestSeconds) * kSampleRate);
        const FrameCount stretch = std::min(drawn, all - start);
        const auto sounding = static_cast<FrameCount>(static_cast<double>(stretch) * kSparseSoundShare);
        const FrameCount at = start + (random.chance(0.5) ? 0 : stretch - sounding);
        session::Clip clip;
        clip.file = file;
        clip.start = clip.offset = session::frames(static_cast<double>(at));
        clip.length = session::frames(static_cast<double>(sounding));
        clip.fade_in.length = clip.fade_out.length = milliseconds(kFadeMs);
        if (sounding > 0) clips.push_back(std::move(clip));
        start += stretch;
    }
    return clips;
}

}  // namespace

Plan sparse_plan(const PlanSettings& settings) {
    assert(settings.repeat == 1);
    Plan plan = reference_plan(settings);
    plan.session.name = fmt::format("SPARSE-{}-{}", settings.tracks, settings.seconds);
    const FrameCount all = static_cast<FrameCount>(settings.seconds) * kSampleRate;
    NumpyRandom random(8000 + (settings.seed << 32));
    for (session::Strip& strip : plan.session.strips)
        if (strip.kind == session::StripKind::track) strip.clips = sparse_clips(strip.clips.at(0).file, all, random);
    return plan;
}

}  // namespace dubplate::bench
