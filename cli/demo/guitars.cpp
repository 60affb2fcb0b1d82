#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Strip;

/// One strum every four bars: an open E minor ninth, which sits on all four chords.
Strip guitar_ninth(const Song& song) {
    Track track(song, "Guitar Ninth", "Guitars", kStereo);
    for (const int bar :
         {kIntro.first_bar + 2, kVerse.first_bar, kVerse.first_bar + 4, kChorus.first_bar, kChorus.first_bar + 4,
          kFinal.first_bar, kFinal.first_bar + 4, kFinal.first_bar + 8, kOutro.first_bar})
        track.note(at(bar), "guit_em9", 40, {.quarters = bar == kIntro.first_bar + 2 ? 8.5 : 16.5, .fade_out_ms = 300});
    track.note(kOutro.end(), "guit_em9", 40, {.fade_out_ms = 2000});
    track.strip.overlap = session::Overlap::crossfade;
    track.strip.inserts = {
        eq({{"high_pass", 90}, {"bell", 220, -3, 0.9}, {"bell", 1300, 5, 0.6}, {"high_shelf", 5000, 3}}),
        compressor({.threshold = -22, .ratio = 2.5, .attack_ms = 20, .release_ms = 250, .makeup = 3})};
    track.send("Plate", -13);
    track.send("Echo", -18);
    track.strip.fader = decibels(-3);
    track.strip.pan = -0.1;
    return track.strip;
}

/// Fifths on every chord, played twice: another rhythm, a hair later and sharper on the right.
Strip guitar_fifths(const Song& song, const char* name, double pan, double cents, double late,
                    std::initializer_list<std::pair<double, double>> strums) {
    Track track(song, name, "Guitars", kStereo);
    constexpr int kRoots[] = {52, 48, 55, 50};
    for (const Section* section : {&kChorus, &kFinal})
        for (int bar = section->first_bar; bar < section->end_bar(); ++bar)
            for (const auto& [sixteenth, length] : strums)
                track.note(at(bar, sixteenth) + late, "guit_e_fifths", kRoots[(bar - 1) % 4],
                           {.gain = sixteenth > 0 ? -3.0 : 0.0,
                            .semitones = cents / 100.0,
                            .quarters = length / 4.0,
                            .fade_out_ms = 70});
    track.strip.inserts = {eq({{"high_pass", 140}, {"bell", 300, -3, 1.0}, {"bell", 1500, 6, 0.6}}),
                           compressor({.threshold = -20, .ratio = 3, .attack_ms = 15, .release_ms = 150, .makeup = 3})};
    track.send("Plate", -14);
    track.send("Room", -14);
    track.strip.fader = decibels(-6);
    track.strip.pan = pan;
    return track.strip;
}

Strip guitar_slide(const Song& song) {
    Track track(song, "Guitar Slide", "Guitars", kMono);
    for (const int bar : {kVerse.first_bar + 3, kVerse.first_bar + 7, kChorus.first_bar + 3, kChorus.first_bar + 7,
                          kFinal.first_bar + 3, kFinal.first_bar + 7, kFinal.first_bar + 11})
        track.note(at(bar, 8), "guit_e_slide", 76, {.quarters = 5.0, .fade_out_ms = 400});
    track.strip.inserts = {eq({{"high_pass", 250}, {"low_pass", 7000}})};
    track.send("Echo", -14);
    track.send("Hall", -14);
    // The last slide of each section is thrown into the echo.
    track.lane("sends/0/level", {{kVerse.end() - 4, decibels(-14)},
                                 {kVerse.end() - 1, decibels(-4)},
                                 {kVerse.end() + 4, decibels(-14)},
                                 {kChorus.end() - 4, decibels(-14)},
                                 {kChorus.end() - 1, decibels(-3)},
                                 {kChorus.end() + 4, decibels(-14)},
                                 {kFinal.end() - 4, decibels(-14)},
                                 {kFinal.end() - 1, decibels(-3)}});
    track.strip.fader = decibels(-11);
    track.strip.pan = 0.3;
    return track.strip;
}

Strip guitar_harmonics(const Song& song) {
    Track track(song, "Guitar Harmonics", "Guitars", kMono);
    for (const int bar :
         {kIntro.first_bar, kIntro.first_bar + 2, kVerse.first_bar + 2, kVerse.first_bar + 6, kBreak.first_bar,
          kBreak.first_bar + 2, kOutro.first_bar, kOutro.first_bar + 2, kOutro.end_bar()})
        track.note(at(bar, 4), "guit_harmonics", 71, {.gain = 6, .fade_out_ms = 400});
    track.strip.inserts = {eq({{"high_pass", 200}})};
    track.send("Echo", -6);
    track.send("Hall", -8);
    track.strip.fader = decibels(-11);
    track.strip.pan = -0.45;
    return track.strip;
}

}  // namespace

void add_guitars(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(guitar_ninth(song));
    tracks.push_back(guitar_fifths(song, "Guitar Fifths Left", -0.75, -4, 0.0, {{0.0, 6.0}, {6.0, 10.0}}));
    tracks.push_back(guitar_fifths(song, "Guitar Fifths Right", 0.75, 4, 0.02, {{0.0, 10.0}, {10.0, 6.0}}));
    tracks.push_back(guitar_slide(song));
    tracks.push_back(guitar_harmonics(song));
}

}  // namespace dubplate::demo
