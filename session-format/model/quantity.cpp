#include "session-format/model/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace dubplate::session {
namespace {

constexpr std::array<std::pair<std::string_view, Unit>, 7> kUnits = {{
    {"", Unit::none},
    {"dB", Unit::decibels},
    {"ms", Unit::milliseconds},
    {"s", Unit::seconds},
    {"Hz", Unit::hertz},
    {"kHz", Unit::kilohertz},
    {"%", Unit::percent},
}};

// Long enough for any number or position anyone writes; a longer text is a mistake, and is not repeated in full.
constexpr std::size_t kMaxLength = 100;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a decimal number off the front of `text`: digits, a point, an exponent, a sign. No "inf", no "nan", no hex.
std::optional<double> take_number(std::string_view& text) {
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    if (rest.empty() || !(is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1])))) return {};
    double number = 0.0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc{} || !std::isfinite(number)) return {};
    text = rest.substr(static_cast<std::size_t>(end - rest.data()));
    return negative && number != 0.0 ? -number : number;
}

std::optional<int> take_integer(std::string_view& text) {
    if (text.empty() || !is_digit(text[0])) return {};
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// Quarter notes of `numerator`/`denominator` with a suffix of note values. One rounding each, so that 1/8t is 1/12.
double quarters(double numerator, int denominator, char suffix) {
    if (suffix == '.') return numerator * 6.0 / denominator;
    if (suffix == 't') return numerator * 8.0 / (3.0 * denominator);
    return numerator * 4.0 / denominator;
}

Result<Quantity> parse_bar_beat(std::string_view text) {
    Quantity position{Unit::bar_beat};
    std::string_view rest = text;
    const auto bar = take_integer(rest);
    if (bar && rest.starts_with('|')) {
        rest.remove_prefix(1);
        const auto beat = take_integer(rest);
        std::optional<int> tick = 0;
        if (beat && rest.starts_with('|')) {
            rest.remove_prefix(1);
            tick = take_integer(rest);
        }
        if (beat && tick && rest.empty()) {
            if (*bar < 1 || *beat < 1)
                return fail(ErrorCode::bad_argument, fmt::format("'{}': bars and beats count from 1", text));
            if (*tick >= kTicksPerBeat)
                return fail(ErrorCode::bad_argument,
                            fmt::format("'{}': a beat has {} ticks, 0 to {}", text, kTicksPerBeat, kTicksPerBeat - 1));
            position.bar = *bar;
            position.beat = *beat;
            position.tick = *tick;
            return position;
        }
    }
    return fail(ErrorCode::bad_argument,
                fmt::format("'{}' is no position: write bar|beat or bar|beat|tick, such as '17|1' or '2|3|120'", text));
}

Result<Quantity> parse_notes(std::string_view text, double numerator, std::string_view rest) {
    rest.remove_prefix(1);  // the stroke
    const auto denominator = take_integer(rest);
    const char suffix = rest.size() == 1 ? rest[0] : ' ';
    if (!denominator || *denominator < 1 || !(rest.empty() || suffix == '.' || suffix == 't'))
        return fail(
            ErrorCode::bad_argument,
            fmt::format("'{}' is no note value: write '1/8', '1/8.' (dotted), '1/8t' (triplet) or '3/4'", text));
    const double number = quarters(numerator, *denominator, suffix);
    if (!std::isfinite(number)) return fail(ErrorCode::bad_argument, fmt::format("'{}' is too large", text));
    return Quantity{Unit::notes, number};
}

/// The unit that was probably meant by a misspelt one: same letters, other case, or another common way to write it.
std::string_view meant_unit(std::string_view written) {
    std::string lower;
    for (const char c : written) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kMeant = {{
        {"db", "dB"},
        {"dbfs", "dB"},
        {"ms", "ms"},
        {"msec", "ms"},
        {"s", "s"},
        {"sec", "s"},
        {"second", "s"},
        {"seconds", "s"},
        {"hz", "Hz"},
        {"hertz", "Hz"},
        {"khz", "kHz"},
        {"k", "kHz"},
        {"percent", "%"},
        {"milliseconds", "ms"},
        {"decibel", "dB"},
        {"decibels", "dB"},
    }};
    for (const auto& [wrong, right] : kMeant)
        if (lower == wrong) return right;
    return {};
}

std::string notes_to_string(double number) {
    for (const int denominator : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512})
        for (const char* suffix : {"", ".", "t"}) {
            if (denominator < 4 && *suffix == '.') continue;  // 3/4 and 3/2 rather than 1/2. and 1/1.
            if (quarters(1.0, denominator, *suffix) == number) return fmt::format("1/{}{}", denominator, suffix);
        }
    for (const int denominator : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}) {
        const double numerator = number * denominator / 4.0;
        if (std::floor(numerator) == numerator && std::fabs(numerator) < 1e9)
            return fmt::format("{}/{}", static_cast<long long>(numerator), denominator);
    }
    // Any other number of quarters: quarters(n, 4) is n exactly.
    return to_string(Quantity{Unit::none, number}) + "/4";
}

}  // namespace

Result<Quantity> parse_quantity(std::string_view text) {
    if (text.size() > kMaxLength)
        return fail(ErrorCode::bad_argument, fmt::format("a text of {} bytes is no quantity", text.size()));
    if (text == "-inf dB") return Quantity{Unit::decibels, -std::numeric_limits<double>::infinity()};
    if (text.find('|') != std::string_view::npos) return parse_bar_beat(text);
    std::string_view rest = text;
    const auto number = take_number(rest);
    if (!number)
        return fail(
            ErrorCode::bad_argument,
            fmt::format("'{}' is no quantity: write a number with a unit, such as '-6.2 dB', '35 ms', '12.5 s', "
                        "'1.2 kHz', '50 %', a note value ('1/8.') or a position ('2|3|120')",
                        text));
    if (rest.starts_with('/')) return parse_notes(text, *number, rest);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    for (const auto& [name, unit] : kUnits)
        if (rest == name && (unit != Unit::none || !text.ends_with(' '))) return Quantity{unit, *number};
    const std::string_view meant = meant_unit(rest);
    return fail(ErrorCode::bad_argument,
                meant.empty() ? fmt::format("'{}' has an unknown unit: there are dB, ms, s, Hz, kHz and %", text)
                              : fmt::format("'{}' has an unknown unit, did you mean '{}'?", text, meant));
}

std::string to_string(const Quantity& quantity) {
    if (quantity.unit == Unit::bar_beat)
        return quantity.tick == 0 ? fmt::format("{}|{}", quantity.bar, quantity.beat)
                                  : fmt::format("{}|{}|{}", quantity.bar, quantity.beat, quantity.tick);
    if (quantity.unit == Unit::notes) return notes_to_string(quantity.number);
    if (quantity.unit == Unit::decibels && std::isinf(quantity.number) && quantity.number < 0.0) return "-inf dB";
    std::array<char, 32> digits;
    const double number = quantity.number == 0.0 ? 0.0 : quantity.number;  // no "-0"
    // Whole numbers without an exponent: 10000000 frames, not 1e+07.
    const bool whole = std::fabs(number) < 9007199254740992.0 && std::floor(number) == number;
    const auto end = whole ? std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<long long>(number))
                           : std::to_chars(digits.data(), digits.data() + digits.size(), number);
    std::string text(digits.data(), end.ptr);
    for (const auto& [name, unit] : kUnits)
        if (unit == quantity.unit && unit != Unit::none) text.append(" ").append(name);
    return text;
}

}  // namespace dubplate::session
