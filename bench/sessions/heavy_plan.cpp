#include "bench/sessions/heavy_plan.h"

#include <fmt/format.h>

#include <cassert>

#include "bench/sessions/reference_plan.h"

namespace dubplate::bench {
namespace {

constexpr Layout kStereo{Layout::Kind::stereo, 2};
constexpr FrameCount kResponseFrames = 3 * kSampleRate;

std::string track_file(int track) { return numbered("track", track, 3) + ".wav"; }
std::string response_file(int track) { return numbered("response", track, 3) + ".wav"; }

SoundFile own_response(int track, std::uint64_t seed) {
    return {.name = response_file(track),
            .sound = Sound::response,
            .channels = 2,
            .frames = kResponseFrames,
            .seed = 20000 + static_cast<std::uint64_t>(track) + seed};
}

session::Insert make_room(int track) {
    return make_insert("convolution", {{"impulse", response_file(track)}, {"mix", percent(100.0)}});
}

session::Strip track_strip(int track, const TrackParameters& drawn) {
    session::Strip strip = make_strip(numbered("track", track, 3), session::StripKind::track, kStereo);
    session::Clip clip;
    clip.file = track_file(track);
    strip.clips.push_back(std::move(clip));
    strip.inserts.push_back(make_room(track));
    strip.output = numbered("bus", drawn.bus, 1);
    strip.fader = session::decibels(drawn.gain_db);
    return strip;
}

}  // namespace

Plan heavy_plan(const PlanSettings& settings) {
    assert(settings.repeat == 1);
    Plan plan;
    session::Session& session = plan.session;
    session.name = fmt::format("HEAVY-{}-{}", settings.tracks, settings.seconds);
    session.sample_rate = kSampleRate;
    session.seed = settings.seed;
    const std::uint64_t seed = settings.seed << 32;
    for (int track = 0; track < settings.tracks; ++track) {
        session.strips.push_back(track_strip(track, track_parameters(track, settings.seed)));
        plan.files.push_back({.name = track_file(track),
                              .sound = static_cast<Sound>(track % 4),
                              .channels = 1,
                              .frames = static_cast<FrameCount>(settings.seconds) * kSampleRate,
                              .seed = 1000 + static_cast<std::uint64_t>(track) + seed});
        plan.files.push_back(own_response(track, seed));
    }
    for (int bus = 0; bus < kBusCount; ++bus) {
        session.strips.push_back(make_strip(numbered("bus", bus, 1), session::StripKind::bus, kStereo));
        session.stems.push_back({.name = numbered("bus", bus, 1), .strips = {numbered("bus", bus, 1)}, .place = {}});
    }
    session.strips.push_back(make_strip("master", session::StripKind::master, kStereo));
    return plan;
}

Plan full_plan(const PlanSettings& settings) {
    Plan plan = reference_plan(settings);
    plan.session.name = fmt::format("FULL-{}-{}", settings.tracks, settings.seconds);
    for (int track = 0; track < settings.tracks; ++track) {
        session::Strip& strip = plan.session.strips[static_cast<std::size_t>(track)];
        strip.layout = kStereo;
        strip.inserts.push_back(make_linear_eq(track_parameters(track, settings.seed).bands));
        strip.inserts.push_back(make_room(track));
        plan.files.push_back(own_response(track, settings.seed << 32));
    }
    return plan;
}

Plan moving_plan(const PlanSettings& settings) {
    Plan plan = full_plan(settings);
    plan.session.name = fmt::format("MOVING-{}-{}", settings.tracks, settings.seconds);
    const auto seconds = [&](double share) {
        return session::Quantity{session::Unit::seconds, share * settings.seconds};
    };
    for (int track = 0; track < settings.tracks; ++track) {
        session::Strip& strip = plan.session.strips[static_cast<std::size_t>(track)];
        const double from = track % 4 == 0 ? 0.0 : 0.4, to = track % 4 == 0 ? 1.0 : 0.6;
        if (track % 4 == 3) continue;
        const std::size_t eq = strip.inserts.size() - 2;
        session::Lane lane{fmt::format("inserts/{}/bands/1/gain", eq), {}, {}};
        lane.points.push_back({seconds(from), session::decibels(-6.0)});
        lane.points.push_back({seconds(to), session::decibels(6.0)});
        strip.lanes.push_back(std::move(lane));
    }
    return plan;
}

std::string heavy_json(const PlanSettings& settings) {
    std::string tracks;
    for (int track = 0; track < settings.tracks; ++track) {
        const TrackParameters drawn = track_parameters(track, settings.seed);
        tracks +=
            fmt::format("{}{{\"file\": \"{}\", \"response\": \"{}\", \"gain_db\": {}, \"bus\": {}}}",
                        track == 0 ? "  " : ",\n  ", track_file(track), response_file(track), drawn.gain_db, drawn.bus);
    }
    return fmt::format("{{\n \"sr\": {}, \"seconds\": {}, \"buses\": {},\n \"tracks\": [\n{}\n ]\n}}\n", kSampleRate,
                       settings.seconds, kBusCount, tracks);
}

}  // namespace dubplate::bench
