#pragma once

/// A file that appears under its name whole or not at all: written as "NAME.PID.part" beside it, renamed by commit().
///
/// Threads: one caller at a time. Errors: io with the final path. Destroyed before commit() it leaves nothing behind.

#include <cstdint>
#include <memory>
#include <string>

#include "engine/audio/posix_file.h"

namespace dubplate::audio {

class OutputFile {
public:
    static Result<OutputFile> create(const std::string& path);
    OutputFile(OutputFile&&) noexcept = default;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    const std::string& path() const { return path_; }
    const std::string& temporary_path() const { return temporary_path_; }
    const Descriptor& descriptor() const { return file_; }

    /// Asks for room in one piece. A wish: where the file system cannot, nothing happens.
    void preallocate(std::int64_t bytes);
    Result<void> write(const void* from, std::int64_t bytes, std::int64_t offset);
    Result<void> truncate(std::int64_t bytes);
    /// Closes the file and gives it its name.
    Result<void> commit();

private:
    OutputFile(std::string path, std::string temporary_path, Descriptor file);
    std::string path_, temporary_path_;  // temporary_path_ is empty once committed or moved from
    Descriptor file_;
};

}  // namespace dubplate::audio
