#include "cli/demo/inserts.h"
#include "cli/demo/parts.h"

namespace dubplate::demo {
namespace {

using session::decibels;
using session::Strip;

struct RiffNote {
    double sixteenth;
    double length;  ///< in sixteenths
    int interval;   ///< above the chord's bass note
    double gain;
};
constexpr RiffNote kVerseRiff[] = {{0, 6, 0, 0}, {7, 2, 12, -5}, {10, 4, 0, -1}, {14, 2, 7, -3}};
constexpr RiffNote kChorusRiff[] = {{0, 4, 0, 0},  {4, 2, 0, -4},  {6, 3, 12, -3},
                                    {10, 2, 0, 0}, {12, 2, 0, -4}, {14, 2, 7, -3}};

template <std::size_t N>
void play_riff(Track& track, const Section& section, int first_bar, const RiffNote (&riff)[N], std::string_view sample,
               int transpose) {
    for (int bar = first_bar; bar < section.end_bar(); ++bar)
        for (const RiffNote& note : riff)
            track.note(at(bar, note.sixteenth), sample, chord_of_bar(bar).bass + note.interval + transpose,
                       {.gain = note.gain, .quarters = note.length / 4.0, .fade_in_ms = 2, .fade_out_ms = 35});
}

/// Whole notes an octave band below everything else.
Strip sub_bass(const Song& song) {
    Track track(song, "Sub Bass", "Bass", kMono);
    for (const Section* section : {&kVerse, &kChorus, &kFinal, &kOutro})
        for (int bar = section->first_bar + (section == &kVerse ? 2 : 0); bar < section->end_bar(); ++bar)
            track.note(at(bar), "bass_woodsy_c", chord_of_bar(bar).bass,
                       {.quarters = 3.75, .fade_in_ms = 8, .fade_out_ms = 120});
    track.note(kOutro.end(), "bass_woodsy_c", 28, {.quarters = 6.0, .fade_in_ms = 8, .fade_out_ms = 1500});
    track.strip.inserts = {eq({{"high_pass", 30}, {"low_pass", 110}})};
    track.strip.fader = decibels(-13.5);
    return track.strip;
}

Strip bass_line(const Song& song) {
    Track track(song, "Bass Line", "Bass", kMono);
    play_riff(track, kVerse, kVerse.first_bar + 2, kVerseRiff, "bass_thick_c", 0);
    play_riff(track, kChorus, kChorus.first_bar, kChorusRiff, "bass_thick_c", 0);
    play_riff(track, kFinal, kFinal.first_bar, kChorusRiff, "bass_thick_c", 0);
    track.strip.inserts = {eq({{"high_pass", 45}, {"bell", 250, -2, 1.0}, {"bell", 700, 6, 0.7}}),
                           compressor({.threshold = -18, .ratio = 4, .attack_ms = 8, .release_ms = 140, .makeup = 3})};
    track.strip.fader = decibels(-7);
    return track.strip;
}

/// Edge for small loudspeakers, in the choruses only.
Strip bass_edge(const Song& song) {
    Track track(song, "Bass Edge", "Bass", kStereo);
    play_riff(track, kChorus, kChorus.first_bar, kChorusRiff, "bass_hard_c", 0);
    play_riff(track, kFinal, kFinal.first_bar, kChorusRiff, "bass_hard_c", 0);
    track.strip.inserts = {eq({{"high_pass", 160}, {"low_pass", 4500}})};
    track.strip.fader = decibels(-14);
    return track.strip;
}

Strip bass_wide(const Song& song) {
    Track track(song, "Bass Wide", "Bass", kStereo);
    for (int bar = kFinal.first_bar; bar < kFinal.end_bar(); ++bar)
        track.note(at(bar), "bass_trance_c", chord_of_bar(bar).bass + 12,
                   {.quarters = 3.9, .fade_in_ms = 15, .fade_out_ms = 80});
    track.strip.inserts = {eq({{"high_pass", 130}, {"low_pass", 2500}})};
    track.lane("inserts/0/bands/1/frequency",
               {{kFinal.begin(), {session::Unit::hertz, 600}}, {kFinal.begin() + 32, {session::Unit::kilohertz, 4}}},
               session::Shape::linear);
    track.strip.fader = decibels(-16);
    return track.strip;
}

}  // namespace

void add_bass(const Song& song, std::vector<Strip>& tracks) {
    tracks.push_back(sub_bass(song));
    tracks.push_back(bass_line(song));
    tracks.push_back(bass_edge(song));
    tracks.push_back(bass_wide(song));
}

}  // namespace dubplate::demo
