#pragma once

/// The SESSION argument, shared by the commands that read one.

#include <optional>
#include <string>

#include "session-format/model/session.h"

namespace dubplate::cli {

/// Reads the session. All mistakes go to stderr, then nothing is returned and the command ends with
/// Exit::session_unreadable. Warnings go to stderr unless `quiet`.
std::optional<session::Session> read_session_argument(const std::string& path, bool quiet = false);

}  // namespace dubplate::cli
