#pragma once

/// What a processor says of itself and of its parameters, once, for everyone: the session reader validates inserts
/// with it, automation finds its targets in it, `dubplate processors`, the JSON Schema and the docs are made from it.
///
/// Threads: descriptions are constants with static lifetime; everything may read them at once.

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace dubplate {

/// Unit of a parameter's value inside the engine. A session may write others that convert ("35 ms", "1.2 kHz", "1/8.").
enum class ParameterUnit {
    plain,      ///< a number without a unit: Q, ratio, pan position
    decibels,   ///< dB
    hertz,      ///< Hz
    seconds,    ///< s; a session may write ms, s or frames
    beat_time,  ///< s; as seconds, but may also be a note value ("1/8.") that follows the tempo map
    percent,    ///< 0..100
    toggle,     ///< 0 or 1; true/false in a session
    choice,     ///< index into `choices`; the word in a session
    file,       ///< text: a sound file relative to the session; never automated
};

/// When a parameter may move, and how often a processor sees its value.
enum class Motion {
    fixed,      ///< set once; a lane on it is an error
    per_block,  ///< on the absolute 64-frame grid (filters, times, thresholds)
    per_frame,  ///< evaluated at every frame in closed form, breakpoints exact to the frame (gains, pan)
};

struct ParameterDescription {
    std::string_view name;  ///< the key in a session, snake_case
    ParameterUnit unit = ParameterUnit::plain;
    double minimum = 0.0;
    double maximum = 1.0;
    double standard = 0.0;  ///< the value where a session says nothing
    Motion motion = Motion::per_block;
    std::string_view help;                           ///< one line, full sentence without a full stop
    std::span<const std::string_view> choices = {};  ///< only for ParameterUnit::choice
    bool required = false;                           ///< a session must name it (the file of a convolution)
};

/// What happens to a sum that passes through: decides how a bus's processors are shared out among stems.
enum class Behaviour {
    linear,     ///< f(a + b) = f(a) + f(b): every stem runs its own copy
    gain,       ///< multiplies by a gain found from the whole signal: stems apply the whole's gain
    nonlinear,  ///< neither: stems run copies, and the receipt names what is left over
};

/// One kind of processor. `group` describes a repeated set of parameters (the bands of an EQ), written in a session as
/// an array of objects under `group_name` and addressed as "bands/0/gain"; empty where there is none.
struct ProcessorDescription {
    std::string_view name;   ///< the key in a session: "compressor"
    std::string_view title;  ///< "Compressor"
    std::string_view help;   ///< one sentence
    Behaviour behaviour = Behaviour::linear;
    bool takes_key = false;  ///< has a side-chain input
    std::span<const ParameterDescription> parameters = {};
    std::string_view group_name = {};
    std::size_t group_maximum = 0;
    std::span<const ParameterDescription> group = {};
    std::string_view details = {};  ///< paragraphs for the docs: formulae, sources, latency, tail (Markdown)
};

/// All processors that can stand in a session, in the order in which they are shown.
using ProcessorTable = std::span<const ProcessorDescription* const>;

/// Values of one insert are kept flat: the plain parameters in order, then each group member's in order. These answer
/// where "bands/1/gain" lies; `npos` where the description has no such parameter.
inline constexpr std::size_t kNoParameter = std::numeric_limits<std::size_t>::max();
std::size_t parameter_count(const ProcessorDescription& description, std::size_t group_size);
std::size_t parameter_index(const ProcessorDescription& description, std::string_view path);
const ParameterDescription& parameter_at(const ProcessorDescription& description, std::size_t index);

}  // namespace dubplate
