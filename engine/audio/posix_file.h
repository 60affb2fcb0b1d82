#pragma once

/// Files as the system gives them: owned descriptors, whole reads and writes at 64-bit offsets, errors in words.
///
/// Threads: free functions, safe from anywhere. Errors: not_found (no such file), io; message is "what: the system's
/// words", where is the path.

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.h"

namespace dubplate::audio {

class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor();
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

struct FileStatus {
    std::int64_t bytes = 0;
    std::int64_t modified_ns = 0;  ///< since 1970
    std::uint64_t device = 0, inode = 0;
    /// When anything of it changed last, its name, rights and times too, which nobody can set. No part of ==.
    std::int64_t changed_ns = 0;

    friend bool operator==(const FileStatus& a, const FileStatus& b) {
        return a.bytes == b.bytes && a.modified_ns == b.modified_ns && a.device == b.device && a.inode == b.inode;
    }
};

/// `system_errno` as an Error: "cannot read: Input/output error".
Error system_error(std::string_view what, int system_errno, const std::string& path);

/// Opens a regular file. Anything else (folder, pipe, device) is `unsupported`: reading it could block for ever.
Result<Descriptor> open_for_reading(const std::string& path);
FileStatus file_status_of(const struct stat& status);
Result<FileStatus> status_of(const Descriptor& file, const std::string& path);

/// Reads until `bytes` are there or the file ends; answers how many were read.
Result<std::int64_t> read_at(const Descriptor& file, void* to, std::int64_t bytes, std::int64_t offset,
                             const std::string& path);
/// Writes all of it.
Result<void> write_at(const Descriptor& file, const void* from, std::int64_t bytes, std::int64_t offset,
                      const std::string& path);

/// `folder`, or the system's folder for temporary files where that is empty.
std::string scratch_folder_or_default(const std::string& folder);

}  // namespace dubplate::audio
