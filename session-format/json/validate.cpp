#include "session-format/json/validate.h"

#include <algorithm>

#include "session-format/json/write.h"

namespace dubplate::session {

ReadResult validate_session(const Session& session, ProcessorTable processors) {
    if (std::ranges::count(session.strips, StripKind::master, &Strip::kind) > 1) {
        ReadResult result;
        result.errors.push_back(
            {ErrorCode::bad_argument, "there is more than one master: a session has one", "/master"});
        return result;
    }
    ReadResult result = read_session(write_session(session), "", processors);
    result.session.folder = session.folder;
    return result;
}

}  // namespace dubplate::session
