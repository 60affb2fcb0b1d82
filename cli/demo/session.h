#pragma once

/// The demo: a song of 40 bars and more than 32 tracks over sonic-pi-samples, mixed as one would mix it.
///
/// Everything the engine offers is in it: tempo ramps, nested buses, parallel compression, side-chains, three
/// convolution returns, an echo in note values, automation, fades, crossfades, loops stretched by speed, reversed
/// clips, stems. Same samples, same session. Threads: any.

#include <string>

#include "cli/demo/samples.h"
#include "session-format/model/session.h"

namespace dubplate::demo {

inline constexpr const char* kSessionFile = "session.dub.json";

/// The responses it refers to are written by write_responses() into the session's folder.
Result<session::Session> make_session(const SampleLibrary& samples);

}  // namespace dubplate::demo
