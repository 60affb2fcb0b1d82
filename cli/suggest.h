#pragma once

/// "Did you mean": the known name that is nearest to a misspelt one.

#include <span>
#include <string>
#include <string_view>

namespace dubplate::cli {

/// ", did you mean 'render'?", or "" where nothing is near: at most one mistake (a letter missing, added, wrong, or two
/// swapped) for every three letters.
std::string did_you_mean(std::string_view word, std::span<const std::string> names);

}  // namespace dubplate::cli
