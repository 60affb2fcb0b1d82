#pragma once

/// Looks into the files that were found: headers only, no audio. Threads: plain functions.

#include <filesystem>
#include <vector>

#include "cli/new/collect_files.h"
#include "session-format/import/sound_files.h"

namespace dubplate::cli {

struct DescribedFiles {
    std::vector<session::SoundFile> files = {};
    Diagnostics warnings = {};  ///< found in a folder and left out: unreadable, empty, a name that no session can hold
    std::vector<Error> errors = {};  ///< the same of files that were named
};

/// `session_folder`: where the session will stand, which its paths start from.
DescribedFiles describe_files(const std::vector<FoundFile>& found, const std::filesystem::path& session_folder);

/// How a session in `session_folder` names a file: relative to the folder where both have more than the root in common,
/// so that they can be moved together; otherwise from the root. Both must be absolute.
std::string path_in_session(const std::filesystem::path& file, const std::filesystem::path& session_folder);

}  // namespace dubplate::cli
