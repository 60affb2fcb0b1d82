#pragma once

/// What `dubplate` alone says: for someone who has just installed it. At most 24 lines of 80 columns.

#include <string_view>

namespace dubplate::cli {

std::string_view first_screen();

}  // namespace dubplate::cli
