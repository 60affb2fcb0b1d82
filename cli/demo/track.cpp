#include "cli/demo/track.h"

#include <cassert>
#include <cmath>

#include "cli/demo/random.h"
#include "kernels/shared/math.h"

namespace dubplate::demo {
namespace {

using session::Clip;
using session::Fade;
using session::FadeShape;
using session::Quantity;
using session::Unit;

/// Speeds are written with six decimals: 0.002 cents, and a file one can read.
double tidy_speed(double speed) { return std::round(speed * 1e6) / 1e6; }
double tidy_gain(double db) { return std::round(db * 10.0) / 10.0; }

Quantity milliseconds(double ms) { return {Unit::milliseconds, ms}; }

Quantity note_length(double quarters) { return {Unit::notes, quarters}; }

std::uint64_t seed_of(std::string_view name) {
    std::uint64_t seed = 0;
    for (const char c : name) seed = mixed_bits(seed, static_cast<unsigned char>(c));
    return seed;
}

}  // namespace

const Chord& chord_of_bar(int bar) {
    static constexpr Chord kChords[] = {
        {28, 52, 55, 59},  // E1, E3 G3 B3
        {36, 52, 55, 60},  // C2, E3 G3 C4
        {31, 50, 55, 59},  // G1, D3 G3 B3
        {38, 50, 54, 57},  // D2, D3 F#3 A3
    };
    return kChords[(bar - 1) % 4];
}

Quantity position(double quarter) {
    assert(quarter >= 0.0);
    const auto ticks = static_cast<long long>(std::floor(quarter * session::kTicksPerBeat + 0.5));
    Quantity result;
    result.unit = Unit::bar_beat;
    result.bar = static_cast<int>(ticks / (4 * session::kTicksPerBeat)) + 1;
    result.beat = static_cast<int>(ticks / session::kTicksPerBeat % 4) + 1;
    result.tick = static_cast<int>(ticks % session::kTicksPerBeat);
    return result;
}

Track::Track(const Song& song, std::string name, std::string bus, Layout layout) : song_(song), seed_(seed_of(name)) {
    strip.name = std::move(name);
    strip.output = std::move(bus);
    strip.layout = layout;
}

Clip& Track::play(double quarter, std::string_view sample, const Play& how) {
    const SampleLibrary::Facts& facts = song_.samples().facts(sample);
    Clip clip;
    clip.name = std::string(sample);
    clip.file = song_.samples().path(sample);
    clip.start = position(quarter);
    clip.speed = tidy_speed(kernels::exp2(how.semitones / 12.0));
    clip.gain = session::decibels(tidy_gain(how.gain));
    clip.reverse = how.reverse;
    if (how.offset_s > 0.0) clip.offset = session::seconds(how.offset_s);
    const double left = (facts.seconds - how.offset_s) / clip.speed;
    double sounding = left;
    if (how.quarters > 0.0) {
        const double wanted = song_.seconds(quarter, quarter + how.quarters);
        if (wanted < left) {
            clip.length = note_length(how.quarters);
            sounding = wanted;
        }
    }
    if (how.fade_in_ms > 0.0)
        clip.fade_in =
            Fade{milliseconds(std::fmin(how.fade_in_ms, std::floor(sounding * 500.0))), FadeShape::equal_power};
    if (how.fade_out_ms > 0.0)
        clip.fade_out =
            Fade{milliseconds(std::fmin(how.fade_out_ms, std::floor(sounding * 500.0))), FadeShape::s_curve};
    // A recording with more channels than the track has gives its left one: these are mono recordings in stereo files.
    if (facts.channels > strip.layout.channels && strip.layout.channels == 1) clip.channels = {1};
    strip.clips.push_back(std::move(clip));
    return strip.clips.back();
}

Clip& Track::note(double quarter, std::string_view sample, double midi_note, Play how) {
    how.semitones += midi_note - root_note(sample);
    return play(quarter, sample, how);
}

void Track::pattern(int first_bar, int bars, std::string_view steps, std::string_view sample, const Play& how) {
    assert(steps.size() % 16 == 0);
    for (int bar = 0; bar < bars; ++bar)
        for (int step = 0; step < 16; ++step) {
            const char mark =
                steps[(static_cast<std::size_t>(bar) * 16 + static_cast<std::size_t>(step)) % steps.size()];
            if (mark == '.') continue;
            Play hit = how;
            hit.gain += mark == 'X' ? 0.0 : mark == 'x' ? -2.5 : mark == 'o' ? -7.0 : -12.0;
            // A player's hand: up to 1 dB and 5 ticks (3 ms), never before the first beat of the session.
            hit.gain += bipolar_noise(seed_, 2 * hits_);
            const double late = std::round(5.0 * bipolar_noise(seed_, 2 * hits_ + 1)) / session::kTicksPerBeat;
            ++hits_;
            play(std::fmax(0.0, at(first_bar + bar, step) + late), sample, hit);
        }
}

Clip& Track::loop(double from, double to, std::string_view sample, double beats, double gain) {
    const SampleLibrary::Facts& facts = song_.samples().facts(sample);
    Clip clip;
    clip.name = std::string(sample);
    clip.file = song_.samples().path(sample);
    clip.start = position(from);
    clip.length = note_length(to - from);
    clip.speed = tidy_speed(facts.seconds / song_.seconds(from, from + beats));
    clip.gain = session::decibels(tidy_gain(gain));
    clip.loop = to - from > beats;
    clip.fade_in = Fade{milliseconds(3), FadeShape::linear};
    clip.fade_out = Fade{milliseconds(10), FadeShape::linear};
    strip.clips.push_back(std::move(clip));
    return strip.clips.back();
}

void Track::swell(double quarter, std::string_view sample, double quarters, Play how) {
    how.reverse = true;
    how.quarters = quarters;
    how.fade_out_ms = 4.0;
    if (how.fade_in_ms <= 0.0) how.fade_in_ms = 400.0;
    play(quarter - quarters, sample, how);
}

void Track::lane(std::string target, std::initializer_list<std::pair<double, Quantity>> points, session::Shape shape) {
    session::Lane lane;
    lane.target = std::move(target);
    for (const auto& [quarter, value] : points) lane.points.push_back({position(quarter), value, shape, 0.0});
    strip.lanes.push_back(std::move(lane));
}

void Track::send(std::string to, double level_db, bool pre_fader) {
    session::Send send;
    send.to = std::move(to);
    send.level = session::decibels(level_db);
    send.pre_fader = pre_fader;
    strip.sends.push_back(std::move(send));
}

}  // namespace dubplate::demo
