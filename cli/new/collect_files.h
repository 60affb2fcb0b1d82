#pragma once

/// The sound files that FILES_OR_FOLDERS stand for.
///
/// Folders are searched with all below them. Left out there, and counted: hidden files, files whose extension is none of
/// a sound, renders of ours (folders with a receipt). Links to folders are followed; no folder is entered twice.
/// Threads: pure but for reading folders. Errors: collected, all of them.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace dubplate::cli {

struct FoundFile {
    std::string path;       ///< as written, or the folder as written with what lies below
    bool is_named = false;  ///< by the user, not found in a folder
};

struct FoundFiles {
    std::vector<FoundFile> files = {};  ///< each once
    std::size_t hidden = 0, no_sound = 0;
    std::vector<std::string> renders = {};  ///< folders
    Diagnostics warnings = {};              ///< folders that could not be read, or go too deep
    std::vector<Error> errors = {};         ///< arguments that name nothing, more files than a session is made of
};

inline constexpr int kDeepestFolder = 16;
inline constexpr std::size_t kMostFiles = 10'000;

/// Whether a file of this name (without folder) is taken for a sound file: "Kick.WAV".
bool is_sound_name(const std::string& name);

FoundFiles collect_files(std::span<const std::string> arguments);

}  // namespace dubplate::cli
