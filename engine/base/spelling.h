#pragma once

/// Words for messages: "did you mean", lists, counts. Threads: pure functions.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dubplate {

/// The one of `words` that is fewest edits away (insert, delete, replace, swap neighbours; case counts as no edit), if
/// that is a third of its length or less; otherwise empty. Words beyond 64 characters are not looked at.
std::string_view closest_word(std::string_view written, std::span<const std::string_view> words);

/// ", did you mean 'threshold'?", or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> words);

/// The same, or where none is near what there is: "; there are 'a', 'b' or 'c'". Nothing without words.
std::string did_you_mean_or_list(std::string_view written, std::span<const std::string_view> words);

/// "'a', 'b' or 'c'"; longer lists are cut after 20 words.
std::string listed(std::span<const std::string_view> words);

/// "1 bus", "2 buses", "0 tracks".
std::string counted(std::size_t count, std::string_view what);

/// The first `bytes` of a UTF-8 text, or a little less so that no character is cut.
std::string_view cut(std::string_view text, std::size_t bytes);

}  // namespace dubplate
