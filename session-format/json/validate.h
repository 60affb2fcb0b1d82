#pragma once

/// Judges a session that was built in code by the rules a session file is read by, so that there is one set of them.
///
/// The answer's session is the one to render: strips in session order, a plain master where none was given, and nothing
/// kept that has no meaning (the bend of a straight fade). Its `folder` is that of the session given, its `file` is
/// empty: places are JSON pointers into what write_session() would write, "/tracks/0/inserts/1/threshold".
/// Errors: as read_session, all at once; `where` is the pointer.

#include "session-format/json/read.h"

namespace dubplate::session {

ReadResult validate_session(const Session& session, ProcessorTable processors);

}  // namespace dubplate::session
