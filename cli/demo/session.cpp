#include "cli/demo/session.h"

#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::Session;

/// 96 beats a minute; the break pushes on to 102, the outro sinks to 84.
std::vector<session::TempoEvent> tempos() {
    return {
        {position(0.0), 96.0, false},
        {position(kBreak.begin() + 8.0), 96.0, true},
        {position(kFinal.begin()), 102.0, false},
        {position(kOutro.begin() + 4.0), 102.0, true},
        {position(kOutro.end()), 84.0, false},
    };
}

void add_stems(Session& result) {
    for (const char* bus : {"Drums", "Bass", "Keys", "Guitars", "Voices", "Ambience"})
        result.stems.push_back({.name = bus, .strips = {bus}});
    result.stems.push_back({.name = "Reverbs", .strips = {"Room", "Plate", "Hall"}});
    result.stems.push_back({.name = "Echo", .strips = {"Echo"}});
}

}  // namespace

Result<Session> make_session(const SampleLibrary& samples) {
    Session result;
    result.name = "Dubplate demo";
    result.sample_rate = 48000;
    result.seed = 33;
    result.tempos = tempos();
    result.meters = {{1, 4, 4}};
    for (const Section* section : kForm) {
        result.markers.push_back({section->name, position(section->begin()), {}});
        result.ranges.push_back({section->name, position(section->begin()), position(section->end()), {}});
    }
    result.end = position(kOutro.end() + 11);
    result.metadata = {{"comment", "Recordings: sonic-pi-samples (CC0)"}, {"key", "E minor"}};

    auto tempo_map = session::TempoMap::create(result.tempos, result.meters, result.sample_rate);
    if (!tempo_map) return fail(tempo_map.error());
    const Song song(samples, std::move(*tempo_map), result.sample_rate);
    add_drums(song, result.strips);
    add_percussion(song, result.strips);
    add_bass(song, result.strips);
    add_keys(song, result.strips);
    add_guitars(song, result.strips);
    add_voices(song, result.strips);
    add_ambience(song, result.strips);
    add_mixer(result.strips);
    add_stems(result);
    return result;
}

}  // namespace dubplate::demo
