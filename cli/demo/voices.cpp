#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Strip;
using session::Unit;

/// The choir sings a minor third: E and G on E minor and C, B and D on G, F sharp and A on D.
constexpr int kChoirNotes[] = {76, 76, 71, 78};

/// One chord a bar; an octave down it lasts twice as long.
Strip choir(const Song& song, const char* name, std::initializer_list<const Section*> sections, int transpose,
            double low_cut_hz, double fader) {
    Track track(song, name, "Voices", kStereo);
    for (const Section* section : sections)
        for (int bar = section->first_bar; bar < section->end_bar(); ++bar)
            track.note(at(bar), "ambi_choir", kChoirNotes[(bar - 1) % 4] + transpose,
                       {.quarters = 4.0, .fade_in_ms = 60, .fade_out_ms = 250});
    track.strip.inserts = {eq({{"high_pass", low_cut_hz}, {"bell", 350, -2, 1.0}, {"bell", 1200, 4, 0.7}}),
                           compressor({.threshold = -30, .ratio = 3, .attack_ms = 25, .release_ms = 300, .makeup = 6})};
    track.send("Hall", -5);
    track.strip.fader = decibels(fader);
    return track.strip;
}

/// The same choir backwards: it grows into the bar line instead of dying away from it.
Strip choir_swell(const Song& song) {
    Track track(song, "Choir Swell", "Voices", kStereo);
    for (const int bar : {kVerse.first_bar, kVerse.first_bar + 4, kChorus.first_bar, kChorus.first_bar + 4,
                          kBreak.first_bar + 2, kFinal.first_bar, kFinal.first_bar + 4, kFinal.first_bar + 8})
        track.swell(at(bar), "ambi_choir", 2.0,
                    {.semitones = kChoirNotes[(bar - 1) % 4] - 12 - root_note("ambi_choir"), .fade_in_ms = 600});
    track.strip.inserts = {eq({{"high_pass", 220}})};
    track.send("Hall", -8);
    track.strip.fader = decibels(-9);
    track.strip.pan = -0.2;
    return track.strip;
}

/// A sung dominant seventh, kept for the fourth bar, where it belongs.
Strip vox_pad(const Song& song) {
    Track track(song, "Vox Pad", "Voices", kStereo);
    for (const int bar : {kVerse.first_bar + 7, kChorus.first_bar + 3, kChorus.first_bar + 7, kBreak.first_bar + 3,
                          kFinal.first_bar + 3, kFinal.first_bar + 7, kFinal.first_bar + 11})
        track.note(at(bar), "bass_voxy_c", 62, {.quarters = 4.0, .fade_in_ms = 500, .fade_out_ms = 200});
    track.strip.inserts = {eq({{"high_pass", 200}, {"low_pass", 6000}})};
    track.send("Plate", -12);
    track.strip.fader = decibels(-10);
    return track.strip;
}

/// A machine's voice that answers the melody.
Strip robot(const Song& song) {
    Track track(song, "Robot", "Voices", kStereo);
    for (const int bar : {kVerse.first_bar + 1, kVerse.first_bar + 5, kChorus.first_bar + 3, kFinal.first_bar + 3})
        track.play(at(bar, 10), "glitch_robot2", {.fade_out_ms = 80});
    for (const int bar : {kVerse.first_bar + 3, kVerse.first_bar + 7, kChorus.first_bar + 7, kFinal.first_bar + 7})
        track.play(at(bar, 10), "glitch_robot1", {.fade_out_ms = 80});
    track.strip.inserts = {eq({{"high_pass", 300}, {"bell", 3200, -3, 1.0}, {"low_pass", 9000}}),
                           compressor({.threshold = -24, .ratio = 4, .attack_ms = 5, .release_ms = 100, .makeup = 4})};
    track.send("Echo", -8);
    track.send("Plate", -12);
    track.strip.fader = decibels(-5);
    track.strip.pan = 0.3;
    return track.strip;
}

/// Words down a telephone line.
Strip phone(const Song& song) {
    Track track(song, "Phone", "Voices", kStereo);
    for (const int bar : {kIntro.first_bar + 1, kIntro.first_bar + 3, kBreak.first_bar + 1, kOutro.first_bar + 1})
        track.play(at(bar, 4), "mehackit_phone1", {.fade_out_ms = 60});
    for (const int bar : {kBreak.first_bar, kBreak.first_bar + 2, kOutro.first_bar + 3})
        track.play(at(bar, 8), "mehackit_robot1", {.fade_out_ms = 60});
    track.strip.inserts = {eq({{"high_pass", 450}, {"low_pass", 3400}, {"bell", 1800, 4, 1.0}})};
    track.send("Echo", -9);
    track.send("Hall", -14);
    track.strip.fader = decibels(-10);
    track.strip.pan = -0.35;
    return track.strip;
}

}  // namespace

void add_voices(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(choir(song, "Choir Low", {&kChorus, &kBreak, &kFinal}, -12, 180, -5));
    tracks.push_back(choir(song, "Choir High", {&kChorus, &kFinal}, 0, 350, -8));
    tracks.push_back(choir_swell(song));
    tracks.push_back(vox_pad(song));
    tracks.push_back(robot(song));
    tracks.push_back(phone(song));
}

}  // namespace dubplate::demo
