#pragma once

/// A file that is read now and then, for as long as a session lives, without holding a descriptor all the time.
///
/// At most kMostOpenFiles descriptors are kept for all of them together, the ones used last; the others are opened
/// again when they are needed (fewer where the process may not have so many: `ulimit -n`).
/// Threads: all functions are safe from several threads at once.
/// Errors: as open_for_reading; io if the file under this name is not the one it was any more.

#include <cstdint>
#include <memory>
#include <string>

#include "engine/audio/posix_file.h"

namespace dubplate::audio {

inline constexpr int kMostOpenFiles = 256;

class SharedFile {
public:
    /// `opened` is what the file was when it was looked at first.
    SharedFile(std::string path, FileStatus opened);
    ~SharedFile();
    SharedFile(const SharedFile&) = delete;
    SharedFile& operator=(const SharedFile&) = delete;

    const std::string& path() const { return path_; }
    /// Stays open at least as long as the answer is held.
    Result<std::shared_ptr<const Descriptor>> descriptor() const;

private:
    Result<Descriptor> open() const;
    std::string path_;
    FileStatus opened_;
};

/// Closes the half of them that was not used for longest. False if none was open.
bool close_idle_descriptors();

}  // namespace dubplate::audio
