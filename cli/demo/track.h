#pragma once

/// How parts are written down: a Song knows form, chords and tempo; a Track turns hits, notes and loops into clips.
///
/// Times are quarter notes from the session's start, in 4/4; they become bar|beat|tick in the session, so that the
/// parts follow the tempo map. Gains are in dB, pitches MIDI note numbers.
/// Determinism: timing and level of repeated hits vary a little, by a counter-based generator keyed by track and hit.
/// Threads: one caller at a time.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/demo/samples.h"
#include "session-format/model/session.h"

namespace dubplate::demo {

struct Section {
    const char* name;
    int first_bar;  ///< from 1
    int bars;

    constexpr int end_bar() const { return first_bar + bars; }  ///< the bar after its last
    constexpr double begin() const { return 4.0 * (first_bar - 1); }
    constexpr double end() const { return begin() + 4.0 * bars; }
};

inline constexpr Section kIntro{"Intro", 1, 4};
inline constexpr Section kVerse{"Verse", 5, 8};
inline constexpr Section kChorus{"Chorus", 13, 8};
inline constexpr Section kBreak{"Break", 21, 4};
inline constexpr Section kFinal{"Final chorus", 25, 12};
inline constexpr Section kOutro{"Outro", 37, 4};
inline constexpr const Section* kForm[] = {&kIntro, &kVerse, &kChorus, &kBreak, &kFinal, &kOutro};

/// One chord a bar, round and round: E minor, C, G, D.
struct Chord {
    int bass;            ///< lowest note, octave 1-2
    int low, mid, high;  ///< close position in octave 3-4
};
const Chord& chord_of_bar(int bar);

/// Beginning of a bar, and of a sixteenth within it (both may run over).
constexpr double at(int bar, double sixteenth = 0.0) { return 4.0 * (bar - 1) + sixteenth / 4.0; }
session::Quantity position(double quarter);

class Song {
public:
    Song(const SampleLibrary& samples, session::TempoMap tempo_map, double sample_rate)
        : samples_(samples), tempo_map_(std::move(tempo_map)), sample_rate_(sample_rate) {}
    const SampleLibrary& samples() const { return samples_; }
    /// How long this stretch lasts.
    double seconds(double from_quarter, double to_quarter) const {
        return (tempo_map_.frame_at_quarter(to_quarter) - tempo_map_.frame_at_quarter(from_quarter)) / sample_rate_;
    }

private:
    const SampleLibrary& samples_;
    session::TempoMap tempo_map_;
    double sample_rate_;
};

/// How one clip is to sound; everything may be left out.
struct Play {
    double gain = 0.0;       ///< dB
    double semitones = 0.0;  ///< transposition by speed
    double quarters = 0.0;   ///< how long, 0: to the sample's end
    double fade_in_ms = 0.0;
    double fade_out_ms = 15.0;
    double offset_s = 0.0;
    bool reverse = false;
};

class Track {
public:
    Track(const Song& song, std::string name, std::string bus, Layout layout);

    /// The strip as it stands: fader, pan, inserts, sends and lanes are written straight into it.
    session::Strip strip;

    session::Clip& play(double quarter, std::string_view sample, const Play& how = {});
    session::Clip& note(double quarter, std::string_view sample, double midi_note, Play how = {});
    /// Sixteen characters a bar: X accent, x normal, o soft, - ghost, . rest; repeated for `bars`.
    void pattern(int first_bar, int bars, std::string_view steps, std::string_view sample, const Play& how = {});
    /// A loop of `beats` quarter notes, played at the speed that fits them to the tempo, over [from, to).
    session::Clip& loop(double from, double to, std::string_view sample, double beats, double gain = 0.0);
    /// Runs backwards so that the sound's attack falls on `quarter`.
    void swell(double quarter, std::string_view sample, double quarters, Play how = {});

    void lane(std::string target, std::initializer_list<std::pair<double, session::Quantity>> points,
              session::Shape shape = session::Shape::linear);
    void send(std::string to, double level_db, bool pre_fader = false);

private:
    const Song& song_;
    unsigned long long seed_;
    unsigned long long hits_ = 0;
};

}  // namespace dubplate::demo
