#include "bench/sessions/mixed_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/sessions/random_inserts.h"

namespace dubplate::bench {
namespace {

using session::StripKind;

constexpr Layout kMono{Layout::Kind::mono, 1};
constexpr Layout kStereo{Layout::Kind::stereo, 2};
constexpr Layout kSurround{Layout::Kind::surround_5_1, 6};
constexpr int kBusCount = 8, kReturnCount = 4;
constexpr int kNestedBus = 5, kOuterBus = 4;  ///< one bus feeds another
/// Of so many tracks the first two key each other.
constexpr int kTracksPerDuel = 16;

double draw(NumpyRandom& random, double low, double high, int digits) {
    return round_decimals(random.uniform(low, high), digits);
}

class MixedPlan {
public:
    explicit MixedPlan(const PlanSettings& settings)
        : settings_(settings),
          file_seconds_(static_cast<double>(settings.seconds) / settings.repeat),
          random_(9000 + (settings.seed << 32)) {}

    Plan make() {
        session::Session& session = plan_.session;
        session.name = fmt::format("MIXED-{}-{}", settings_.tracks, settings_.seconds);
        session.sample_rate = kSampleRate;
        session.seed = settings_.seed;
        session.tempos = {{session::frames(0), 100.0, false},
                          {session::seconds(settings_.seconds / 3.0), 100.0, true},
                          {session::seconds(settings_.seconds / 2.0), 132.0, false}};
        add_responses();
        for (int track = 0; track < settings_.tracks; ++track) session.strips.push_back(track_strip(track));
        for (int bus = 0; bus < kBusCount; ++bus) session.strips.push_back(bus_strip(bus));
        for (int index = 0; index < kReturnCount; ++index) session.strips.push_back(return_strip(index));
        session.strips.push_back(make_master());
        return std::move(plan_);
    }

private:
    void add_responses() {
        for (int index = 0; index < 2; ++index) {
            responses_.stereo.push_back(numbered("ir", index, 1) + ".wav");
            responses_.mono.push_back(numbered("room", index, 1) + ".wav");
            plan_.files.push_back({responses_.stereo.back(), Sound::response, 2, 3 * kSampleRate, random_.bits()});
            plan_.files.push_back({responses_.mono.back(), Sound::response, 1, kSampleRate / 3, random_.bits()});
        }
    }

    bool in_duel(int track) const {
        return track % kTracksPerDuel < 2 && track - track % kTracksPerDuel + 1 < settings_.tracks;
    }

    session::Strip track_strip(int track) {
        const double kind = random_.unit();
        const Layout layout = kind < 0.6 ? kMono : kind < 0.9 ? kStereo : kSurround;
        session::Strip strip = make_strip(numbered("track", track, 3), StripKind::track, layout);
        add_clips(strip, track);
        strip.output = random_.chance(0.1) ? "" : numbered("bus", random_.index(kBusCount), 1);
        strip.fader = session::decibels(draw(random_, -24, -12, 2));
        strip.pan = draw(random_, -0.9, 0.9, 3);
        if (random_.chance(0.2)) strip.pan_law = static_cast<session::PanLaw>(random_.index(4));
        strip.invert = random_.chance(0.03);
        strip.mute = random_.chance(0.03);
        strip.disabled = random_.chance(0.02);
        add_inserts(strip, track);
        add_sends(strip);
        add_lanes(strip);
        return strip;
    }

    /// The file in one to three pieces where they were recorded, again for every repeat.
    void add_clips(session::Strip& strip, int track) {
        const std::string file = strip.name + ".wav";
        plan_.files.push_back({file, static_cast<Sound>(track % 4), strip.layout.channels,
                               static_cast<FrameCount>(file_seconds_ * kSampleRate), random_.bits()});
        const int pieces = 1 + random_.index(3);
        const double span = file_seconds_ / pieces;
        for (int pass = 0; pass < settings_.repeat; ++pass)
            for (int piece = 0; piece < pieces; ++piece) {
                const double offset = round_decimals(span * (piece + random_.uniform(0, 0.3)), 3);
                const double length = round_decimals(span * random_.uniform(0.4, 0.65), 3);
                session::Clip clip;
                clip.file = file;
                clip.start = session::seconds(round_decimals(pass * file_seconds_ + offset, 3));
                clip.offset = session::seconds(offset);
                clip.length = session::seconds(length);
                clip.gain = session::decibels(draw(random_, -3, 3, 1));
                clip.invert = random_.chance(0.05);
                clip.reverse = random_.chance(0.05);
                clip.fade_in = random_fade(length * 0.1);
                clip.fade_out = random_fade(length * 0.2);
                strip.clips.push_back(std::move(clip));
            }
        strip.overlap = static_cast<session::Overlap>(random_.index(3));
    }

    session::Fade random_fade(double longest_seconds) {
        session::Fade fade;
        fade.length = session::seconds(draw(random_, 0, longest_seconds, 4));
        fade.shape = static_cast<session::FadeShape>(random_.index(6));
        if (fade.shape == session::FadeShape::custom) fade.bend = draw(random_, -1, 1, 2);
        return fade;
    }

    /// Keys come from tracks before this one, so that there is no cycle; those of a duel have no others, and each hears
    /// the other where it does not yet depend on it.
    void add_inserts(session::Strip& strip, int track) {
        const int channels = strip.layout.channels;
        if (in_duel(track)) {
            for (int index = 0; index < 2; ++index)
                strip.inserts.push_back(random_insert(random_, channels, responses_));
            const int other = track % kTracksPerDuel == 0 ? track + 1 : track - 1;
            strip.inserts.push_back(
                random_ducker(random_, {numbered("track", other, 3), session::Tap::insert, 0, session::Place{}}));
        }
        const int total = 1 + random_.index(6);
        while (static_cast<int>(strip.inserts.size()) < total)
            strip.inserts.push_back(random_insert(random_, channels, responses_));
        if (!in_duel(track) && track > 0 && random_.chance(0.1))
            strip.inserts.back() = random_ducker(random_, random_key(random_.index(track)));
        if (strip.inserts.size() > 1 && random_.chance(0.1)) strip.inserts[1].bypass = true;
    }

    session::Key random_key(int track) {
        const auto tap = static_cast<session::Tap>(random_.index(4));
        return {numbered("track", track, 3), tap, 0, session::Place{}};
    }

    void add_sends(session::Strip& strip) {
        for (int index = 0; index < kReturnCount; ++index) {
            if (!random_.chance(0.35)) continue;
            session::Send send;
            send.to = numbered("return", index, 1);
            send.pre_fader = random_.chance(0.3);
            send.level = session::decibels(draw(random_, send.pre_fader ? -36 : -18, -8, 2));
            if (random_.chance(0.3)) send.pan = draw(random_, -1, 1, 2);
            strip.sends.push_back(std::move(send));
        }
    }

    void add_lanes(session::Strip& strip) {
        if (!random_.chance(0.3)) return;
        const int count = 1 + random_.index(2);
        for (int lane = 0; lane < count; ++lane) strip.lanes.push_back(random_lane(random_, strip, settings_.seconds));
    }

    session::Strip bus_strip(int bus) {
        session::Strip strip = make_strip(numbered("bus", bus, 1), StripKind::bus, bus == 6 ? kSurround : kStereo);
        if (bus == kNestedBus) strip.output = numbered("bus", kOuterBus, 1);
        const int count = random_.index(3);
        for (int index = 0; index < count; ++index)
            strip.inserts.push_back(random_insert(random_, strip.layout.channels, responses_));
        if (random_.chance(0.25))
            strip.inserts.push_back(random_ducker(random_, random_key(random_.index(settings_.tracks))));
        strip.fader = session::decibels(draw(random_, -4, 2, 2));
        add_lanes(strip);
        return strip;
    }

    session::Strip return_strip(int index) {
        session::Strip strip = make_strip(numbered("return", index, 1), StripKind::return_bus, kStereo);
        if (index == 2)
            strip.inserts.push_back(make_insert("delay", {{"time", session::Quantity{session::Unit::notes, 0.75}},
                                                          {"feedback", plain(0.35)},
                                                          {"mix", percent(100.0)}}));
        else
            strip.inserts.push_back(
                make_insert("convolution", {{"impulse", responses_.stereo[static_cast<std::size_t>(index % 2)]},
                                            {"mix", percent(100.0)},
                                            {"predelay", milliseconds(10.0 * index)}}));
        add_lanes(strip);
        return strip;
    }

    PlanSettings settings_;
    double file_seconds_;
    NumpyRandom random_;
    Responses responses_;
    Plan plan_;
};

}  // namespace

Plan mixed_plan(const PlanSettings& settings) { return MixedPlan(settings).make(); }

}  // namespace dubplate::bench
