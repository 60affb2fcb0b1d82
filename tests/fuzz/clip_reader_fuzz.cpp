// Any bytes as a sound file: refused with a reason, or read, at several rates and speeds, as the same samples however
// the time is cut; the same for a clip of it with offset, loop, reverse, gains and fades.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <vector>

#include "engine/audio/clip_track.h"
#include "engine/audio/source.h"
#include "session-format/model/tempo_map.h"
#include "tests/fuzz/fuzz_support.h"

using namespace dubplate;
using fuzz::promise;

namespace {

constexpr int kSessionRate = 48000;
constexpr FrameCount kMostFrames = 200'000;    // looked at of one file
constexpr FrameCount kMostResampled = 20'000;  // the resampler is libsoxr's, and slow at its best quality
constexpr double kSpeeds[] = {1.0, 0.5, 2.0, 1.01, 8.0};

using Samples = std::vector<std::vector<float>>;  // [channel][frame]

/// Reads frames [first, first + frames), in the cuts that `next_cut` gives; nothing if any read fails.
template <class Read, class NextCut>
std::optional<Samples> read_cut(FrameCount first, FrameCount frames, std::size_t channels, Read read,
                                NextCut next_cut) {
    Samples samples(channels, std::vector<float>(static_cast<std::size_t>(frames)));
    for (FrameCount done = 0; done < frames;) {
        const int count = static_cast<int>(std::min<FrameCount>(next_cut(), frames - done));
        std::vector<float*> out;
        for (auto& channel : samples) out.push_back(channel.data() + done);
        if (const Result<void> ok = read(first + done, count, out.data()); !ok) {
            promise(!ok.error().message.empty() && !ok.error().where.empty(), "a failed read says what and where");
            return std::nullopt;
        }
        done += count;
    }
    return samples;
}

bool are_same(const Samples& a, const Samples& b) {
    for (std::size_t channel = 0; channel < a.size(); ++channel)
        if (std::memcmp(a[channel].data(), b[channel].data(), a[channel].size() * sizeof(float)) != 0) return false;
    return true;
}

/// Two cuttings of the same stretch agree to the bit.
template <class Read>
std::optional<Samples> compare_cuttings(FrameCount first, FrameCount frames, std::size_t channels,
                                        fuzz::Choices& choices, Read read) {
    const auto whole = read_cut(first, frames, channels, read, [] { return 65536; });
    const auto pieces = read_cut(first, frames, channels, read,
                                 [&] { return choices.coin() ? 1 + choices.below(700) : 1 + choices.below(40'000); });
    promise(whole.has_value() == pieces.has_value(), "whether a stretch can be read does not depend on the cutting");
    if (whole) promise(are_same(*whole, *pieces), "samples do not depend on the cutting");
    return whole;
}

void read_source(const audio::Source& source, fuzz::Choices& choices) {
    std::vector<int> channels;
    for (int count = 1 + choices.below(4); count > 0; --count) channels.push_back(choices.below(source.channels()));
    const auto read = [&](FrameCount start, int count, float* const* out) {
        return source.read(start, count, channels, out);
    };
    // Beyond both ends lies silence.
    const auto samples =
        compare_cuttings(-50, std::min(source.frames(), kMostFrames) + 100, channels.size(), choices, read);
    if (samples)
        for (const auto& channel : *samples)
            promise(std::ranges::all_of(channel, [](float s) { return std::isfinite(s); }), "samples are finite");
    source.prefetch(-50, source.frames() + 100);
}

session::Quantity frames_of(FrameCount count) { return {session::Unit::none, static_cast<double>(count)}; }

session::Clip choose_clip(const audio::Source& source, fuzz::Choices& choices) {
    session::Clip clip;
    clip.file = "fuzz";
    clip.start = frames_of(choices.below(1000));
    clip.offset = frames_of(choices.below(static_cast<int>(std::min(source.frames(), kMostFrames)) + 10));
    clip.loop = choices.coin();
    if (clip.loop || choices.coin()) clip.length = frames_of(1 + choices.below(100'000));
    clip.reverse = choices.coin();
    clip.invert = choices.coin();
    clip.gain = {session::Unit::decibels, static_cast<double>(choices.below(40)) - 30.0};
    clip.channels = {1 + choices.below(source.channels()), 1 + choices.below(source.channels())};
    for (session::Fade* fade : {&clip.fade_in, &clip.fade_out}) {
        fade->length = frames_of(choices.below(5000));
        fade->shape = static_cast<session::FadeShape>(choices.below(6));
    }
    FrameCount at = 0;
    for (int count = choices.below(4); count > 0; --count)
        clip.gain_points.push_back({frames_of(at += 1 + choices.below(3000)),
                                    {session::Unit::decibels, static_cast<double>(choices.below(40)) - 30.0},
                                    static_cast<session::Shape>(choices.below(3)),
                                    0.5});
    return clip;
}

/// A float file may be so loud that a gain takes it beyond the range of numbers: the sinks refuse that, with the frame.
void read_clips(const audio::Source& source, fuzz::Choices& choices) {
    session::Session session;
    session::Strip track;
    track.name = "fuzz";
    track.layout = {Layout::Kind::stereo, 2};
    track.overlap = static_cast<session::Overlap>(choices.below(3));
    std::vector<const audio::Source*> sources;
    for (int count = 1 + choices.below(3); count > 0; --count) {
        track.clips.push_back(choose_clip(source, choices));
        sources.push_back(&source);
    }
    const auto tempo_map = session::TempoMap::create({}, {}, kSessionRate);
    Diagnostics diagnostics;
    auto clips = audio::resolve_clips(session, track, *tempo_map, sources, diagnostics);
    if (!clips) {
        promise(!clips.error().message.empty() && !clips.error().where.empty(), "a refused clip says what and where");
        return;
    }
    audio::ClipTrack clip_track(std::move(*clips), track.overlap, track.layout.channels);
    compare_cuttings(
        0, std::min(clip_track.end(), kMostFrames) + 100, 2, choices,
        [&](FrameCount start, int count, float* const* out) { return clip_track.read(start, count, out); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile memory;
    static const std::string scratch = std::filesystem::temp_directory_path().string();
    memory.hold({data, size});
    const auto info = audio::probe_source(memory.path());
    if (!info) {
        promise(!info.error().message.empty() && info.error().where == memory.path(), "an error says what and where");
        return 0;
    }
    promise(info->channels >= 1 && info->sample_rate >= 1 && info->frames >= 0, "a file has channels and a rate");
    fuzz::Choices choices({data, size});
    const bool is_short = info->frames <= kMostResampled;
    const int session_rate = is_short && choices.coin() ? kSessionRate : info->sample_rate;
    const double speed = is_short ? kSpeeds[choices.below(std::size(kSpeeds))] : 1.0;
    const auto source = audio::open_source(memory.path(), session_rate, speed, scratch);
    if (!source) {
        promise(!source.error().message.empty() && !source.error().where.empty(), "an error says what and where");
        return 0;
    }
    read_source(**source, choices);
    if ((*source)->frames() > 0) read_clips(**source, choices);
    return 0;
}
