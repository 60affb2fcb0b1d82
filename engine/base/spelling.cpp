#include "engine/base/spelling.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace dubplate {
namespace {

constexpr std::size_t kLongest = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Optimal string alignment distance, in three rows of the usual table.
std::size_t distance(std::string_view a, std::string_view b) {
    std::array<std::size_t, kLongest + 1> before_last{}, last{}, row{};
    for (std::size_t column = 0; column <= b.size(); ++column) last[column] = column;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const bool same = lower(a[i - 1]) == lower(b[k - 1]);
            row[k] = std::min({last[k] + 1, row[k - 1] + 1, last[k - 1] + (same ? 0 : 1)});
            if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) && lower(a[i - 2]) == lower(b[k - 1]))
                row[k] = std::min(row[k], before_last[k - 2] + 1);
        }
        before_last = last;
        last = row;
    }
    return last[b.size()];
}

}  // namespace

std::string_view closest_word(std::string_view written, std::span<const std::string_view> words) {
    std::string_view closest;
    std::size_t fewest = kLongest;
    if (written.size() > kLongest) return closest;
    for (const std::string_view word : words) {
        if (word.size() > kLongest) continue;
        const std::size_t edits = distance(written, word);
        const std::size_t allowed = std::max<std::size_t>(1, std::max(word.size(), written.size()) / 3);
        if (edits < fewest && edits <= allowed && edits < word.size()) {
            fewest = edits;
            closest = word;
        }
    }
    return closest;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> words) {
    const std::string_view closest = closest_word(written, words);
    return closest.empty() ? std::string() : fmt::format(", did you mean '{}'?", closest);
}

std::string did_you_mean_or_list(std::string_view written, std::span<const std::string_view> words) {
    std::string meant = did_you_mean(written, words);
    if (!meant.empty() || words.empty()) return meant;
    return fmt::format("; there {} {}", words.size() == 1 ? "is" : "are", listed(words));
}

std::string listed(std::span<const std::string_view> words) {
    constexpr std::size_t kMost = 20;
    std::string text;
    const std::size_t shown = std::min(words.size(), kMost);
    for (std::size_t index = 0; index < shown; ++index) {
        if (index > 0) text += index + 1 == shown && shown == words.size() ? " or " : ", ";
        text += fmt::format("'{}'", words[index]);
    }
    if (shown < words.size()) text += ", ...";
    return text;
}

std::string counted(std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : what.ends_with('s') ? "es" : "s");
}

std::string_view cut(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

}  // namespace dubplate
