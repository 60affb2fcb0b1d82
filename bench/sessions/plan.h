#pragma once

/// What a generated session consists of: the session itself and the sound files it reads, before anything is written.

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "session-format/model/session.h"

namespace dubplate::bench {

enum class Sound {
    drums,     ///< bursts of falling sines and noise
    noise,     ///< hats, shakers, breaths
    plucked,   ///< decaying harmonic tones
    pad,       ///< slow tones
    response,  ///< exponentially decaying noise, for convolution
};

/// One file to be written: 24-bit WAV. Every channel is a performance of its own.
struct SoundFile {
    std::string name;
    Sound sound = Sound::drums;
    int channels = 1;
    FrameCount frames = 0;
    std::uint64_t seed = 0;
};

struct Plan {
    session::Session session;
    std::vector<SoundFile> files;
};

inline constexpr int kSampleRate = 48000;

struct PlanSettings {
    int tracks = 128;
    int seconds = 180;
    int repeat = 1;          ///< every track plays its file so many times, one after the other
    std::uint64_t seed = 0;  ///< another seed, another session; 0 is the reference
};

using Value = std::variant<session::Quantity, bool, std::string>;

/// An insert of the processor `kind` with these parameters, put into the order of its description. What the processor
/// does not have is our own mistake: std::logic_error naming it.
session::Insert make_insert(const std::string& kind, std::vector<std::pair<std::string, Value>> values);

inline session::Quantity hertz(double number) { return {session::Unit::hertz, number}; }
inline session::Quantity milliseconds(double number) { return {session::Unit::milliseconds, number}; }
inline session::Quantity percent(double number) { return {session::Unit::percent, number}; }
inline session::Quantity plain(double number) { return {session::Unit::none, number}; }

/// A four-band equaliser, low shelf, two bells, high shelf, as most strips have it.
struct Band {
    double frequency_hz = 1000.0, gain_db = 0.0, q = 0.707;
};
session::Insert make_eq(const std::array<Band, 4>& bands);
/// The same bands without phase, of 4096 frames.
session::Insert make_linear_eq(const std::array<Band, 4>& bands);

/// A compressor as other programs are asked for one: by power, with a hard knee.
struct Compression {
    double threshold_db = -20.0, ratio = 2.0, attack_ms = 10.0, release_ms = 100.0, makeup_db = 0.0;
};
session::Insert make_compressor(const Compression& settings);

/// "track_007".
std::string numbered(const char* word, int index, int digits);

session::Strip make_strip(std::string name, session::StripKind kind, Layout layout);

/// The master of the reference session: equaliser, compressor, look-ahead limiter.
inline constexpr std::array<Band, 4> kMasterBands{
    {{100.0, 1.5, 0.707}, {400.0, -1.5, 1.0}, {3000.0, 1.0, 0.8}, {10000.0, 1.5, 0.707}}};
inline constexpr Compression kMasterCompression{-14.0, 2.0, 30.0, 200.0, 1.0};
inline constexpr double kMasterCeilingDb = -1.0, kMasterLookaheadMs = 5.0, kMasterReleaseMs = 50.0;
session::Strip make_master();

}  // namespace dubplate::bench
