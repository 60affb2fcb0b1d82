#pragma once

/// Reads a session file (*.dub.json, docs/session-format.md).
///
/// Reading never guesses: every mistake is an Error whose `where` is "file:line:column (/json/pointer)" and whose
/// message says what to do ("unknown key 'treshold', did you mean 'threshold'?"). All mistakes of a file are listed at
/// once, in order of place. Limits: docs/limits.md.

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/parameter.h"
#include "session-format/model/session.h"

namespace dubplate::session {

/// Either a session, or why not: `errors` is empty exactly if `session` is whole.
struct ReadResult {
    Session session;
    std::vector<Error> errors;
    Diagnostics diagnostics;
};

ReadResult read_session(std::string_view text, const std::string& file_name, ProcessorTable processors);
/// The whole of a file or stream as it stands. Errors: not_found, io, unsupported (beyond 512 MiB).
Result<std::string> read_session_text(const std::string& path);
Result<std::string> read_session_text(std::FILE* stream, const std::string& name);
ReadResult read_session_file(const std::string& path, ProcessorTable processors);

}  // namespace dubplate::session
