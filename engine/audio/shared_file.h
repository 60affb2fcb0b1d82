#pragma once

/// A file that is read now and then, for as long as a session lives, without holding a descriptor all the time.
///
/// At most kMostOpenFiles descriptors are kept for all of them together, the ones used last, and at most half of what the
/// process may have (`ulimit -n`); the others are opened again when they are needed.
/// Threads: all functions are safe from several threads at once.
/// Errors: as open_for_reading; io if the file under this name is not the one it was any more.

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/audio/posix_file.h"

namespace dubplate::audio {

inline constexpr int kMostOpenFiles = 256;

class SharedFile {
public:
    /// `file`, just opened, is kept as long as there is room; `status` is what it was then.
    SharedFile(std::string path, FileStatus status, Descriptor file);
    ~SharedFile();
    SharedFile(const SharedFile&) = delete;
    SharedFile& operator=(const SharedFile&) = delete;

    const std::string& path() const { return path_; }
    const FileStatus& status() const { return status_; }
    /// Stays open at least as long as the answer is held.
    Result<std::shared_ptr<const Descriptor>> descriptor() const;
    /// One of the caller's own.
    Result<Descriptor> open() const;

private:
    std::string path_;
    FileStatus status_;
};

/// Closes the half of them that was not used for longest. False if none was open.
bool close_idle_descriptors();

/// What `open` answers: a function that makes a descriptor, or -1 and sets errno. It is called again after an
/// interruption, and as long as the process has no more descriptors but idle ones can be closed. errno is the last call's.
template <class Open>
Descriptor open_with_room(Open open) {
    for (;;) {
        Descriptor file(open());
        if (file.get() >= 0) return file;
        const int error = errno;
        const bool again = error == EINTR || ((error == EMFILE || error == ENFILE) && close_idle_descriptors());
        errno = error;
        if (!again) return file;
    }
}

}  // namespace dubplate::audio
