#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"
#include "cli/demo/responses.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Strip;
using session::StripKind;

Strip bus(const char* name, const char* output, double fader, std::vector<session::Insert> inserts) {
    Strip strip;
    strip.name = name;
    strip.kind = StripKind::bus;
    strip.layout = kStereo;
    strip.output = output;
    strip.fader = decibels(fader);
    strip.inserts = std::move(inserts);
    return strip;
}

Strip return_bus(const char* name, double fader, std::vector<session::Insert> inserts) {
    Strip strip = bus(name, "", fader, std::move(inserts));
    strip.kind = StripKind::return_bus;
    return strip;
}

/// A hand on the fader: the verse stays below, the choruses come up.
void ride(Strip& strip, double intro, double verse) {
    session::Lane lane;
    lane.target = "fader";
    lane.points = {{position(kIntro.begin()), decibels(intro), session::Shape::hold, 0.0},
                   {position(kVerse.begin()), decibels(verse), session::Shape::linear, 0.0},
                   {position(kVerse.end() - 4.0), decibels(verse), session::Shape::linear, 0.0},
                   {position(kChorus.begin()), decibels(0), session::Shape::linear, 0.0},
                   {position(kOutro.begin()), decibels(0), session::Shape::linear, 0.0},
                   {position(kOutro.end()), decibels(verse), session::Shape::linear, 0.0}};
    strip.lanes.push_back(std::move(lane));
}

void send(Strip& strip, const char* to, double level) { strip.sends.push_back({.to = to, .level = decibels(level)}); }

void add_drum_buses(std::vector<Strip>& strips) {
    Strip kick =
        bus("Kick", "Drums", 0, {compressor({.threshold = -14, .ratio = 3, .attack_ms = 20, .release_ms = 80})});
    send(kick, "Crush", -8);
    send(kick, "Room", -24);
    Strip snare =
        bus("Snare", "Drums", 0, {compressor({.threshold = -15, .ratio = 2.5, .attack_ms = 15, .release_ms = 90})});
    send(snare, "Crush", -5);
    send(snare, "Plate", -13);
    send(snare, "Room", -12);
    // The last stroke of a section rings on in the plate.
    session::Lane throws;
    throws.target = "sends/1/level";
    for (const Section* section : {&kChorus, &kFinal}) {
        throws.points.push_back({position(section->end() - 0.5), decibels(-13), session::Shape::linear, 0.0});
        throws.points.push_back({position(section->end() - 0.25), decibels(-3), session::Shape::hold, 0.0});
        throws.points.push_back({position(section->end() + 1.0), decibels(-13), session::Shape::hold, 0.0});
    }
    snare.lanes.push_back(std::move(throws));
    Strip cymbals = bus("Cymbals", "Drums", -2, {eq({{"high_shelf", 8000, -2}})});
    send(cymbals, "Room", -18);
    Strip toms =
        bus("Toms", "Drums", 0, {compressor({.threshold = -14, .ratio = 3, .attack_ms = 15, .release_ms = 120})});
    send(toms, "Room", -10);
    send(toms, "Crush", -8);
    Strip percussion = bus("Percussion", "Drums", 0, {});
    Strip breaks = bus("Breaks", "Drums", 0,
                       {compressor({.threshold = -22, .ratio = 2, .attack_ms = 20, .release_ms = 120}),
                        eq({{"bell", 4200, -3, 1.2}})});
    send(breaks, "Crush", -9);
    // Parallel compression: fed by sends alone, squeezed hard, mixed in beneath the drums it came from.
    Strip crush =
        bus("Crush", "Drums", -8,
            {compressor({.threshold = -34, .ratio = 10, .knee = 3, .attack_ms = 2, .release_ms = 140, .makeup = 12}),
             eq({{"low_shelf", 90, 2}, {"bell", 400, -3, 0.9}, {"high_shelf", 7000, -2}})});
    Strip drums =
        bus("Drums", "", 0, {compressor({.threshold = -14, .ratio = 1.8, .attack_ms = 30, .release_ms = 120})});
    ride(drums, -2, -1.5);
    for (Strip* strip : {&kick, &snare, &cymbals, &toms, &percussion, &breaks, &crush, &drums})
        strips.push_back(std::move(*strip));
}

void add_instrument_buses(std::vector<Strip>& strips) {
    // Bass and pads step back for the kick.
    strips.push_back(
        bus("Bass", "", 0,
            {compressor({.threshold = -24, .ratio = 2.5, .attack_ms = 3, .release_ms = 110, .key = "Kick"})}));
    strips.push_back(
        bus("Pads", "Keys", 0,
            {compressor({.threshold = -26, .ratio = 2.5, .attack_ms = 8, .release_ms = 220, .key = "Kick"})}));
    Strip keys = bus("Keys", "", 0, {});
    ride(keys, -2, -2);
    strips.push_back(std::move(keys));
    Strip guitars =
        bus("Guitars", "", 0, {compressor({.threshold = -20, .ratio = 1.8, .attack_ms = 25, .release_ms = 200})});
    ride(guitars, -2, -2);
    strips.push_back(std::move(guitars));
    strips.push_back(
        bus("Voices", "", 1.5,
            {compressor({.threshold = -26, .ratio = 1.6, .attack_ms = 10, .release_ms = 240, .key = "Kick"})}));
    strips.push_back(bus("Ambience", "", 0, {}));
}

void add_returns(std::vector<Strip>& strips) {
    strips.push_back(return_bus("Room", 0, {convolution(kRoomFile, 0, 0), eq({{"high_pass", 120}})}));
    strips.push_back(
        return_bus("Plate", 2, {convolution(kPlateFile, 0, 12), eq({{"high_pass", 220}, {"high_shelf", 9000, -3}})}));
    strips.push_back(
        return_bus("Hall", 0, {convolution(kHallFile, 0, 28), eq({{"high_pass", 180}, {"bell", 400, -2, 0.8}})}));
    Strip echo_return =
        return_bus("Echo", 3, {echo(0.75, 0.38, 250, 4500), eq({{"high_pass", 220}, {"low_pass", 7000}})});
    send(echo_return, "Hall", -14);
    strips.push_back(std::move(echo_return));
}

Strip master() {
    Strip strip = bus("Master", "", 0,
                      {eq({{"high_pass", 25}, {"high_shelf", 7000, -1}}),
                       compressor({.threshold = -14, .ratio = 1.6, .attack_ms = 40, .release_ms = 200, .makeup = 4.5}),
                       limiter(-1.0, 120)});
    strip.kind = StripKind::master;
    // The record is taken off: the last chord rings, then all fades.
    session::Lane fade;
    fade.target = "fader";
    fade.points = {{position(kOutro.end() + 4), decibels(0), session::Shape::linear, 0.0},
                   {position(kOutro.end() + 8), decibels(-18), session::Shape::linear, 0.0},
                   {position(kOutro.end() + 10.5), decibels(-60), session::Shape::linear, 0.0},
                   {position(kOutro.end() + 11), decibels(-144), session::Shape::linear, 0.0}};
    strip.lanes.push_back(std::move(fade));
    return strip;
}

}  // namespace

void add_mixer(std::vector<Strip>& strips) {
    add_drum_buses(strips);
    add_instrument_buses(strips);
    add_returns(strips);
    strips.push_back(master());
}

}  // namespace dubplate::demo
