#pragma once

/// What the engine takes for granted of a session, checked, so that one that was built in code and not validated
/// (session-format/json/validate.h) is refused and does no harm.
///
/// Here stands what nothing else finds on its way: that there is one master, that names are unique, that rates, layouts,
/// levels, pans and speeds are numbers within their ranges. Times, parameters, routing and stems are checked where they
/// are resolved. Sessions that were read pass always.
/// Threads: a plain function. Errors: bad_argument, the first one, with the strip.

#include "session-format/model/session.h"

namespace dubplate::render {

Result<void> check_form(const session::Session& session);

}  // namespace dubplate::render
