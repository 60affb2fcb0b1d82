#include "cli/suggest.h"

#include <algorithm>
#include <vector>

namespace dubplate::cli {
namespace {

/// Damerau-Levenshtein distance in its restricted form (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
    }
    return above[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
    constexpr std::size_t kLongest = 64;  // no name is as long; the table stays small whatever was typed
    if (word.size() > kLongest) return "";
    const std::string* nearest = nullptr;
    std::size_t smallest = 0;
    for (const std::string& name : names) {
        const std::size_t mistakes = distance(word, name);
        if (mistakes > (std::max(word.size(), name.size()) + 2) / 3) continue;
        if (nearest != nullptr && mistakes >= smallest) continue;
        nearest = &name;
        smallest = mistakes;
    }
    return nearest == nullptr ? "" : ", did you mean '" + *nearest + "'?";
}

}  // namespace dubplate::cli
