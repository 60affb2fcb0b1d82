#pragma once

/// Decoded audio on disk: one unlinked file per scratch folder, shared by all sources decoded there, gone with the last.
///
/// Room is handed out in extents, so that the length of what is written need not be known beforehand and thousands of
/// sources need one descriptor; what is not written of an extent takes no space on disk.
/// Threads: everything is safe from several threads at once. Errors: io with the folder.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/audio/posix_file.h"

namespace dubplate::audio {

class ScratchFile {
public:
    /// The file that is in use for this folder, or a new one.
    static Result<std::shared_ptr<ScratchFile>> in_folder(const std::string& folder);

    ScratchFile(Descriptor file, std::string folder) : file_(std::move(file)), folder_(std::move(folder)) {}

    /// Offset of `bytes` bytes that nobody else gets.
    std::int64_t reserve(std::int64_t bytes) { return next_.fetch_add(bytes); }
    Result<void> write(const void* from, std::int64_t bytes, std::int64_t offset);
    Result<void> read(void* to, std::int64_t bytes, std::int64_t offset) const;
    const Descriptor& descriptor() const { return file_; }

private:
    Descriptor file_;
    std::string folder_;
    std::atomic<std::int64_t> next_{0};
};

}  // namespace dubplate::audio
