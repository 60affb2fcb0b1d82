#pragma once

/// Text of strangers, safe to show: names, keys and paths may hold what a terminal obeys or what reverses a line.
/// Threads: pure functions.

#include <string>
#include <string_view>

namespace dubplate {

/// `text` with control characters (C0 but line breaks, DEL, C1), the marks that embed or override the direction of text
/// (U+202A to 202E, U+2066 to 2069) and bytes that are no UTF-8 written as "\x1b", "\u202e", "\xff".
std::string visible_text(std::string_view text);

bool is_utf8(std::string_view text);
/// The text itself where it is UTF-8, otherwise visible_text(): for JSON, which can hold nothing else.
std::string as_utf8(std::string_view text);

}  // namespace dubplate
