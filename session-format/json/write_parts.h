#pragma once

/// The strips' half of the writer. Internal to session-format/json.

#include "session-format/json/layout_text.h"
#include "session-format/model/session.h"

namespace dubplate::session::json {

/// A plain number as a number, everything else as text.
Item quantity_item(const Quantity& quantity);
Item strip_item(const Strip& strip);

}  // namespace dubplate::session::json
