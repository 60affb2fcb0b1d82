#pragma once

/// The argument of --range: "A:B", "A:", ":B" or the name of one of the session's ranges. A and B are times in any unit
/// ("12.5 s", "2|3|120", 48000 frames) or names of markers.

#include <optional>
#include <string_view>

#include "engine/base/result.h"
#include "session-format/model/session.h"

namespace dubplate::cli {

struct TimeRange {
    std::optional<session::Quantity> from, to;  ///< absent: the session's start, its end
};

/// Errors: bad_argument that names what could not be understood, with the nearest name.
Result<TimeRange> parse_time_range(std::string_view text, const session::Session& session);

}  // namespace dubplate::cli
