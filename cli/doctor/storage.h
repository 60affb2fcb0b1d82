#pragma once

/// The folders that a render writes to. Threads: plain functions; nothing stays behind.

#include <string>

#include "cli/doctor/finding.h"

namespace dubplate::cli {

/// Where decoded audio is kept while a render runs: problems where it is missing, cannot be written, or is full.
Finding check_temporary_folder(const std::string& folder);
/// Where files go unless -o says otherwise: notes only, since it may.
Finding check_current_folder();
/// How fast the current folder takes files: at most 64 MiB or half a second of writing, removed again.
Finding time_current_folder();

}  // namespace dubplate::cli
