#pragma once

/// A session made of sound files: what `dubplate new` writes.
///
/// Each file becomes a track of its name that plays it whole, with every fader at 0 dB, into the master:
/// * two mono files that are left and right ("OH.L", "OH.R") become two mono tracks panned hard to the sides, into a
///   stereo bus of the name they share. A clip plays one file, so this is how a session holds the pair: each file is at
///   0 dB on its side and silent on the other, and fader and inserts of the bus treat both as one.
/// * a file of several channels becomes a track of its layout, or one mono track for each channel where the channels are
///   microphones rather than loudspeakers.
/// The files are only described here, nothing is opened. Threads: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/layout.h"
#include "engine/base/result.h"
#include "session-format/import/file_names.h"
#include "session-format/model/session.h"

namespace dubplate::session {

struct SoundFile {
    std::string path = {};                  ///< as the session is to name it
    std::string name = {};                  ///< without folder and extension
    std::vector<std::string> folders = {};  ///< outermost first, below the folder that all files have in common
    int sample_rate = 0;
    int channels = 0;
    std::int64_t frames = 0;                           ///< at its own rate, more than 0
    std::optional<Layout> layout = {};                 ///< that it names itself
    std::vector<std::string> channel_names = {};       ///< [channel], or empty
    std::optional<std::uint64_t> time_reference = {};  ///< frames at its own rate since midnight
};

/// Whether the channels of one file share a track.
enum class ChannelUse {
    automatic,  ///< they do if the file says or its count suggests that they are loudspeakers
    keep,       ///< they do, up to 16
    split,      ///< each gets a mono track
};

struct SessionRules {
    std::string name = {};
    int sample_rate = 0;  ///< 0: what most files have, of several the highest
    bool groups = false;  ///< a bus for each folder, or each part in front of names, that several share
    ChannelUse channels = ChannelUse::automatic;
    NamingRules naming = {};
    bool timecode = false;                   ///< files start at their time references
    std::optional<double> day_seconds = {};  ///< the session's start; absent: that of the earliest file
    double headroom_db = 0.0;                ///< the master's fader stands so far below 0 dB
};

struct SessionOfFiles {
    Session session = {};
    double seconds = 0.0;                 ///< to the end of the last file
    std::vector<std::string> notes = {};  ///< what was made of the files, a sentence each
    Diagnostics warnings = {};            ///< what may not be what was meant
};

/// Errors: bad_argument if a file starts before `day_seconds`.
Result<SessionOfFiles> session_of_files(std::vector<SoundFile> files, const SessionRules& rules);

}  // namespace dubplate::session
