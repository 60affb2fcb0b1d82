#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Strip;

/// Two bars each; the verse follows the kicks of the break that plays beneath it.
constexpr std::string_view kVerseKick = "X.x.......xx....X.x.......x..x..";
constexpr std::string_view kChorusKick = "X.....x...x.....X..x..x...x...o.";
constexpr std::string_view kBackbeat = "....X.......X...";
constexpr std::string_view kGhosts = ".......-.-.....o.......-.-....--";
constexpr std::string_view kVerseHats = "x.o.x.o-x.o.x.o.";
constexpr std::string_view kChorusHats = "x-o-X-o-x-o-X-o.";

void play_kick(Track& track, std::string_view sample, const Play& how) {
    track.pattern(kVerse.first_bar + 2, 6, kVerseKick, sample, how);
    track.pattern(kChorus.first_bar, 8, kChorusKick, sample, how);
    track.pattern(kFinal.first_bar, 12, kChorusKick, sample, how);
    track.pattern(kOutro.first_bar, 2, kVerseKick, sample, how);
    track.play(kOutro.end() - 4.0, sample, how);
}

void play_snare(Track& track, std::string_view sample, const Play& how) {
    track.pattern(kVerse.first_bar, 8, kBackbeat, sample, how);
    track.pattern(kChorus.first_bar, 7, kBackbeat, sample, how);
    track.pattern(kChorus.end_bar() - 1, 1, "....X.......x.xX", sample, how);
    track.pattern(kFinal.first_bar, 11, kBackbeat, sample, how);
    track.pattern(kFinal.end_bar() - 1, 1, "....X.....o.xxXX", sample, how);
    track.pattern(kOutro.first_bar, 2, kBackbeat, sample, how);
}

Strip kick_body(const Song& song) {
    Track track(song, "Kick Body", "Kick", kMono);
    play_kick(track, "drum_bass_hard", {.quarters = 0.6, .fade_out_ms = 180});
    track.strip.inserts = {
        eq({{"high_pass", 35}, {"bell", 47, -3, 1.5}, {"bell", 330, -5, 1.2}, {"bell", 3500, 3, 0.8}})};
    track.strip.fader = decibels(-11.5);
    return track.strip;
}

Strip kick_punch(const Song& song) {
    Track track(song, "Kick Punch", "Kick", kMono);
    play_kick(track, "bd_haus", {.semitones = -1});
    track.strip.inserts = {eq({{"high_pass", 40}, {"bell", 110, -2, 1.0}, {"low_pass", 7000}})};
    track.strip.fader = decibels(-13);
    return track.strip;
}

/// A tuned tail under the kick of the choruses: G, which every chord but one holds.
Strip kick_sub(const Song& song) {
    Track track(song, "Kick Sub", "Kick", kMono);
    const Play tail{.semitones = 31 - root_note("bd_boom"), .quarters = 0.75, .fade_out_ms = 250};
    track.pattern(kChorus.first_bar, 8, "X.........x.....", "bd_boom", tail);
    track.pattern(kFinal.first_bar, 12, "X.........x.....", "bd_boom", tail);
    track.strip.inserts = {eq({{"high_pass", 30}, {"low_pass", 120}})};
    track.strip.fader = decibels(-15);
    return track.strip;
}

Strip snare_top(const Song& song) {
    Track track(song, "Snare Top", "Snare", kMono);
    play_snare(track, "drum_snare_hard", {});
    track.strip.inserts = {
        eq({{"high_pass", 90}, {"bell", 190, 2, 1.2}, {"bell", 600, -2, 1.5}, {"high_shelf", 6000, -1}}),
        compressor({.threshold = -16, .ratio = 3, .attack_ms = 12, .release_ms = 90})};
    track.strip.fader = decibels(-5.5);
    return track.strip;
}

Strip snare_dub(const Song& song) {
    Track track(song, "Snare Dub", "Snare", kMono);
    play_snare(track, "sn_dub", {});
    track.strip.inserts = {eq({{"high_pass", 140}})};
    track.strip.fader = decibels(-14);
    return track.strip;
}

Strip snare_ghosts(const Song& song) {
    Track track(song, "Snare Ghosts", "Snare", kMono);
    track.pattern(kVerse.first_bar + 4, 4, kGhosts, "drum_snare_soft", {.gain = 6});
    track.pattern(kChorus.first_bar, 7, kGhosts, "drum_snare_soft", {.gain = 6});
    track.pattern(kFinal.first_bar, 11, kGhosts, "drum_snare_soft", {.gain = 6});
    // The build before the last chorus: sixteenths that grow.
    for (int sixteenth = 0; sixteenth < 16; ++sixteenth)
        track.play(at(kBreak.end_bar() - 1, sixteenth), "drum_snare_soft", {.gain = -12.0 + sixteenth});
    track.strip.inserts = {eq({{"high_pass", 120}, {"high_shelf", 5000, 2}})};
    track.strip.fader = decibels(-8);
    track.strip.pan = 0.06;
    return track.strip;
}

Strip snaps(const Song& song) {
    Track track(song, "Snaps", "Snare", kStereo);
    track.pattern(kChorus.first_bar, 8, kBackbeat, "perc_snap", {});
    track.pattern(kFinal.first_bar, 12, kBackbeat, "perc_snap", {});
    track.strip.inserts = {eq({{"high_pass", 400}})};
    track.send("Plate", -9);
    track.strip.fader = decibels(-15);
    return track.strip;
}

Strip hat_closed(const Song& song) {
    Track track(song, "Hat Closed", "Cymbals", kMono);
    const Play how{.quarters = 0.25, .fade_out_ms = 30};
    track.pattern(kIntro.first_bar + 2, 2, "o...o...o...o.o.", "drum_cymbal_closed", how);
    track.pattern(kVerse.first_bar, 8, kVerseHats, "drum_cymbal_closed", how);
    track.pattern(kChorus.first_bar, 8, kChorusHats, "drum_cymbal_closed", how);
    track.pattern(kFinal.first_bar, 12, kChorusHats, "drum_cymbal_closed", how);
    track.pattern(kOutro.first_bar, 3, kVerseHats, "drum_cymbal_closed", how);
    track.strip.inserts = {eq({{"high_pass", 500}, {"high_shelf", 9000, -2}})};
    track.strip.fader = decibels(-13.5);
    track.strip.pan = -0.3;
    return track.strip;
}

Strip hat_open(const Song& song) {
    Track track(song, "Hat Open", "Cymbals", kMono);
    const Play how{.quarters = 0.5, .fade_out_ms = 60};
    track.pattern(kVerse.first_bar + 3, 4, "..............o.................", "drum_cymbal_open", how);
    track.pattern(kChorus.first_bar, 8, "..............x.", "drum_cymbal_open", how);
    track.pattern(kFinal.first_bar, 12, "..o...........x.", "drum_cymbal_open", how);
    track.strip.inserts = {eq({{"high_pass", 600}})};
    track.strip.fader = decibels(-17);
    track.strip.pan = -0.3;
    return track.strip;
}

Strip hat_pedal(const Song& song) {
    Track track(song, "Hat Pedal", "Cymbals", kMono);
    track.pattern(kIntro.first_bar + 3, 1, "....x.......x...", "drum_cymbal_pedal", {});
    track.pattern(kVerse.first_bar, 8, "....x.......x...", "drum_cymbal_pedal", {});
    track.pattern(kOutro.first_bar, 3, "....x.......x...", "drum_cymbal_pedal", {});
    track.strip.inserts = {eq({{"high_pass", 400}})};
    track.strip.fader = decibels(-16);
    track.strip.pan = -0.35;
    return track.strip;
}

Strip ride(const Song& song) {
    Track track(song, "Ride", "Cymbals", kMono);
    const Play how{.quarters = 1.0, .fade_out_ms = 150};
    track.pattern(kFinal.first_bar, 12, "x...x...x...x.o.", "drum_cymbal_soft", how);
    track.strip.inserts = {eq({{"high_pass", 900}, {"bell", 310, -8, 3.0}})};
    track.strip.fader = decibels(-13);
    track.strip.pan = 0.45;
    return track.strip;
}

Strip crash(const Song& song, const char* name, const char* sample, double pan, double level,
            std::initializer_list<int> bars) {
    Track track(song, name, "Cymbals", kMono);
    for (const int bar : bars) track.play(at(bar), sample);
    track.strip.inserts = {eq({{"high_pass", 350}})};
    track.strip.fader = decibels(level);
    track.strip.pan = pan;
    return track.strip;
}

/// Cymbals that run backwards into each section.
Strip reverse_cymbal(const Song& song) {
    Track track(song, "Reverse Cymbal", "Cymbals", kMono);
    const Play slow{.semitones = -12};
    for (const Section* section : {&kVerse, &kChorus, &kFinal})
        track.swell(section->begin(), "drum_splash_hard", 4.0, slow);
    track.swell(kOutro.begin(), "drum_cymbal_open", 2.0, {});
    track.strip.inserts = {eq({{"high_pass", 500}})};
    track.send("Hall", -12);
    track.strip.fader = decibels(-16);
    track.strip.pan = 0.2;
    return track.strip;
}

Strip tom(const Song& song, const char* name, const char* sample, double pitch, double pan, std::string_view fill) {
    Track track(song, name, "Toms", kMono);
    const Play tuned{.semitones = pitch - root_note(sample)};
    for (const int bar : {kVerse.end_bar() - 1, kFinal.first_bar + 7, kFinal.end_bar() - 1})
        track.pattern(bar, 1, fill, sample, tuned);
    track.strip.inserts = {eq({{"high_pass", 55}, {"bell", 400, -4, 1.0}, {"bell", 4000, 3, 0.8}})};
    track.strip.fader = decibels(-9);
    track.strip.pan = pan;
    return track.strip;
}

/// A roll that grows through the second half of the break into the last chorus.
Strip drum_roll(const Song& song) {
    Track track(song, "Drum Roll", "Toms", kMono);
    auto& clip = track.play(kBreak.end() - 8.0, "drum_roll", {.quarters = 8.0, .fade_in_ms = 900, .fade_out_ms = 20});
    clip.gain_points = {{{session::Unit::notes, 0.0}, decibels(-18), session::Shape::curve, 0.3},
                        {{session::Unit::notes, 7.5}, decibels(0), session::Shape::linear, 0.0}};
    track.strip.inserts = {eq({{"high_pass", 80}, {"high_shelf", 4000, 4}})};
    track.send("Hall", -14);
    track.strip.fader = decibels(-11);
    return track.strip;
}

}  // namespace

void add_drums(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(kick_body(song));
    tracks.push_back(kick_punch(song));
    tracks.push_back(kick_sub(song));
    tracks.push_back(snare_top(song));
    tracks.push_back(snare_dub(song));
    tracks.push_back(snare_ghosts(song));
    tracks.push_back(snaps(song));
    tracks.push_back(hat_closed(song));
    tracks.push_back(hat_open(song));
    tracks.push_back(hat_pedal(song));
    tracks.push_back(ride(song));
    tracks.push_back(crash(song, "Crash Left", "drum_splash_hard", -0.6, -14,
                           {kVerse.first_bar, kChorus.first_bar, kFinal.first_bar, kFinal.first_bar + 8}));
    tracks.push_back(
        crash(song, "Crash Right", "drum_cymbal_hard", 0.6, -13,
              {kChorus.first_bar, kChorus.first_bar + 4, kFinal.first_bar, kFinal.first_bar + 4, kOutro.first_bar}));
    tracks.push_back(reverse_cymbal(song));
    tracks.push_back(tom(song, "Tom High", "drum_tom_hi_hard", 52, 0.35, "........xx......"));
    tracks.push_back(tom(song, "Tom Middle", "drum_tom_mid_hard", 47, 0.0, "..........xx...."));
    tracks.push_back(tom(song, "Tom Low", "drum_tom_lo_hard", 43, -0.35, "............x.X."));
    tracks.push_back(drum_roll(song));
}

}  // namespace dubplate::demo
