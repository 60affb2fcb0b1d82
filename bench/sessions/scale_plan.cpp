#include "bench/sessions/scale_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/sessions/numpy_random.h"

namespace dubplate::bench {
namespace {

using session::StripKind;

constexpr Layout kMono{Layout::Kind::mono, 1};
constexpr Layout kStereo{Layout::Kind::stereo, 2};
constexpr int kFileCount = 32, kBusCount = 8, kEchoCount = 2;
constexpr FrameCount kFileFrames = 10 * kSampleRate;
constexpr double kFadeMs = 5.0;

std::string file_name(int index) { return numbered("sound", index, 2) + ".wav"; }

class ScalePlan {
public:
    explicit ScalePlan(const PlanSettings& settings) : settings_(settings), random_(7000 + (settings.seed << 32)) {}

    Plan make() {
        session::Session& session = plan_.session;
        session.name = fmt::format("SCALE-{}-{}", settings_.tracks, settings_.seconds);
        session.sample_rate = kSampleRate;
        session.seed = settings_.seed;
        for (int index = 0; index < kFileCount; ++index)
            plan_.files.push_back(
                {file_name(index), static_cast<Sound>(index % 4), 1, kFileFrames, 3000 + random_.bits() % 1000});
        for (int track = 0; track < settings_.tracks; ++track) session.strips.push_back(track_strip(track));
        for (int bus = 0; bus < kBusCount; ++bus) {
            session.strips.push_back(make_strip(numbered("bus", bus, 1), StripKind::bus, kStereo));
            session.stems.push_back({.name = numbered("bus", bus, 1), .strips = {numbered("bus", bus, 1)}});
        }
        for (int echo = 0; echo < kEchoCount; ++echo) {
            session.strips.push_back(make_strip(numbered("echo", echo, 1), StripKind::return_bus, kStereo));
            session.strips.back().inserts.push_back(make_insert("delay", {{"mix", percent(100.0)}}));
        }
        session.strips.push_back(make_master());
        return std::move(plan_);
    }

private:
    double draw(double low, double high, int digits) { return round_decimals(random_.uniform(low, high), digits); }

    /// One after the other, each a part of some file; longer ones repeat theirs.
    void add_clips(session::Strip& strip) {
        const FrameCount all = static_cast<FrameCount>(settings_.seconds) * kSampleRate;
        for (int index = 0; index < kClipsPerTrack; ++index) {
            const FrameCount start = all * index / kClipsPerTrack, end = all * (index + 1) / kClipsPerTrack;
            session::Clip clip;
            clip.file = file_name(random_.index(kFileCount));
            clip.start = session::frames(static_cast<double>(start));
            clip.offset = session::frames(random_.index(kFileFrames / 2));
            clip.length = session::frames(static_cast<double>(end - start));
            clip.gain = session::decibels(draw(-6, 0, 1));
            clip.loop = true;
            clip.fade_in.length = clip.fade_out.length = milliseconds(kFadeMs);
            strip.clips.push_back(std::move(clip));
        }
    }

    void add_lane(session::Strip& strip, const char* target, int points, double low, double high,
                  session::Quantity (*in_unit)(double)) {
        session::Lane lane;
        lane.target = target;
        const FrameCount all = static_cast<FrameCount>(settings_.seconds) * kSampleRate;
        for (int point = 0; point < points; ++point)
            lane.points.push_back({.at = session::frames(static_cast<double>(all * point / points)),
                                   .value = in_unit(draw(low, high, 2))});
        strip.lanes.push_back(std::move(lane));
    }

    session::Strip track_strip(int track) {
        session::Strip strip = make_strip(numbered("track", track, 4), StripKind::track, kMono);
        add_clips(strip);
        strip.output = numbered("bus", track % kBusCount, 1);
        strip.inserts.push_back(make_eq(kMasterBands));
        strip.inserts.push_back(make_compressor(kMasterCompression));
        session::Send send;
        send.to = numbered("echo", track % kEchoCount, 1);
        strip.sends.push_back(std::move(send));
        strip.fader = session::decibels(draw(-40, -30, 1));
        const auto level = [](double db) { return session::decibels(db); };
        add_lane(strip, "fader", kPointsPerTrack / 2, -40.0, -30.0, level);
        add_lane(strip, "pan", kPointsPerTrack / 4, -0.8, 0.8, [](double pan) { return plain(pan); });
        add_lane(strip, "sends/0/level", kPointsPerTrack / 8, -24.0, -12.0, level);
        add_lane(strip, "inserts/0/bands/1/gain", kPointsPerTrack / 8, -6.0, 6.0, level);
        return strip;
    }

    const PlanSettings settings_;
    NumpyRandom random_;
    Plan plan_;
};

}  // namespace

Plan scale_plan(const PlanSettings& settings) { return ScalePlan(settings).make(); }

}  // namespace dubplate::bench
