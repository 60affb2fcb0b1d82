#pragma once

/// Sessions that hold everything the format can say, made from a seed: for round trips.

#include <cstdint>

#include "session-format/model/session.h"

namespace dubplate::session::test {

/// Always one the reader accepts, with the processors of processors.h.
Session random_session(std::uint64_t seed);

}  // namespace dubplate::session::test
