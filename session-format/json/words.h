#pragma once

/// The words a session file uses for choices, once for reader, writer and schema, in the order of the enums.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "session-format/model/session.h"

namespace dubplate::session::json {

inline constexpr std::string_view kPanLaws[] = {"-3 dB", "-4.5 dB", "-6 dB", "linear"};
inline constexpr std::string_view kShapes[] = {"hold", "linear", "curve"};
inline constexpr std::string_view kFadeShapes[] = {"linear",      "equal power", "logarithmic",
                                                   "exponential", "s-curve",     "custom"};
inline constexpr std::string_view kOverlaps[] = {"sum", "top", "crossfade"};
inline constexpr std::string_view kSendTaps[] = {"pre fader", "post fader"};
inline constexpr std::string_view kKeyTaps[] = {"pre inserts", "pre fader", "post fader"};  // and "inserts/2"
inline constexpr std::string_view kStemRules[] = {"each bus", "each track"};
inline constexpr std::string_view kStemReturns[] = {"own", "shared"};

/// Keys of an insert that are no parameters; no processor may name a parameter or group so.
inline constexpr std::string_view kInsertKeys[] = {"processor", "name", "bypass", "key"};

template <class Enum>
std::string_view word_of(std::span<const std::string_view> words, Enum value) {
    return words[static_cast<std::size_t>(value)];
}

inline std::optional<std::size_t> index_of_word(std::span<const std::string_view> words, std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return {};
    return static_cast<std::size_t>(found - words.begin());
}

}  // namespace dubplate::session::json
