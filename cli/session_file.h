#pragma once

/// The SESSION argument, shared by the commands that read one. What is no session is told with the one that was probably
/// meant: the nearest name beside a missing file, the session inside a folder, `dubplate new` for a sound file.

#include <optional>
#include <string>
#include <vector>

#include "session-format/json/read.h"
#include "session-format/model/session.h"

namespace dubplate::cli {

/// What reading a session had to say, for who wants more of it than text on stderr.
struct SessionMessages {
    Diagnostics warnings;
    std::vector<Error> errors;
};

/// Reads the session. All mistakes go to stderr, then nothing is returned and the command ends with
/// Exit::session_unreadable. Warnings go to stderr unless `quiet`. Both are also added to `messages`, if given.
std::optional<session::Session> read_session_argument(const std::string& path, bool quiet = false,
                                                      SessionMessages* messages = nullptr);

/// The text alone; nothing after it was told why there is none.
std::optional<std::string> read_text_argument(const std::string& path, SessionMessages* messages = nullptr);

/// The session of what was read, or nothing after its mistakes were told, as above. `name` is for messages.
std::optional<session::Session> take_session(session::ReadResult read, const std::string& name, bool quiet = false,
                                             SessionMessages* messages = nullptr);

}  // namespace dubplate::cli
