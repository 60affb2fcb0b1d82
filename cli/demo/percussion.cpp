#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Quantity;
using session::Strip;
using session::Unit;

/// The break of breaks, four beats, slowed from 137 to the song's tempo: in the verse narrow, in the last chorus open.
Strip amen(const Song& song) {
    Track track(song, "Amen", "Breaks", kStereo);
    track.loop(at(kIntro.first_bar + 2), kIntro.end(), "loop_amen", 4.0, -4);
    track.loop(kVerse.begin(), at(kVerse.first_bar + 4), "loop_amen", 4.0);
    track.loop(at(kVerse.first_bar + 4), at(kVerse.end_bar() - 1, 8), "loop_amen", 4.0);
    track.loop(at(kFinal.first_bar + 4), kFinal.end(), "loop_amen", 4.0, 1);
    track.loop(kOutro.begin(), at(kOutro.first_bar + 1), "loop_amen", 4.0, -2);
    track.strip.inserts = {eq({{"high_pass", 250}, {"low_pass", 5000}})};
    track.lane("inserts/0/bands/0/frequency", {{kIntro.end() - 8, {Unit::hertz, 900}},
                                               {kVerse.begin(), {Unit::hertz, 260}},
                                               {kChorus.begin(), {Unit::hertz, 180}}});
    track.lane("inserts/0/bands/1/frequency", {{kIntro.end() - 8, {Unit::kilohertz, 2}},
                                               {kVerse.begin(), {Unit::kilohertz, 5}},
                                               {at(kVerse.first_bar + 4), {Unit::kilohertz, 7}},
                                               {kFinal.begin(), {Unit::kilohertz, 9}}});
    track.strip.fader = decibels(-9);
    return track.strip;
}

Strip breakbeat(const Song& song) {
    Track track(song, "Breakbeat", "Breaks", kStereo);
    track.loop(kChorus.begin(), kChorus.end(), "loop_breakbeat", 4.0);
    track.loop(kFinal.begin(), kFinal.end(), "loop_breakbeat", 4.0);
    track.strip.inserts = {eq({{"high_pass", 180}, {"bell", 300, -3, 1.0}})};
    track.strip.fader = decibels(-9);
    return track.strip;
}

/// Eight beats of clicks and scrapes, sped up from 74.
Strip clicks(const Song& song) {
    Track track(song, "Clicks", "Breaks", kStereo);
    track.loop(kIntro.begin(), kIntro.end(), "loop_compus", 8.0, 2);
    track.loop(kVerse.begin(), kVerse.end(), "loop_compus", 8.0);
    track.strip.inserts = {eq({{"high_pass", 700}})};
    track.lane("fader", {{kIntro.begin(), decibels(-24)},
                         {kIntro.begin() + 8, decibels(-9)},
                         {kVerse.begin(), decibels(-10)},
                         {kVerse.end(), decibels(-13)}});
    track.strip.fader = decibels(-16);
    return track.strip;
}

Strip tabla(const Song& song) {
    Track track(song, "Tabla", "Percussion", kMono);
    track.loop(at(kVerse.first_bar + 4), kVerse.end(), "loop_tabla", 16.0, 6).channels = {1};
    track.loop(at(kFinal.first_bar + 8), kFinal.end(), "loop_tabla", 16.0, 6).channels = {1};
    track.strip.inserts = {eq({{"high_pass", 150}, {"bell", 3000, 3, 0.8}})};
    track.send("Room", -10);
    track.strip.fader = decibels(-13);
    track.strip.pan = 0.4;
    return track.strip;
}

Strip triangle(const Song& song) {
    Track track(song, "Triangle", "Percussion", kMono);
    track.pattern(kChorus.first_bar, 8, "..o...o...o...x.", "elec_triangle", {});
    track.pattern(kFinal.first_bar, 12, "..o...o...o...x.", "elec_triangle", {});
    track.strip.inserts = {eq({{"high_pass", 1500}})};
    track.send("Plate", -12);
    track.strip.fader = decibels(-25);
    track.strip.pan = 0.55;
    return track.strip;
}

Strip wood(const Song& song) {
    Track track(song, "Wood", "Percussion", kMono);
    track.pattern(kVerse.first_bar, 8, "...x..o.....x...", "elec_wood", {.gain = 6});
    track.pattern(kOutro.first_bar, 3, "...x..o.....x...", "elec_wood", {.gain = 6});
    track.strip.inserts = {eq({{"high_pass", 200}})};
    track.send("Echo", -14);
    track.send("Room", -12);
    track.strip.fader = decibels(-16);
    track.strip.pan = -0.55;
    return track.strip;
}

}  // namespace

void add_percussion(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(amen(song));
    tracks.push_back(breakbeat(song));
    tracks.push_back(clicks(song));
    tracks.push_back(tabla(song));
    tracks.push_back(triangle(song));
    tracks.push_back(wood(song));
}

}  // namespace dubplate::demo
