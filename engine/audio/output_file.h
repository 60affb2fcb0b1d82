#pragma once

/// A file that appears under its name whole or not at all: written as "NAME.PID.part" beside it, renamed by commit().
///
/// Threads: one caller at a time. Errors: io with the final path. Destroyed before commit() it leaves nothing behind, and
/// what has its name stays as it was.

#include <cstdint>
#include <span>
#include <string>

#include "engine/audio/posix_file.h"

namespace dubplate::audio {

class OutputFile {
public:
    static Result<OutputFile> create(const std::string& path);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    const std::string& path() const { return path_; }
    const std::string& temporary_path() const { return temporary_path_; }
    const Descriptor& descriptor() const { return file_; }

    /// Asks for room in one piece. A wish: where the file system cannot, nothing happens.
    void preallocate(std::int64_t bytes);
    /// From now on what is written front to back is begun to be put on the disk at once, and leaves the page cache when it is
    /// there: files that outgrow the memory push out neither what is read nor each other, and what they leave serves what
    /// comes next. A wish, as preallocate().
    void pass_cache() { passes_cache_ = true; }
    Result<void> write(const void* from, std::int64_t bytes, std::int64_t offset);
    Result<void> truncate(std::int64_t bytes);
    /// Nothing is written afterwards. Some file systems tell of a full disk only here.
    Result<void> close();
    /// Closes the file and gives it its name.
    Result<void> commit();
    /// Takes away what had the name before commit(), which takes milliseconds where it is large; otherwise done in the end.
    void remove_replaced();

private:
    friend Result<void> commit_all(std::span<OutputFile> files);

    OutputFile(std::string path, std::string temporary_path, Descriptor file);
    void push_out(std::int64_t end);
    Result<void> take_name();
    void give_name_back();

    std::string path_, temporary_path_;  // temporary_path_ is empty once there is nothing under it
    Descriptor file_;
    bool passes_cache_ = false;
    std::int64_t pushed_ = 0;  // on the way to the disk, if it passes the cache
    bool swapped_ = false;     // the file has its name, and what had it before is under temporary_path_
};

/// All get their names, or none: if one cannot have it the others give theirs back, also to the files they replaced
/// (where the file system can exchange names: not NFS).
Result<void> commit_all(std::span<OutputFile> files);

}  // namespace dubplate::audio
