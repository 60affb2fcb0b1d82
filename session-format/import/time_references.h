#pragma once

/// Where files start that say when they were recorded. Threads: pure functions.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "session-format/import/sound_files.h"

namespace dubplate::session {

struct PlacedFiles {
    std::vector<FrameCount> starts = {};  ///< [file], at the session's rate
    double day_seconds = 0.0;             ///< the time of day that is the session's start
    bool any = false;                     ///< at least one file says when it was recorded
};

/// Files that do not say start with the session, with a warning; so is a silence of minutes that nobody recorded.
/// Errors: bad_argument if a file starts before `day_seconds`.
Result<PlacedFiles> place_by_time_reference(std::span<const SoundFile> files, int sample_rate,
                                            std::optional<double> day_seconds, Diagnostics& warnings);

/// "10:00:00", "10:00:00.5" as seconds. Errors: bad_argument.
Result<double> parse_time_of_day(const std::string& text);
/// "10:00:00.500".
std::string time_of_day(double seconds);

}  // namespace dubplate::session
