#pragma once

/// Writes a session in its one canonical form: fixed key order, defaults left out, one breakpoint, clip or short object
/// a line, so that a changed value is a changed line. read(write(s)) == s for every session that was read (one built in code
/// may hold lanes and parameters in another order); write(read(write(s))) is the same text for every session that was read
/// or validated (validate.h); others may come out as text that the reader refuses.

#include <string>

#include "engine/base/result.h"
#include "session-format/model/session.h"

namespace dubplate::session {

std::string write_session(const Session& session);
/// Written beside and renamed. Errors: io.
Result<void> write_session_file(const Session& session, const std::string& path);

}  // namespace dubplate::session
