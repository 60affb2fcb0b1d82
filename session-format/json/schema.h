#pragma once

/// The JSON Schema (draft 2020-12) of session files, made from the processor descriptions, for editors and validators.

#include <string>

#include "engine/base/parameter.h"

namespace dubplate::session {

std::string session_schema(ProcessorTable processors);

}  // namespace dubplate::session
