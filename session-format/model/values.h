#pragma once

/// From what a session says to what a processor takes: quantities in the base units of a parameter's description.
///
/// Base units: dB, Hz, seconds, percent, a plain number; 0 or 1 for toggles, the index of the word for choices.
/// Everything here checks: unit, range, choice, required ones. Messages say what was expected, without a place.
/// Threads: pure functions. Errors: bad_argument.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/parameter.h"
#include "session-format/model/session.h"

namespace dubplate::session {

/// "-inf dB" is this where a number must be finite: processors and faders take it for silence.
inline constexpr double kSilenceDecibels = -144.0;

/// Converts where the unit alone can tell: not note values, which need the tempo map. No range is checked.
Result<double> to_base_unit(const Quantity& quantity, ParameterUnit unit, double sample_rate);

struct BaseValue {
    double value = 0.0;              ///< of a note value: at the tempo of the session's start
    std::optional<double> quarters;  ///< of a beat_time parameter written as a note value: its quarter notes
};

/// A value that stands in a session (or in a lane) for a parameter that is no file. A note value must fit the range at
/// the slowest and the fastest tempo there is.
Result<BaseValue> base_value(const ParameterDescription& parameter,
                             const std::variant<Quantity, bool, std::string>& written, const TempoMap& tempo_map);

/// All parameters of one insert, flat: plain ones, then each group member's (see parameter_index).
struct InsertValues {
    std::vector<double> values;                   ///< [parameter], at the session's start
    std::vector<std::optional<double>> quarters;  ///< [parameter], where written as a note value: follow the tempo map
    std::size_t group_size = 0;
    std::string file;  ///< of the description's file parameter, as written; its entry in `values` is 0
};

/// What is not written stands at its standard. `description` must be that of insert.processor.
Result<InsertValues> insert_values(const Insert& insert, const ProcessorDescription& description,
                                   const TempoMap& tempo_map);

/// How many members of the group an insert has: one more than the highest index written.
std::size_t group_size(const Insert& insert, const ProcessorDescription& description);

/// "-60 dB", "0.005 s", "20 Hz", "3": a value in base units as a person would write it.
std::string base_to_string(double value, ParameterUnit unit);

}  // namespace dubplate::session
