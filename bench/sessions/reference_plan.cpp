#include "bench/sessions/reference_plan.h"

#include <fmt/format.h>

#include <cassert>

#include "bench/sessions/numpy_random.h"

namespace dubplate::bench {
namespace {

constexpr Layout kMono{Layout::Kind::mono, 1};
constexpr Layout kStereo{Layout::Kind::stereo, 2};

std::string track_file(int track) { return numbered("track", track, 3) + ".wav"; }
std::string response_file(int index) { return numbered("ir", index, 1) + ".wav"; }

session::Strip track_strip(int track, const TrackParameters& drawn, int repeat, FrameCount file_frames) {
    session::Strip strip = make_strip(numbered("track", track, 3), session::StripKind::track, kMono);
    for (int pass = 0; pass < repeat; ++pass) {
        session::Clip clip;
        clip.file = track_file(track);
        clip.start = session::frames(static_cast<double>(pass * file_frames));
        strip.clips.push_back(std::move(clip));
    }
    strip.output = numbered("bus", drawn.bus, 1);
    strip.inserts.push_back(make_eq(drawn.bands));
    strip.inserts.push_back(make_compressor(drawn.compression));
    session::Send send;
    send.to = numbered("return", drawn.send_to, 1);
    send.level = session::decibels(drawn.send_db);
    strip.sends.push_back(std::move(send));
    strip.fader = session::decibels(drawn.gain_db);
    strip.pan = drawn.pan;
    return strip;
}

std::string bands_json(const std::array<Band, 4>& bands) {
    constexpr std::array kTypes{"lowshelf", "peak", "peak", "highshelf"};
    std::string text;
    for (std::size_t index = 0; index < bands.size(); ++index)
        text += fmt::format(R"({}{{"type": "{}", "f": {}, "g": {}, "q": {}}})", index == 0 ? "" : ", ", kTypes[index],
                            bands[index].frequency_hz, bands[index].gain_db, bands[index].q);
    return "[" + text + "]";
}

std::string compression_json(const Compression& settings) {
    return fmt::format(R"({{"thr_db": {}, "ratio": {}, "att_ms": {}, "rel_ms": {}, "makeup_db": {}}})",
                       settings.threshold_db, settings.ratio, settings.attack_ms, settings.release_ms,
                       settings.makeup_db);
}

std::string track_json(int track, const TrackParameters& drawn) {
    return fmt::format(
        R"({{"file": "{}", "gain_db": {}, "pan": {}, "eq": {}, "comp": {}, "bus": {}, "ret": {}, "send_db": {}}})",
        track_file(track), drawn.gain_db, drawn.pan, bands_json(drawn.bands), compression_json(drawn.compression),
        drawn.bus, drawn.send_to, drawn.send_db);
}

}  // namespace

TrackParameters track_parameters(int track, std::uint64_t seed) {
    NumpyRandom random(5000 + static_cast<std::uint64_t>(track) + (seed << 32));
    const auto draw = [&](double low, double high, int digits) {
        return round_decimals(random.uniform(low, high), digits);
    };
    // The order of the draws is that of the arguments in the Python script; braces keep it.
    TrackParameters drawn;
    drawn.gain_db = draw(-22, -12, 2);
    drawn.pan = draw(-.8, .8, 3);
    drawn.bands = {{{draw(80, 200, 1), draw(-4, 4, 2), 0.707},
                    {draw(250, 1000, 1), draw(-5, 5, 2), draw(.7, 2, 2)},
                    {draw(1500, 6000, 1), draw(-5, 5, 2), draw(.7, 2, 2)},
                    {draw(6000, 12000, 1), draw(-4, 4, 2), 0.707}}};
    drawn.compression = {draw(-28, -14, 1), draw(2, 4, 2), draw(5, 20, 1), draw(80, 250, 1), draw(0, 3, 2)};
    drawn.bus = track % kBusCount;
    drawn.send_to = (track / kBusCount) % kReturnCount;
    drawn.send_db = draw(-18, -8, 2);
    return drawn;
}

Plan reference_plan(const PlanSettings& settings) {
    Plan plan;
    session::Session& session = plan.session;
    session.name = fmt::format("REF-{}-{}", settings.tracks, settings.seconds);
    session.sample_rate = kSampleRate;
    session.seed = settings.seed;
    const FrameCount file_frames = static_cast<FrameCount>(settings.seconds) * kSampleRate / settings.repeat;
    for (int track = 0; track < settings.tracks; ++track) {
        session.strips.push_back(
            track_strip(track, track_parameters(track, settings.seed), settings.repeat, file_frames));
        plan.files.push_back({.name = track_file(track),
                              .sound = static_cast<Sound>(track % 4),
                              .channels = 1,
                              .frames = file_frames,
                              .seed = 1000 + static_cast<std::uint64_t>(track) + (settings.seed << 32)});
    }
    for (int bus = 0; bus < kBusCount; ++bus) {
        session.strips.push_back(make_strip(numbered("bus", bus, 1), session::StripKind::bus, kStereo));
        session.stems.push_back({.name = numbered("bus", bus, 1), .strips = {numbered("bus", bus, 1)}, .place = {}});
    }
    for (int index = 0; index < kReturnCount; ++index) {
        session::Strip strip = make_strip(numbered("return", index, 1), session::StripKind::return_bus, kStereo);
        strip.inserts.push_back(
            make_insert("convolution", {{"impulse", response_file(index)}, {"mix", percent(100.0)}}));
        session.strips.push_back(std::move(strip));
        plan.files.push_back({.name = response_file(index),
                              .sound = Sound::response,
                              .channels = 2,
                              .frames = 3 * kSampleRate,
                              .seed = 77 + static_cast<std::uint64_t>(index) + (settings.seed << 32)});
    }
    session.strips.push_back(make_master());
    return plan;
}

std::string reference_json(const PlanSettings& settings) {
    assert(settings.repeat == 1);
    std::string tracks;
    for (int track = 0; track < settings.tracks; ++track)
        tracks += (track == 0 ? "  " : ",\n  ") + track_json(track, track_parameters(track, settings.seed));
    std::string responses;
    for (int index = 0; index < kReturnCount; ++index)
        responses += fmt::format("{}\"{}\"", index == 0 ? "" : ", ", response_file(index));
    return fmt::format(
        "{{\n \"sr\": {}, \"seconds\": {}, \"buses\": {}, \"irs\": [{}],\n \"tracks\": [\n{}\n ],\n"
        " \"master\": {{\"eq\": {},\n  \"comp\": {},\n"
        "  \"lim\": {{\"ceiling_db\": {}, \"lookahead_ms\": {}, \"rel_ms\": {}}}}}\n}}\n",
        kSampleRate, settings.seconds, kBusCount, responses, tracks, bands_json(kMasterBands),
        compression_json(kMasterCompression), kMasterCeilingDb, kMasterLookaheadMs, kMasterReleaseMs);
}

}  // namespace dubplate::bench
