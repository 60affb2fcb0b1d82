#include "engine/audio/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>

namespace dubplate::audio {

OutputFile::OutputFile(std::string path, std::string temporary_path, Descriptor file)
    : path_(std::move(path)), temporary_path_(std::move(temporary_path)), file_(std::move(file)) {}

OutputFile::~OutputFile() {
    if (file_.get() >= 0) ::unlink(temporary_path_.c_str());
}

Result<OutputFile> OutputFile::create(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        return fail(ErrorCode::io, "cannot write: there is something of this name that is not a file", path);
    // A killed process of the same number may have left its own behind: try a few names.
    for (int attempt = 0; attempt < 100; ++attempt) {
        std::string temporary = attempt == 0 ? fmt::format("{}.{}.part", path, ::getpid())
                                             : fmt::format("{}.{}-{}.part", path, ::getpid(), attempt);
        Descriptor file(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (file.get() >= 0) return OutputFile(path, std::move(temporary), std::move(file));
        if (errno != EEXIST) break;
    }
    Error error = system_error("cannot create", errno, path);
    error.code = ErrorCode::io;
    return fail(std::move(error));
}

void OutputFile::preallocate(std::int64_t bytes) {
    // Not posix_fallocate: where the file system has no such call, that one writes zeros block by block.
    if (bytes > 0 && ::fallocate(file_.get(), 0, 0, bytes) != 0) static_cast<void>(!::ftruncate(file_.get(), 0));
}

Result<void> OutputFile::write(const void* from, std::int64_t bytes, std::int64_t offset) {
    return write_at(file_, from, bytes, offset, path_);
}

Result<void> OutputFile::truncate(std::int64_t bytes) {
    if (::ftruncate(file_.get(), bytes) != 0) return fail(system_error("cannot write", errno, path_));
    return {};
}

Result<void> OutputFile::commit() {
    // Some file systems (NFS) tell of a full disk only here.
    if (::close(file_.release()) != 0) {
        const int error = errno;
        ::unlink(temporary_path_.c_str());
        return fail(system_error("cannot write", error, path_));
    }
    if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary_path_.c_str());
        Error renamed = system_error("cannot give the finished file its name", error, path_);
        renamed.code = ErrorCode::io;
        return fail(std::move(renamed));
    }
    return {};
}

}  // namespace dubplate::audio
