#pragma once

/// A number with the unit it was written in: "-6.2 dB", "35 ms", "12.5 s", "1/8.", "2|3|120", 48000 (frames).
///
/// One parser, one printer: to_string(parse_quantity(text)) reads back as the same value, bit for bit (numbers are
/// printed with the fewest digits that read back exactly). Threads: plain values.

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace dubplate::session {

enum class Unit {
    none,          ///< plain number: frames where a time is wanted, a ratio, Q, pan position
    decibels,      ///< "dB"; "-inf dB" is allowed
    milliseconds,  ///< "ms"
    seconds,       ///< "s"
    hertz,         ///< "Hz"
    kilohertz,     ///< "kHz"
    percent,       ///< "%"
    notes,         ///< "1/8", "1/8." (dotted), "1/8t" (triplet), "3/4": `number` in quarter notes
    bar_beat,      ///< "bar|beat|tick": bar and beat from 1, 960 ticks to a beat of the meter in force
};

inline constexpr int kTicksPerBeat = 960;

struct Quantity {
    Unit unit = Unit::none;
    double number = 0.0;  ///< in `unit`; for notes in quarter notes; unused for bar_beat
    int bar = 0, beat = 0, tick = 0;

    friend bool operator==(const Quantity&, const Quantity&) = default;
};

/// Errors: bad_argument saying what was expected ("a time such as \"35 ms\", ..."); never NaN, infinity only as -inf dB.
Result<Quantity> parse_quantity(std::string_view text);
std::string to_string(const Quantity& quantity);

constexpr Quantity frames(double n) { return {Unit::none, n}; }
constexpr Quantity seconds(double s) { return {Unit::seconds, s}; }
constexpr Quantity decibels(double db) { return {Unit::decibels, db}; }

}  // namespace dubplate::session
