#pragma once

#include <mutex>

namespace dubplate::audio {

/// libsndfile keeps the error and the log of a failed open in static memory: opening and asking why it failed must not
/// happen on two threads at once. Everything later is per handle.
std::mutex& sndfile_open_mutex();

}  // namespace dubplate::audio
