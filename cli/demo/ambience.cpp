#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Quantity;
using session::Strip;
using session::Unit;

/// A texture that runs round under a stretch of the song.
void bed(Track& track, double from, double to, std::string_view sample, double fade_in_ms, double fade_out_ms,
         double semitones = 0.0) {
    auto& clip = track.play(from, sample, {.semitones = semitones});
    clip.length = Quantity{Unit::notes, to - from};
    clip.loop = true;
    clip.fade_in = {{Unit::milliseconds, fade_in_ms}, session::FadeShape::equal_power, 0.0};
    clip.fade_out = {{Unit::milliseconds, fade_out_ms}, session::FadeShape::s_curve, 0.0};
}

Strip lunar_land(const Song& song) {
    Track track(song, "Lunar Land", "Ambience", kStereo);
    bed(track, kIntro.begin(), kVerse.begin() + 4, "ambi_lunar_land", 1500, 4000);
    bed(track, kBreak.begin(), kBreak.end(), "ambi_lunar_land", 1000, 1500, -5);
    bed(track, kOutro.begin(), kOutro.end() + 8, "ambi_lunar_land", 3000, 4000);
    track.strip.inserts = {eq({{"high_pass", 250}, {"high_shelf", 8000, -4}})};
    track.strip.fader = decibels(-13);
    return track.strip;
}

/// The needle comes down at the beginning and lifts at the end.
Strip vinyl(const Song& song) {
    Track track(song, "Vinyl", "Ambience", kStereo);
    bed(track, 0.0, kChorus.begin(), "vinyl_hiss", 500, 2000);
    bed(track, kBreak.begin(), kBreak.end(), "vinyl_hiss", 1000, 500);
    bed(track, kOutro.begin(), kOutro.end() + 10, "vinyl_hiss", 2000, 1500);
    track.strip.inserts = {eq({{"high_pass", 150}, {"high_shelf", 4000, 3}})};
    track.lane("fader", {{0.0, decibels(-4)}, {kIntro.end(), decibels(-4)}, {kVerse.begin() + 8, decibels(-10)}});
    track.strip.fader = decibels(-6);
    return track.strip;
}

Strip steam(const Song& song) {
    Track track(song, "Steam", "Ambience", kStereo);
    bed(track, kVerse.begin() + 16, kVerse.end(), "ambi_sauna", 3000, 800);
    bed(track, kBreak.begin(), kBreak.end(), "ambi_sauna", 500, 100);
    track.strip.inserts = {eq({{"high_pass", 400}, {"low_pass", 8000}})};
    track.strip.fader = decibels(-17);
    return track.strip;
}

Strip hum(const Song& song) {
    Track track(song, "Haunted Hum", "Ambience", kStereo);
    auto& clip =
        track.note(kBreak.begin(), "ambi_haunted_hum", 52, {.quarters = 12.0, .fade_in_ms = 800, .fade_out_ms = 1500});
    clip.gain_points = {{{Unit::notes, 0.0}, decibels(-6), session::Shape::linear, 0.0},
                        {{Unit::notes, 8.0}, decibels(3), session::Shape::linear, 0.0},
                        {{Unit::notes, 12.0}, decibels(-3), session::Shape::linear, 0.0}};
    track.strip.inserts = {eq({{"high_pass", 100}, {"low_pass", 3000}})};
    track.send("Hall", -10);
    track.strip.fader = decibels(-9);
    return track.strip;
}

/// Air that rushes into each section, from one side to the other.
Strip rushes(const Song& song) {
    Track track(song, "Rushes", "Ambience", kStereo);
    for (const Section* section : {&kVerse, &kBreak, &kOutro})
        track.play(section->begin() - 2.0, "ambi_dark_woosh", {.fade_in_ms = 100, .fade_out_ms = 800});
    for (const Section* section : {&kChorus, &kFinal}) track.swell(section->begin(), "ambi_swoosh", 2.0, {});
    for (const int bar : {kVerse.first_bar + 3, kChorus.first_bar + 3, kFinal.first_bar + 3, kFinal.first_bar + 7})
        track.play(at(bar, 14), "perc_swash", {.gain = -4, .fade_out_ms = 40});
    track.strip.inserts = {eq({{"high_pass", 90}})};
    track.lane("pan", {{kVerse.begin() - 2, {Unit::none, -0.6}},
                       {kVerse.begin() + 2, {Unit::none, 0.6}},
                       {kChorus.begin() - 2, {Unit::none, 0.6}},
                       {kChorus.begin(), {Unit::none, -0.4}},
                       {kFinal.begin() - 2, {Unit::none, -0.6}},
                       {kFinal.begin(), {Unit::none, 0.4}}});
    track.send("Hall", -12);
    track.strip.fader = decibels(-9);
    return track.strip;
}

Strip boom(const Song& song) {
    Track track(song, "Boom", "Ambience", kStereo);
    for (const double quarter : {kChorus.begin(), kBreak.begin(), kFinal.begin(), kOutro.end()})
        track.play(quarter, "misc_cineboom", {.semitones = -2, .quarters = 8.0, .fade_out_ms = 1500, .offset_s = 0.55});
    track.strip.inserts = {eq({{"high_pass", 32}, {"bell", 200, -3, 0.8}})};
    track.strip.fader = decibels(-13);
    return track.strip;
}

}  // namespace

void add_ambience(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(lunar_land(song));
    tracks.push_back(vinyl(song));
    tracks.push_back(steam(song));
    tracks.push_back(hum(song));
    tracks.push_back(rushes(song));
    tracks.push_back(boom(song));
}

}  // namespace dubplate::demo
