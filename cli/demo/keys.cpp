#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Quantity;
using session::Strip;
using session::Unit;

/// One chord a bar that crossfades into the next: clips overlap by half a beat and the track crossfades overlaps.
void play_pad(Track& track, int first_bar, int end_bar, std::string_view sample, const int (&notes)[4],
              double offset_s) {
    for (int bar = first_bar; bar < end_bar; ++bar) {
        const bool first = bar == first_bar, last = bar + 1 == end_bar;
        track.note(at(bar), sample, notes[(bar - 1) % 4],
                   {.quarters = last ? 4.0 : 4.5,
                    .fade_in_ms = first ? 300.0 : 0.0,
                    .fade_out_ms = last ? 500.0 : 0.0,
                    .offset_s = offset_s});
    }
}

/// Rubbed glasses: a major chord in the recording. G major over E in the bass is an E minor seventh.
Strip glass_pad(const Song& song) {
    Track track(song, "Glass Pad", "Pads", kStereo);
    constexpr int kNotes[] = {55, 60, 55, 50};
    play_pad(track, kIntro.first_bar, kVerse.first_bar, "ambi_glass_hum", kNotes, 0.8);
    play_pad(track, kVerse.first_bar + 4, kVerse.end_bar(), "ambi_glass_hum", kNotes, 0.8);
    play_pad(track, kChorus.first_bar, kFinal.end_bar(), "ambi_glass_hum", kNotes, 0.8);
    play_pad(track, kOutro.first_bar, kOutro.end_bar(), "ambi_glass_hum", kNotes, 0.8);
    track.note(kOutro.end(), "ambi_glass_hum", 55,
               {.quarters = 8.0, .fade_in_ms = 60, .fade_out_ms = 3500, .offset_s = 0.8});
    track.strip.overlap = session::Overlap::crossfade;
    track.strip.inserts = {eq({{"high_pass", 120}, {"low_pass", 9000}, {"bell", 220, -3, 1.0}})};
    track.send("Hall", -11);
    track.strip.fader = decibels(-5);
    return track.strip;
}

/// A bowed fifth with slow beating.
Strip fifth_pad(const Song& song) {
    Track track(song, "Fifth Pad", "Pads", kStereo);
    constexpr int kNotes[] = {64, 60, 55, 62};
    play_pad(track, kVerse.first_bar, kVerse.end_bar(), "ambi_drone", kNotes, 0.0);
    play_pad(track, kBreak.first_bar, kFinal.end_bar(), "ambi_drone", kNotes, 0.0);
    track.strip.overlap = session::Overlap::crossfade;
    track.strip.inserts = {eq({{"high_pass", 180}, {"low_pass", 4000}})};
    track.lane("inserts/0/bands/1/frequency", {{kVerse.begin(), {Unit::hertz, 700}},
                                               {kVerse.end(), {Unit::kilohertz, 2.5}},
                                               {kBreak.begin(), {Unit::hertz, 500}},
                                               {kBreak.end(), {Unit::kilohertz, 8}}});
    track.send("Hall", -10);
    track.strip.fader = decibels(-12);
    return track.strip;
}

/// A low drone on E with fifth and seventh, under intro and break.
Strip drone(const Song& song) {
    Track track(song, "Drone", "Pads", kStereo);
    for (const Section* section : {&kIntro, &kBreak}) {
        auto& clip = track.note(section->begin(), "loop_drone_g_97", 40, {.fade_in_ms = 2500, .fade_out_ms = 2000});
        clip.length = Quantity{Unit::notes, 16.0};
        clip.loop = true;
    }
    track.strip.inserts = {eq({{"high_pass", 60}, {"low_pass", 900}})};
    track.strip.fader = decibels(-20);
    return track.strip;
}

Strip piano(const Song& song) {
    Track track(song, "Piano", "Keys", kStereo);
    const Play how{.fade_out_ms = 200};
    for (const int bar : {kIntro.first_bar, kIntro.first_bar + 2, kVerse.first_bar, kChorus.first_bar, kBreak.first_bar,
                          kBreak.first_bar + 2, kFinal.first_bar, kFinal.first_bar + 4, kFinal.first_bar + 8,
                          kOutro.first_bar, kOutro.end_bar()})
        track.note(at(bar), "ambi_piano", 40, how);
    for (const int bar : {kIntro.end_bar() - 1, kBreak.end_bar() - 1, kOutro.end_bar() - 1})
        track.note(at(bar), "ambi_piano", 38, how);
    track.strip.inserts = {eq({{"high_pass", 70}, {"bell", 90, -5, 0.8}, {"high_shelf", 500, 8}})};
    track.send("Hall", -10);
    track.strip.fader = decibels(-16);
    track.strip.pan = -0.15;
    return track.strip;
}

/// A tuned drum as mallets: the melody of verse and break.
Strip mallets(const Song& song) {
    Track track(song, "Mallets", "Keys", kMono);
    struct Note {
        double quarter;
        int pitch;
        double gain;
    };
    constexpr Note kMelody[] = {
        {0, 71, 0}, {0.75, 67, -3}, {1.5, 64, -2},  {2.5, 67, -4},  {4, 64, 0},  {5.5, 67, -2},  {7, 74, -1},
        {8, 71, 0}, {9, 74, -2},    {9.75, 71, -4}, {10.5, 67, -3}, {12, 69, 0}, {13.5, 66, -2}, {15, 62, -3},
    };
    for (const double begin : {kVerse.begin(), kVerse.begin() + 16, kBreak.begin(), kOutro.begin()})
        for (const Note& note : kMelody)
            track.note(begin + note.quarter, "tabla_tun1", note.pitch,
                       {.gain = note.gain, .quarters = 2.0, .fade_out_ms = 400});
    track.note(kOutro.end(), "tabla_tun1", 64, {.fade_out_ms = 400});
    track.strip.inserts = {eq({{"high_pass", 150}, {"bell", 2500, 4, 0.8}})};
    track.send("Echo", -12);
    track.send("Plate", -12);
    track.strip.fader = decibels(-12);
    track.strip.pan = 0.25;
    return track.strip;
}

/// Broken chords in eighths.
Strip bell_arpeggio(const Song& song) {
    Track track(song, "Bell Arpeggio", "Keys", kMono);
    constexpr int kSteps[] = {0, 1, 2, 1, 3, 2, 1, 2};
    for (const Section* section : {&kChorus, &kFinal})
        for (int bar = section->first_bar; bar < section->end_bar(); ++bar) {
            const Chord& chord = chord_of_bar(bar);
            const int notes[] = {chord.low + 12, chord.mid + 12, chord.high + 12, chord.low + 24};
            for (int eighth = 0; eighth < 8; ++eighth)
                track.note(at(bar, 2.0 * eighth), "elec_bell", notes[kSteps[eighth]],
                           {.gain = eighth % 4 == 0 ? 0.0 : -3.0});
        }
    track.strip.inserts = {eq({{"high_pass", 250}, {"high_shelf", 3000, 4}})};
    track.send("Echo", -13);
    track.send("Plate", -10);
    track.strip.fader = decibels(-10);
    track.strip.pan = -0.4;
    return track.strip;
}

/// Sixteenths off the beat that wander from side to side in the last chorus.
Strip ping(const Song& song) {
    Track track(song, "Ping", "Keys", kMono);
    for (int bar = kFinal.first_bar; bar < kFinal.end_bar(); ++bar) {
        const Chord& chord = chord_of_bar(bar);
        for (const int sixteenth : {3, 7, 10, 13, 15})
            track.note(at(bar, sixteenth), "elec_ping", (sixteenth % 2 ? chord.high : chord.mid) + 24,
                       {.gain = sixteenth == 10 ? 0.0 : -3.0});
    }
    track.strip.inserts = {eq({{"high_pass", 500}})};
    track.send("Echo", -8);
    track.strip.fader = decibels(-13);
    track.lane("pan", {{kFinal.begin(), {Unit::none, -0.7}},
                       {kFinal.begin() + 8, {Unit::none, 0.7}},
                       {kFinal.begin() + 16, {Unit::none, -0.7}},
                       {kFinal.begin() + 24, {Unit::none, 0.7}},
                       {kFinal.begin() + 32, {Unit::none, -0.7}},
                       {kFinal.end(), {Unit::none, 0.7}}});
    return track.strip;
}

Strip chimes(const Song& song) {
    Track track(song, "Chimes", "Keys", kMono);
    for (const int bar :
         {kVerse.first_bar + 4, kChorus.first_bar, kBreak.first_bar, kFinal.first_bar, kOutro.first_bar})
        track.note(at(bar), "elec_chime", 95, {});
    track.strip.inserts = {eq({{"high_pass", 900}})};
    track.send("Hall", -8);
    track.send("Echo", -14);
    track.strip.fader = decibels(-18);
    track.strip.pan = 0.5;
    return track.strip;
}

/// A rubbed glass that sings the top line of the last chorus.
Strip glass_lead(const Song& song) {
    Track track(song, "Glass Lead", "Keys", kStereo);
    constexpr int kNotes[] = {79, 76, 74, 78};
    for (int bar = kFinal.first_bar; bar < kFinal.end_bar(); ++bar)
        track.note(at(bar), "ambi_glass_rub", kNotes[(bar - 1) % 4],
                   {.quarters = 4.0, .fade_in_ms = 250, .fade_out_ms = 350});
    track.strip.inserts = {eq({{"high_pass", 300}, {"low_pass", 6000}})};
    track.send("Hall", -9);
    track.send("Echo", -14);
    track.strip.fader = decibels(-20);
    track.lane(
        "fader",
        {{kFinal.begin(), decibels(-26)}, {kFinal.begin() + 16, decibels(-20)}, {kFinal.end() - 4, decibels(-18)}});
    track.strip.pan = 0.15;
    return track.strip;
}

}  // namespace

void add_keys(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(glass_pad(song));
    tracks.push_back(fifth_pad(song));
    tracks.push_back(drone(song));
    tracks.push_back(piano(song));
    tracks.push_back(mallets(song));
    tracks.push_back(bell_arpeggio(song));
    tracks.push_back(ping(song));
    tracks.push_back(chimes(song));
    tracks.push_back(glass_lead(song));
}

}  // namespace dubplate::demo
